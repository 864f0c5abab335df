"""The orders' side of a session: what goes out, and what 1C says of it."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

from litestar import Response
from sqlalchemy import TextClause, text

from fondaco_erp_1c.commerceml.errors import SourceRefused
from fondaco_erp_1c.http.answers import Refused, plain, refusal_text, xml
from fondaco_erp_1c.http.applying import apply
from fondaco_erp_1c.http.call import Call
from fondaco_erp_1c.http.documents import read_documents
from fondaco_erp_1c.http.files import Kept, files_of, folder_of, remember
from fondaco_erp_1c.http.names import safe_name
from fondaco_erp_1c.http.order_xml import dictionaries_xml, orders_xml
from fondaco_erp_1c.http.outgoing import confirm, offer
from fondaco_erp_1c.http.sessions import lock, note
from fondaco_erp_1c.http.tidying import offered
from fondaco_erp_1c.http.unpacking import is_archive, unpack
from fondaco_erp_1c.orders import orders_out
from fondaco_erp_1c.settings import Erp1cSettings
from fondaco_sdk.context import Act

SECONDS_A_CALL = 10
# Below the shortest time for which 1C waits for an answer, which is a minute.
SECONDS_GENTLE = 20

_ADVANCE: TextClause = text(
    """
    update plugin_erp_1c.file
       set done = :done, refused = refused + :refused, state = :state,
           said = left(concat_ws(E'\n', nullif(said, ''), nullif(cast(:said as text), '')), 4000),
           at = clock_timestamp()
     where id = :id
    """
)


async def query(call: Call) -> Response[bytes]:
    """New and changed orders. Who asks again in the same session has stored the answer before:
    some configurations never say `success`."""
    settings = call.ask.settings(Erp1cSettings)
    await call.gap()
    async with call.transaction() as act:
        session = await lock(act, call.session)
        confirmed = await confirm(act, session)
        orders = await offer(act, session, settings.orders_at_once)
        documents = await orders_out(act, orders)
        # Before the commit: of an answer that cannot be made nothing must count as offered.
        body = await asyncio.to_thread(
            orders_xml,
            documents,
            now=call.ask.now,
            zone=call.ask.zone,
            containers=call.containers,
            encoding=call.encoding,
        )
        said = offered(len(orders), len(documents))
        if confirmed:
            said += f"; получены раньше: {confirmed}"
        await note(act, session, "query", "success", said=said)
    await call.gap()
    return xml(body, call.encoding)


async def success(call: Call) -> Response[bytes]:
    """1C has stored what `query` gave it."""
    async with call.transaction() as act:
        session = await lock(act, call.session)
        confirmed = await confirm(act, session)
        await note(act, session, "success", "success", said=f"Получено заказов: {confirmed}")
    return plain("success")


async def info(call: Call) -> Response[bytes]:
    """States, ways to pay and to deliver, to be mapped in 1C."""
    async with call.transaction() as act:
        await note(act, call.session, "info", "success")
    return xml(dictionaries_xml(call.encoding), call.encoding)


async def take_at_once(call: Call, name: str, size: int) -> Response[bytes]:
    """The old protocol: a file counts as soon as it is there to its end."""
    try:
        return await _take(call, name, seconds=None)
    except SourceRefused as refused:
        limit = call.ask.settings(Erp1cSettings).file_limit
        if refused.code in _UNFINISHED and size * 10 >= limit * 9:
            return plain("success")
        raise


async def take(call: Call) -> Response[bytes]:
    """`import`: some seconds of work, then how far it is."""
    return await _take(call, safe_name(call.name), seconds=SECONDS_A_CALL)


# A file that came in pieces ends in the middle until its last piece is there.
_UNFINISHED = frozenset(("source.broken", "package.broken_archive", "source.encoding_broken"))


async def _take(call: Call, name: str, seconds: float | None) -> Response[bytes]:
    until = None if seconds is None else time.monotonic() + seconds
    listed = await _listed(call, name)
    refused = 0
    for one in listed:
        if one.state == "done":
            continue
        path = folder_of(call.ask, call.session) / one.name
        done, why = await _apply(call, one, path, until)
        refused += len(why)
        if not done:
            return await _answer(call, "progress", f"Файл «{one.name}»: загрузка продолжается")
    said = f"Не принято документов: {refused}, причины — в журнале обмена портала"
    return await _answer(call, "success", said if refused else "")


async def _listed(call: Call, name: str) -> Sequence[Kept]:
    """The XML files that a name stands for: itself, or what is inside of an archive."""
    files = await files_of(call.ask, call.session)
    own = next((one for one in files if one.name.lower() == name.lower()), None)
    if own is not None and is_archive(own.name) and own.state != "done":
        folder = folder_of(call.ask, call.session)
        members = await asyncio.to_thread(unpack, folder / own.name, folder)
        async with call.transaction() as act:
            session = await lock(act, call.session)
            for member, size in members:
                await remember(act, session, member, own.name, size)
            await act.execute(_ADVANCE, _advanced(own, 0, (), "done"))
            files = await files_of(act, session)
    if own is not None and is_archive(own.name):
        return [one for one in files if one.archive == own.name]
    found = own or next((f for f in files if f.name.lower().endswith(f"/{name.lower()}")), None)
    if found is None:
        raise Refused(f"Файл «{name}» не передан. Сначала передайте его, затем загружайте")
    return [found]


async def _apply(
    call: Call, one: Kept, path: Path, until: float | None
) -> tuple[bool, Sequence[str]]:
    """Each document in a transaction of its own, so that work goes on where it was broken off."""
    try:
        documents = await asyncio.to_thread(read_documents, path)
    except SourceRefused as refused:
        async with call.transaction() as act:
            state = "arriving" if refused.code in _UNFINISHED else "failed"
            await act.execute(_ADVANCE, _advanced(one, 0, (refusal_text(refused),), state))
        raise
    said: list[str] = []
    began = time.monotonic()
    for number, document in enumerate(documents[one.done :], one.done + 1):
        if until is not None and time.monotonic() > until:
            return False, said
        if time.monotonic() - began < SECONDS_GENTLE:
            await call.gap()
        state = "done" if number == len(documents) else "arriving"

        async def remember(
            act: Act, why: str, name: str = document.name, number: int = number, state: str = state
        ) -> None:
            found = (f"{name}: {why}",) if why else ()
            await act.execute(_ADVANCE, _advanced(one, number, found, state))
            for reason in found:
                await note(act, call.session, "document", "refused", name=one.name, said=reason)

        if why := await apply(call, document, remember):
            said.append(f"{document.name}: {why}")
    if not documents[one.done :]:
        async with call.transaction() as act:
            await act.execute(_ADVANCE, _advanced(one, one.done, (), "done"))
    return True, said


def _advanced(one: Kept, done: int, said: Sequence[str], state: str) -> dict[str, object]:
    words = "\n".join(said)
    return {"id": one.id, "done": done, "refused": len(said), "said": words, "state": state}


async def _answer(call: Call, word: str, said: str = "") -> Response[bytes]:
    async with call.transaction() as act:
        await note(act, call.session, call.said["mode"], word, name=call.name, said=said)
    return plain(*((word, said) if said else (word,)), encoding=call.encoding)
