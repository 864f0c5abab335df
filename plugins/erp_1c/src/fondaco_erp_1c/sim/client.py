"""1C as a client of «Обмен с сайтом»: what it calls, in its order, and what it reads of answers."""

import asyncio
import base64
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import msgspec
from msgspec import Struct

MOST_ASKED = 600
_OK, _NOT_FOUND = 200, 404


class Web(Protocol):
    """An HTTP client, such as `httpx.AsyncClient`."""

    async def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str],
        headers: Mapping[str, str],
        content: bytes | None,
    ) -> Any:
        """One call; the answer has `content` and `status_code`."""
        ...


class Said(Struct, frozen=True):
    """An answer as 1C reads it: the first line, and those below it."""

    word: str
    lines: tuple[str, ...]
    body: bytes


class Failure(Exception):
    """The portal has answered `failure`; its text is what the user of 1C sees."""


class Onec:
    """One exchange of one kind (`catalog` or `sale`) under a login."""

    def __init__(
        self, web: Web, login: str, password: str, kind: str, *, path: str = "/1c_exchange"
    ) -> None:
        self._web = web
        self.basic = "Basic " + base64.b64encode(f"{login}:{password}".encode()).decode()
        self._kind = kind
        self._path = path
        self.cookie = ""
        self.limit = 0
        self.packs = False
        self.imports = False
        """Whether the portal does the work of a file in a call of its own, as since 2.09."""

    async def call(
        self, mode: str, body: bytes | None = None, *, method: str = "", **said: str
    ) -> Said:
        """One call, whatever it is answered. The password goes with `checkauth` alone."""
        headers = {"Cookie": self.cookie} if self.cookie else {}
        if mode == "checkauth":
            headers = {"Authorization": self.basic}
        answer = await self._web.request(
            method or ("GET" if body is None else "POST"),
            self._path,
            params={"type": self._kind, "mode": mode, **said},
            headers=headers,
            content=body,
        )
        return _read(answer.content)

    async def begin(self, version: str = "", *, method: str = "GET") -> None:
        """`checkauth` and `init`. Raises `Failure`."""
        found = await self._sure("checkauth", method=method)
        self.cookie = f"{found.lines[0]}={found.lines[1]}"
        named = {"version": version} if version else {}
        init = await self.call("init", None, method=method, **named)
        told = dict(line.split("=", 1) for line in (init.word, *init.lines) if "=" in line)
        self.packs, self.limit = told["zip"] == "yes", int(told["file_limit"])
        self.imports = "version" in told

    async def send(self, name: str, content: bytes, *, piece: int = 0) -> None:
        """A file, in as many pieces as it needs. Raises `Failure`."""
        size = piece or self.limit
        for start in range(0, max(len(content), 1), size):
            await self._sure("file", content[start : start + size], filename=name)

    async def load(self, name: str, *, pause: float = 0.5) -> Sequence[Said]:
        """`import` until it is done; every answer. Raises `Failure`."""
        return await self.until_done("import", pause=pause, filename=name)

    async def until_done(self, mode: str, *, pause: float = 0.5, **said: str) -> Sequence[Said]:
        """A call again and again while it is answered `progress`. Raises `Failure`."""
        answers: list[Said] = []
        while len(answers) < MOST_ASKED:
            answers.append(await self._sure(mode, None, **said))
            if answers[-1].word == "success":
                return answers
            await asyncio.sleep(pause)
        raise Failure("no end after many calls")

    async def query(self) -> bytes:
        """The orders that wait, as XML."""
        return (await self.call("query")).body

    async def confirm(self) -> None:
        """`success`: the orders of the last `query` are stored. Raises `Failure`."""
        await self._sure("success")

    async def records(self, name: str, records: Sequence[Mapping[str, Any]]) -> Any:
        """Hand records to the portal's JSON API; its report, None where nobody takes such.

        Raises `Failure` where the portal does not let it do so now.
        """
        answer = await self._web.request(
            "POST",
            f"/api/v1/inbound/{name}",
            params={},
            headers={
                "Authorization": self.basic,
                "Content-Type": "application/json",
            },
            content=msgspec.json.encode({"records": records}),
        )
        if answer.status_code == _NOT_FOUND:
            return None
        if answer.status_code != _OK:
            raise Failure(f"{name}: the portal answered {answer.status_code}")
        return msgspec.json.decode(answer.content)

    async def _sure(self, mode: str, body: bytes | None = None, **options: Any) -> Said:
        found = await self.call(mode, body, **options)
        if found.word == "failure":
            raise Failure("\n".join(found.lines))
        return found


def _read(body: bytes) -> Said:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = body.decode("windows-1251")
    word, *lines = text.split("\n")
    return Said(word, tuple(lines), body)
