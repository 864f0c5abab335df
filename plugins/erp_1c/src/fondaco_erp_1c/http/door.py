"""The one address of the exchange: what is asked is in `type` and `mode`.

1C reads the body and not the status, so every refusal is a text below `failure`.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from litestar import Request, Response

from fondaco_erp_1c.commerceml.errors import SourceRefused
from fondaco_erp_1c.http import catalog, sale
from fondaco_erp_1c.http.answers import Refused, plain, refusal_text
from fondaco_erp_1c.http.call import Call
from fondaco_erp_1c.http.files import take_piece, tidy
from fondaco_erp_1c.http.names import parameters, safe_name
from fondaco_erp_1c.http.sessions import (
    KINDS,
    find_session,
    is_modern,
    note,
    open_session,
    set_version,
)
from fondaco_erp_1c.settings import Erp1cSettings
from fondaco_sdk.context import Ask
from fondaco_sdk.web import MACHINE_COOKIE, Gap, Transaction

Mode: TypeAlias = Callable[[Call], Awaitable[Response[bytes]]]


async def exchange(
    ask: Ask, transaction: Transaction, gap: Gap, request: Request[Any, Any, Any]
) -> Response[bytes]:
    """One call of 1C."""
    said = parameters(bytes(request.scope["query_string"]))
    kind, mode = said.get("type", ""), said.get("mode", "")
    if kind not in KINDS:
        return plain("failure", f"Обмен «{kind[:40]}» портал не ведёт, только catalog и sale")
    if mode == "checkauth":
        return await _check(ask, transaction, kind)
    try:
        session = await find_session(ask, transaction, request, kind)
    except Refused as refused:
        return plain("failure", refused.said)
    call = Call(ask, transaction, gap, request, session, said)
    work = _MODES[kind].get(mode)
    try:
        if work is None:
            raise Refused(f"Вызов «{mode[:40]}» портал не знает")
        return await work(call)
    except (Refused, SourceRefused) as refused:
        why = refusal_text(refused) if isinstance(refused, SourceRefused) else refused.said
        async with transaction() as act:
            await note(act, session, mode, "failure", name=call.name, said=why)
        return plain("failure", why, encoding=call.encoding)


async def _check(ask: Ask, transaction: Transaction, kind: str) -> Response[bytes]:
    await asyncio.to_thread(tidy, ask.imports.folder("erp_1c"))
    async with transaction() as act:
        session, key = await open_session(act, kind)
        await note(act, session, "checkauth", "success")
    return plain(
        "success",
        MACHINE_COOKIE,
        key,
        f"sessid={session.uuid.hex}",
        f"timestamp={int(time.time())}",
    )


async def _init(call: Call) -> Response[bytes]:
    """Nothing is thrown away here: some modules call it again in the middle of an exchange, and
    each session has a folder of its own."""
    settings = call.ask.settings(Erp1cSettings)
    version = call.said.get("version", "").strip()
    async with call.transaction() as act:
        await set_version(act, call.session, version)
        await note(act, call.session, "init", "success", said=version)
    lines = [f"zip={'yes' if settings.zip else 'no'}", f"file_limit={settings.file_limit}"]
    if version:
        spoken = "3.1" if is_modern(version) else "2.08"
        lines += [f"sessid={call.session.uuid.hex}", f"version={spoken}"]
    return plain(*lines)


async def _file(call: Call) -> Response[bytes]:
    name = safe_name(call.said.get("filename", ""))
    size = await take_piece(call.ask, call.transaction, call.request, call.session, name)
    async with call.transaction() as act:
        await note(act, call.session, "file", "success", name=name, size=size)
    if call.session.kind == "sale" and not call.session.modern:
        return await sale.take_at_once(call, name, size)
    return plain("success")


_MODES: Mapping[str, Mapping[str, Mode]] = {
    "catalog": {
        "init": _init,
        "file": _file,
        "import": catalog.take,
        "deactivate": catalog.finish,
        "complete": catalog.finish,
    },
    "sale": {
        "init": _init,
        "query": sale.query,
        "success": sale.success,
        "file": _file,
        "import": sale.take,
        "info": sale.info,
    },
}
