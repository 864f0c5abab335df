"""S11 through the exchange with 1C: hostile XML is refused within 2 s, and gets at nothing.

The machine that sends it has a password, and is believed no more than a stranger. What the reader
does with files that cannot be uploaded is in plugins/erp_1c/tests/commerceml/test_hostile.py.
"""

import asyncio
import re
import resource
import time
from asyncio import Event
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from hostile_files import CASES, SECRET, Endless, entity, open_site, was_called
from lxml import etree
from sqlalchemy import text

from fondaco.exchange.worker import run_worker
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.tasks import KERNEL_TASKS
from fondaco.testing.application import application_of
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import PASSWORD, Wholesaler
from fondaco_erp_1c.http import documents, kinds
from fondaco_erp_1c.sim.client import Failure, Onec

pytestmark = pytest.mark.plugins("erp_1c")

NAMES = (
    "file entity",
    "http entity",
    "parameter entity",
    "external dtd",
    "public dtd",
    "billion laughs",
    "quadratic",
    "default attribute",
    "doctype behind a comment",
    "undeclared entity",
    "xinclude",
    "utf-16",
    "utf-7",
    "depth",
    "a million attributes",
)
SECONDS = 2.0
MOST_MORE = 128 << 20
_BUSY = text("select exists (select from fondaco.pgqueuer where status in ('queued', 'picked'))")
_KEPT = (
    "select (select coalesce(jsonb_agg(to_jsonb(f)), '[]') from plugin_erp_1c.file f)::text"
    " || (select coalesce(jsonb_agg(to_jsonb(e)), '[]') from plugin_erp_1c.entry e)::text"
    " || (select coalesce(jsonb_agg(to_jsonb(p)), '[]') from fondaco.product p)::text"
    " || (select coalesce(jsonb_agg(to_jsonb(s)), '[]') from fondaco.import_refusal s)::text"
    " || (select coalesce(jsonb_agg(to_jsonb(r)), '[]') from fondaco.import_run r)::text"
)


def test_there_are_fifteen() -> None:
    assert len(set(NAMES)) == 15


async def _work(hall: Hall) -> None:
    stop = Event()
    working = asyncio.create_task(
        run_worker(hall, KERNEL_TASKS, stop=stop, silence=timedelta(seconds=2))
    )
    try:
        while (await system_ask(hall).fetch(_BUSY))[0][0]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    finally:
        stop.set()
        await working


async def _said(hall: Hall, onec: Onec, name: str) -> str:
    """What 1C is told of a file; every answer comes in time."""
    for _ in range(5):
        began = time.monotonic()
        found = await onec.call("import", filename=name)
        assert time.monotonic() - began < SECONDS
        if found.word != "progress":
            return "\n".join((found.word, *found.lines))
        await _work(hall)
    raise AssertionError("no end")


@pytest.mark.parametrize("kind", ["catalog", "sale"])
@pytest.mark.parametrize("name", NAMES)
async def test_a_hostile_file_is_refused_and_gets_at_nothing(
    hall: Hall, client: Client, wholesaler: Wholesaler, tmp_path: Path, name: str, kind: str
) -> None:
    await client.sign_in(await wholesaler.staff("site_admin"), PASSWORD)
    page = await client.send_form("/staff/machines", {"login": "evil"})
    password = re.findall(r'id="machine-password">([^<]+)<', page.text)[0]
    transport = httpx.ASGITransport(app=cast("Any", application_of(hall)))
    async with httpx.AsyncClient(transport=transport, base_url="http://portal.test") as web:
        onec = Onec(web, "evil", password, kind)
        await onec.begin("3.1")
        with open_site(tmp_path) as site:
            made = CASES[name][1](site)
            assert not isinstance(made, Endless)
            body = made.encode() if isinstance(made, str) else made
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            await onec.send("import.xml", body)
            said = await _said(hall, onec, "import.xml")
            grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
            assert not was_called(site.server)
    assert said.startswith("failure\n"), said
    assert SECRET not in said
    assert grown << 10 < MOST_MORE + 4 * len(body)
    kept = str((await system_ask(hall).fetch(text(_KEPT)))[0][0])
    assert SECRET not in kept
    assert not await system_ask(hall).fetch(text("select 1 from fondaco.product"))


async def test_a_sound_file_comes_in_by_the_same_way(
    hall: Hall, client: Client, wholesaler: Wholesaler
) -> None:
    """Or refusing everything would be enough."""
    await client.sign_in(await wholesaler.staff("site_admin"), PASSWORD)
    page = await client.send_form("/staff/machines", {"login": "good"})
    password = re.findall(r'id="machine-password">([^<]+)<', page.text)[0]
    transport = httpx.ASGITransport(app=cast("Any", application_of(hall)))
    async with httpx.AsyncClient(transport=transport, base_url="http://portal.test") as web:
        onec = Onec(web, "good", password, "catalog")
        await onec.begin()
        sound = (
            "<КоммерческаяИнформация><Каталог><Ид>c</Ид><Товары><Товар><Ид>1</Ид>"
            "<Наименование>Болт</Наименование></Товар></Товары></Каталог></КоммерческаяИнформация>"
        )
        await onec.send("import.xml", sound.encode())
        assert await _said(hall, onec, "import.xml") == "success"
        with pytest.raises(Failure):
            await onec.load("other.xml")


def test_control_a_parser_without_the_guard_hands_the_secret_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a trusting parser in place of ours the same file is read, and says the secret."""

    def trusting(source: Any, names: tuple[str, ...]) -> Any:
        parser = etree.XMLParser(resolve_entities=True, load_dtd=True)
        for element in etree.parse(source, parser).iter("Документ", "Товар"):
            yield "end", element

    monkeypatch.setattr(documents, "elements", trusting)
    monkeypatch.setattr(kinds, "elements", trusting)
    with open_site(tmp_path) as site:
        file = tmp_path / "orders.xml"
        hostile = entity(site.secret).replace("Каталог", "Документы").replace("Товары", "Два")
        hostile = hostile.replace("Товар>", "Документ>").replace("Описание", "Номер")
        file.write_text(hostile)
        assert [one.number for one in documents.read_documents(file)] == [SECRET]
