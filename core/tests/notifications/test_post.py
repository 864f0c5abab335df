"""Letters: as files without a mail server; to the server otherwise, tried again until taken."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fondaco.hooks.hall import Hall
from fondaco.notifications import post as office
from fondaco.notifications.letters import Letter, message_of
from fondaco.notifications.post import mail_folder, post
from fondaco.settings import Mail, Settings

LETTER = Letter("anna@romashka.test", "Портал:\r\nBcc: evil@x.test", "Здравствуйте.\n.\n", "ru")


class Stub:
    """A mail server that says `answers` to one recipient after another, after a pause."""

    def __init__(self, *answers: str, pause: float = 0) -> None:
        self.answers = list(answers)
        self.pause = pause
        self.taken: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(self.pause)
        writer.write(b"220 stub\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                self.taken.append(await reader.readuntil(b"\r\n.\r\n"))
                writer.write(b"250 taken\r\n")
            elif verb == b"RCPT" and self.answers:
                writer.write(self.answers.pop(0).encode() + b"\r\n")
            else:
                writer.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 fine\r\n")
        writer.close()


@asynccontextmanager
async def running(stub: Stub) -> AsyncIterator[Mail]:
    server = await asyncio.start_server(stub.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    yield Mail("127.0.0.1", port, security="none", sender="shop@opt.test")
    server.close()


def _with(hall: Hall, mail: Mail) -> Hall:
    return msgspec.structs.replace(hall, settings=msgspec.structs.replace(hall.settings, mail=mail))


async def test_without_a_server_a_letter_is_a_file_for_the_owners_eyes(hall: Hall) -> None:
    await post(hall, LETTER)
    (file,) = mail_folder(hall.settings).glob("*.eml")
    assert file.stat().st_mode & 0o077 == 0
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert message["To"] == "anna@romashka.test"
    assert message["Bcc"] is None
    assert message.get_content().startswith("Здравствуйте.")


@pytest.mark.parametrize("to", ["a@b.test\r\nBcc: e@x.test", "a@b.test, e@x.test", "", "nobody"])
def test_a_recipient_is_one_address(settings: Settings, hall: Hall, to: str) -> None:
    letter = msgspec.structs.replace(LETTER, to=to)
    with pytest.raises((ValueError, IndexError)):
        message_of(letter, settings, hall.clock.now())


async def test_the_server_takes_the_letter_whole(hall: Hall) -> None:
    stub = Stub()
    async with running(stub) as mail:
        await post(_with(hall, mail), LETTER)
    (taken,) = stub.taken
    message = message_from_bytes(taken, policy=policy.default)
    assert message["From"].addresses[0].addr_spec == "shop@opt.test"
    assert message["Bcc"] is None


async def test_a_refusal_and_a_slow_server_are_failures_of_the_task(
    hall: Hall, monkeypatch: Any, tmp_path: Path
) -> None:
    """So the queue tries again; the third time the letter is taken."""
    stub = Stub("451 later")
    async with running(stub) as mail:
        with pytest.raises(Exception, match="later"):
            await post(_with(hall, mail), LETTER)
        monkeypatch.setattr(office, "SECONDS", 0.2)
        stub.pause = 1
        with pytest.raises(Exception):  # noqa: B017
            await post(_with(hall, mail), LETTER)
        assert stub.taken == []
        stub.pause = 0
        await post(_with(hall, mail), LETTER)
    assert len(stub.taken) == 1
