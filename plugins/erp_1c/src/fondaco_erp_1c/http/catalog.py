"""The catalogue's side of a session: files become runs of the staging importer.

The first `import` begins a run over all files that are there, and the calls for the others find it
at work. Only an explicit `false` of `СодержитТолькоИзменения` makes a snapshot, and only where the
run surely has all of it: pieces that come one by one are changes until `complete` or `deactivate`
says that the exchange was a full one.
"""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import UUID

from litestar import Response
from sqlalchemy import TextClause, text

from fondaco_erp_1c.commerceml.errors import SourceRefused
from fondaco_erp_1c.commerceml.pictures import is_picture
from fondaco_erp_1c.http.answers import Refused, plain, refusal_text
from fondaco_erp_1c.http.call import Call
from fondaco_erp_1c.http.counterparties import TakePartners
from fondaco_erp_1c.http.files import Kept, files_of, folder_of, remember
from fondaco_erp_1c.http.gathering import gather, is_whole
from fondaco_erp_1c.http.kinds import Kind, kind_of
from fondaco_erp_1c.http.names import safe_name
from fondaco_erp_1c.http.sessions import lock, note
from fondaco_erp_1c.http.unpacking import is_archive, unpack
from fondaco_sdk.types.imports import ImportPhase, ImportState

IMPORTER = "commerceml"
_WAITING = frozenset(("arriving", "starting"))

_CLAIM: TextClause = text(
    """
    update plugin_erp_1c.file set state = 'starting', at = clock_timestamp()
     where session_id = :session and id = any(cast(:ids as bigint[]))
       and (state = 'arriving'
            or state = 'starting' and at < clock_timestamp() - interval '1 minute')
    returning id
    """
)
_RELEASE: TextClause = text(
    "update plugin_erp_1c.file set state = 'arriving'"
    " where id = any(cast(:ids as bigint[])) and state = 'starting'"
)
_BEGIN: TextClause = text(
    """
    update plugin_erp_1c.file set state = 'working', run = :run, said = '', at = clock_timestamp()
     where id = any(cast(:ids as bigint[]))
    """
)
_STEP: TextClause = text(
    """
    update plugin_erp_1c.session set step = step + 1, partial = partial or :partial
     where id = :id
    """
)
_END: TextClause = text(
    """
    update plugin_erp_1c.file
       set state = :state, refused = :refused, said = :said, at = clock_timestamp()
     where session_id = :session and run = :run and state = 'working'
    """
)
_FAIL: TextClause = text(
    "update plugin_erp_1c.file set state = 'failed', said = :said, at = clock_timestamp()"
    " where id = :id"
)
_UNPACKED: TextClause = text(
    "update plugin_erp_1c.file set state = 'done', at = clock_timestamp() where id = :id"
)
_FINAL: TextClause = text("update plugin_erp_1c.session set final_run = :run where id = :id")
_CLOSE: TextClause = text(
    "update plugin_erp_1c.session set ended = 'complete' where id = :id and ended = ''"
)


async def take(call: Call) -> Response[bytes]:
    """`import`: begin, or tell how far it is."""
    files = await files_of(call.ask, call.session)
    if (archive := next((f for f in files if _is_packed(f)), None)) is not None:
        return await _unpack(call, archive)
    wanted = _wanted(files, safe_name(call.name))
    if any(one.state in _WAITING for one in wanted):
        await _begin(call)
        return await _answer(call, "progress", "Файлы приняты, загрузка начата")
    if failed := next((one for one in wanted if one.state == "failed"), None):
        raise Refused(failed.said)
    for one in wanted:
        if one.state == "working":
            return await _follow(call, one)
    return await _answer(call, "success")


async def finish(call: Call) -> Response[bytes]:
    """`deactivate` and `complete`: the exchange was a full one, so its snapshots count whole."""
    files = await files_of(call.ask, call.session)
    listed = [one for one in files if one.name.lower().endswith(".xml")]
    if run := call.session.final_run:
        state = await call.ask.imports.state(run)
        return await _tell(call, state)
    if any(one.state != "done" for one in listed):
        raise Refused("Обмен не завершён: не все переданные файлы загружены. Повторите обмен")
    late = any(is_picture(one.name) and one.state == "arriving" for one in files)
    if call.session.partial or late:
        await _finish(call, files)
        return await _answer(call, "progress", "Сверка полной выгрузки начата")
    async with call.transaction() as act:
        await act.execute(_CLOSE, {"id": call.session.id})
    return await _answer(call, "success")


def _is_packed(one: Kept) -> bool:
    return is_archive(one.name) and one.state == "arriving"


def _wanted(files: Sequence[Kept], name: str) -> Sequence[Kept]:
    """The files that a call means: by the whole name, by its end, or all of an archive."""
    plain_name = name.lower()
    exact = [one for one in files if one.name.lower() == plain_name]
    if exact and is_archive(name):
        inside = [one for one in files if one.archive == exact[0].name]
        return [*exact, *(one for one in inside if one.name.lower().endswith(".xml"))]
    found = exact or [one for one in files if one.name.lower().endswith(f"/{plain_name}")]
    if len(found) != 1:
        raise Refused(f"Файл «{name}» не передан. Сначала передайте его, затем загружайте")
    return found


async def _unpack(call: Call, archive: Kept) -> Response[bytes]:
    folder = folder_of(call.ask, call.session)
    try:
        members = await asyncio.to_thread(unpack, folder / archive.name, folder)
    except SourceRefused as refused:
        await _fail(call, archive, refused)
        raise
    async with call.transaction() as act:
        await lock(act, call.session)
        for name, size in members:
            await remember(act, call.session, name, archive.name, size)
        await act.execute(_UNPACKED, {"id": archive.id})
    (folder / archive.name).unlink(missing_ok=True)
    return await _answer(call, "progress", f"Распаковано файлов: {len(members)}")


async def _begin(call: Call) -> None:
    """Everything that has come and was not begun: goods and offers by a run, partners by a task."""
    folder = folder_of(call.ask, call.session)
    async with call.transaction() as act:
        session = await lock(act, call.session)
        files = [one for one in await files_of(act, session) if _may_begin(one)]
        ids = {"session": session.id, "ids": [one.id for one in files]}
        claimed = {row[0] for row in await act.fetch(_CLAIM, ids)}
    files = [one for one in files if one.id in claimed]
    kinds = await _kinds(call, folder, [f for f in files if f.name.lower().endswith(".xml")])
    goods = [one for one, kind in kinds.items() if kind in (Kind.GOODS, Kind.OFFERS, Kind.NOTHING)]
    if goods:
        whole = session.step == 0 and is_whole(kinds)
        pictures = [one for one in files if is_picture(one.name)]
        run = await _start(call, [*goods, *pictures], whole=whole)
        async with call.transaction() as act:
            await act.execute(_BEGIN, {"ids": [f.id for f in (*goods, *pictures)], "run": run})
            await act.execute(_STEP, {"id": session.id, "partial": not whole})
    for one, kind in kinds.items():
        if kind is Kind.PARTNERS:
            async with call.transaction() as act:
                await act.execute(_BEGIN, {"ids": [one.id], "run": None})
                payload = TakePartners(one.id, str(folder / one.name))
                await act.enqueue("erp_1c.partners", payload, key=f"partners-{one.id}")
    async with call.transaction() as act:
        await act.execute(_RELEASE, {"ids": [one.id for one in files]})


def _may_begin(one: Kept) -> bool:
    return one.state in _WAITING and (one.name.lower().endswith(".xml") or is_picture(one.name))


async def _kinds(call: Call, folder: Path, files: Sequence[Kept]) -> Mapping[Kept, Kind]:
    """What the files hold; one that cannot be read is told at once, and the others go on."""
    found: dict[Kept, Kind] = {}
    for one in files:
        try:
            kind = await asyncio.to_thread(kind_of, folder / one.name)
            if kind is Kind.DOCUMENTS:
                raise SourceRefused("source.documents", line="1")
        except SourceRefused as refused:
            await _fail(call, one, refused)
            if one.name.lower().endswith(safe_name(call.name).lower()):
                raise
        else:
            found[one] = kind
    return found


async def _start(call: Call, files: Sequence[Kept], *, whole: bool) -> UUID:
    source = folder_of(call.ask, call.session)
    package = source / f".package-{call.session.step}"
    await asyncio.to_thread(gather, source, package, [one.name for one in files], whole)
    name = f"Обмен с 1С: {files[0].name}"
    return await call.ask.imports.start(package, IMPORTER, name)


async def _finish(call: Call, files: Sequence[Kept]) -> None:
    kept = [one for one in files if one.run is not None or is_picture(one.name)]
    run = await _start(call, kept, whole=True)
    async with call.transaction() as act:
        await act.execute(_FINAL, {"id": call.session.id, "run": run})


async def _follow(call: Call, one: Kept) -> Response[bytes]:
    if one.run is None:
        return await _answer(call, "progress", "Загружаются контрагенты")
    state = await call.ask.imports.state(one.run)
    if state is not None and state.phase in _ENDS:
        values = {"session": call.session.id, "run": one.run, "refused": state.refused}
        async with call.transaction() as act:
            await act.execute(_END, {**values, "state": _ENDS[state.phase], "said": _said(state)})
    return await _tell(call, state)


async def _tell(call: Call, state: ImportState | None) -> Response[bytes]:
    if state is None:
        raise Refused("Загрузка потеряна. Повторите обмен")
    if state.phase is ImportPhase.FAILED:
        raise Refused(state.said)
    if state.phase in _ENDS:
        return await _answer(call, "success", _said(state))
    of = f" из {state.total}" if state.total else ""
    return await _answer(call, "progress", f"Загружено {state.done}{of}")


# A newer run has brought newer data: what these files would say is said already.
_ENDS = {
    ImportPhase.DONE: "done",
    ImportPhase.SUPERSEDED: "done",
    ImportPhase.FAILED: "failed",
}


def _said(state: ImportState) -> str:
    if state.phase is ImportPhase.FAILED:
        return state.said
    return f"Записей с замечаниями: {state.refused}" if state.refused else ""


async def _fail(call: Call, one: Kept, refused: SourceRefused) -> None:
    async with call.transaction() as act:
        await act.execute(_FAIL, {"id": one.id, "said": refusal_text(refused)})


async def _answer(call: Call, word: str, said: str = "") -> Response[bytes]:
    async with call.transaction() as act:
        await note(act, call.session, call.said["mode"], word, name=call.name, said=said)
    lines = (word, said) if said and word != "success" else (word,)
    return plain(*lines, encoding=call.encoding)
