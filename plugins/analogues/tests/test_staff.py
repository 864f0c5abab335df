"""The staff's pages: references by hand, from a file, and the report of what is wanted."""

from decimal import Decimal
from io import BytesIO
from typing import Any

import msgspec
import openpyxl
import pytest
from analogue_shop import Shop
from sqlalchemy import text

from fondaco.exchange.job import JobContext
from fondaco.exchange.net import Outside
from fondaco.exchange.tasks import all_work
from fondaco.hooks.context import AskContext, system_ask
from fondaco.testing.client import Client
from fondaco.testing.shop import words
from fondaco.testing.wholesaler import PASSWORD
from fondaco_analogues import files
from fondaco_analogues.file_rows import FileRow
from fondaco_analogues.hooks import substitutes

pytestmark = pytest.mark.plugins("analogues")

HOME = "/p/analogues"
HEAD = "Артикул;Аналог;Бренд;Номер;Вид;Направление;Примечание\n"


async def _home_of(shop: Shop, sku: str) -> str:
    rows = await system_ask(shop.hall).fetch(
        text("select uuid from fondaco.product where sku = :sku"), {"sku": sku}
    )
    return f"{HOME}/products/{rows[0][0]}"


async def _references(shop: Shop) -> list[tuple[object, ...]]:
    rows = await system_ask(shop.hall).fetch(
        text(
            "select p.sku, coalesce(o.sku, r.brand || ' ' || r.number), r.kind, r.both_ways"
            " from plugin_analogues.reference r join fondaco.product p on p.id = r.product_id"
            " left join fondaco.product o on o.id = r.other_id"
            " where r.ended_at is null order by 1, 2"
        )
    )
    return [tuple(row) for row in rows]


async def test_a_reference_is_added_ended_and_brought_back(shop: Shop, staff: Client) -> None:
    answer = await staff.get(f"{HOME}?article=a1")
    home = await _home_of(shop, "A-1")
    assert answer.headers["location"] == home
    assert "Аналогов пока нет" in (await staff.get(home)).text
    typed = {"analogue": "а 2", "kind": "full", "both_ways": "1", "confidence": "90"}
    answer = await staff.send_form(f"{home}/add", typed)
    assert answer.status_code == 303, words(answer.text)
    assert await _references(shop) == [("A-1", "A-2", "full", True)]
    page = words((await staff.get(await _home_of(shop, "A-2"))).text)
    assert "A-1" in page and "в обе стороны" in page and "90 %" in page
    assert (await staff.send_form(f"{home}/add", typed)).status_code == 409

    found = await system_ask(shop.hall).fetch(text("select uuid from plugin_analogues.reference"))
    reference = f"{home}/references/{found[0][0]}"
    ended = await staff.send_form(f"{reference}/end")
    assert "Ссылка завершена: A-2" in words((await staff.get(ended.headers["location"])).text)
    assert await _references(shop) == []
    assert (await staff.send_form(f"{reference}/resume")).status_code == 303
    assert await _references(shop) == [("A-1", "A-2", "full", True)]
    actions = await system_ask(shop.hall).fetch(
        text("select action from fondaco.audit_entry where action like 'analogues.%' order by id")
    )
    assert [row[0] for row in actions] == ["analogues.add", "analogues.end", "analogues.resume"]


async def test_mistakes_stand_at_their_fields(shop: Shop, staff: Client) -> None:
    home = await _home_of(shop, "A-1")
    for typed, field in (
        ({"analogue": "A-1"}, "analogue"),
        ({"analogue": "NO-SUCH"}, "analogue"),
        ({}, "analogue"),
        ({"analogue": "A-2", "number": "W1"}, "number"),
        ({"analogue": "A-2", "kind": "limited"}, "note_ru"),
        ({"analogue": "A-2", "kind": "upgrade", "both_ways": "1"}, "kind"),
        ({"analogue": "A-2", "since": "2026-12-02", "until": "2026-12-01"}, "until"),
        ({"analogue": "A-2", "confidence": "101"}, "confidence"),
    ):
        answer = await staff.send_form(f"{home}/add", {"kind": "full", "confidence": "1", **typed})
        assert answer.status_code == 422, typed
        assert f'id="field-{field}-error"' in answer.text, typed
    assert await _references(shop) == []


async def test_managers_see_and_do_not_change(shop: Shop, client: Client) -> None:
    await client.sign_in(await shop.wholesaler.staff("manager"), PASSWORD)
    home = await _home_of(shop, "A-1")
    assert (await client.get(home)).status_code == 200
    assert (await client.send_form(f"{home}/add", {"analogue": "A-2"})).status_code == 403
    assert (await client.get(f"{HOME}/files")).status_code == 403


async def test_buyers_see_none_of_it(shop: Shop, buyer: Client) -> None:
    for path in (HOME, f"{HOME}/wanted", f"{HOME}/files", await _home_of(shop, "A-1")):
        assert (await buyer.get(path)).status_code == 403, path


async def _upload(staff: Client, rows: str) -> str:
    content = (HEAD + rows).encode()
    answer = await staff.send_form(f"{HOME}/files", files={"file": ("cross.csv", content)})
    assert answer.status_code == 303, words(answer.text)
    return str(answer.headers["location"])


async def test_a_file_is_looked_at_then_applied_once(shop: Shop, staff: Client) -> None:
    await shop.pair(1, 3, kind="cheaper")
    home = await _upload(
        staff,
        "A-1;A-2;;;полный;в обе;\n"
        "A-1;A-3;;;лучше;;\n"
        "A-2;;MANN;W 712/75;;;\n"
        "A-2;NO-SUCH;;;;;\n"
        "A-3;A-3;;;;;\n"
        "A-3;A-1;;;с ограничением;;\n",
    )
    page = words((await staff.get(home)).text)
    for said in (
        "Новые 2",
        "Изменятся 1",
        "Не учтено 3",
        "Артикула аналога нет в каталоге",
        "Товар не бывает аналогом самого себя",
        "Напишите в примечании, в чём ограничение",
    ):
        assert said in page, said
    assert await _references(shop) == [("A-1", "A-3", "cheaper", False)]
    for _ in range(2):
        await staff.send_form(f"{home}/apply")
    expected = [
        ("A-1", "A-2", "full", True),
        ("A-1", "A-3", "upgrade", False),
        ("A-2", "MANN W 712/75", "full", False),
    ]
    assert await _references(shop) == expected
    again = await _upload(staff, "A-1;A-2;;;полный;в обе;\nA-2;;MANN;W 712/75;;;\n")
    assert "Менять нечего" in words((await staff.get(again)).text)
    book = openpyxl.load_workbook(BytesIO((await staff.get(f"{home}/refused.xlsx")).content))
    assert [row[0].value for row in list(book.active.rows)[1:]] == ["A-2", "A-3", "A-3"]


async def test_the_last_of_a_repeated_pair_counts(shop: Shop, staff: Client) -> None:
    home = await _upload(staff, "A-1;A-2;;;дешевле;;\nA-1;a2;;;лучше;;\n")
    assert "взята последняя" in words((await staff.get(home)).text)
    await staff.send_form(f"{home}/apply")
    assert await _references(shop) == [("A-1", "A-2", "upgrade", False)]


def _rows(number: int) -> list[FileRow]:
    return [
        FileRow(
            n, "A-1", "", "MANN", f"W {n}", "full", False, None, None, "", "", Decimal(1), "", ""
        )
        for n in range(1, number + 1)
    ]


async def test_many_rows_are_applied_by_as_many_statements_as_few(
    shop: Shop, ask: AskContext, sql_budget: Any
) -> None:
    counted = set()
    for number in (1, 5_000):
        async with ask.act() as act:
            uuid = await files.keep_rows(act, "many.xlsx", _rows(number))
        await shop.run("delete from plugin_analogues.reference")
        with sql_budget() as budget:
            async with ask.act() as act:
                await files.apply(act, uuid)
        assert (await files.find(ask, uuid)).added == number
        counted.add(budget.number)
    assert len(counted) == 1, counted


async def _queued(shop: Shop, task: str) -> int:
    """The worker does what waits; how much it was."""
    work = all_work(shop.hall.registry, {})[task]
    rows = await system_ask(shop.hall).fetch(
        text("select payload from fondaco.pgqueuer where entrypoint = :task"), {"task": task}
    )
    for row in rows:
        payload = msgspec.json.decode(bytes(row[0]), type=work.payload)
        await work.function(JobContext(shop.hall, Outside(), task, 1), payload)
    await shop.run("delete from fondaco.pgqueuer where entrypoint = :task", task=task)
    return len(rows)


async def test_a_long_file_is_read_and_applied_by_the_worker(
    shop: Shop, staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "SHORT_BYTES", 10)
    monkeypatch.setattr(files, "SHORT_ROWS", 2)
    rows = "".join(f"A-1;;MANN;W {n};;;\n" for n in range(4_500))
    home = await _upload(staff, f"{rows}NO-SUCH;A-2;;;;;\n")
    page = await staff.get(home)
    assert "Файл читается" in words(page.text) and f'hx-get="{home}/progress"' in page.text
    assert await _queued(shop, files.READ_TASK) == 1
    htmx = {"HX-Request": "true"}
    assert (await staff.get(f"{home}/progress", headers=htmx)).headers["hx-redirect"] == home
    assert "Новые 4 500" in words((await staff.get(home)).text)
    for _ in range(2):
        await staff.send_form(f"{home}/apply")
    assert "Ссылки применяются" in words((await staff.get(home)).text)
    assert await _references(shop) == []
    assert await _queued(shop, files.APPLY_TASK) == 1
    said = words((await staff.get(home)).text)
    assert "добавлено 4 500" in said and "Не учтено 1" in said
    assert len(await _references(shop)) == 4_500


async def test_a_reading_that_broke_off_begins_anew(
    shop: Shop, staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "SHORT_BYTES", 10)
    home = await _upload(staff, "".join(f"A-1;;MANN;W {n};;;\n" for n in range(4_500)))
    kept, broken = files._keep_rows, 0

    async def breaks(*asked: Any) -> None:
        nonlocal broken
        broken += 1
        if broken == 2:
            raise ConnectionError
        await kept(*asked)

    monkeypatch.setattr(files, "_keep_rows", breaks)
    with pytest.raises(ConnectionError):
        await _queued(shop, files.READ_TASK)
    page = await staff.get(home)
    assert "Прочитано строк: 2 000 из 4 500" in words(page.text)
    assert "<progress aria-label" in page.text and 'value="2000" max="4500"' in page.text
    await _queued(shop, files.READ_TASK)
    assert "Новые 4 500" in words((await staff.get(home)).text)


async def test_a_long_file_that_is_no_table_says_so(
    shop: Shop, staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "SHORT_BYTES", 10)
    content = b"\x89PNG\r\n\x1a\n" + bytes(1000)
    answer = await staff.send_form(f"{HOME}/files", files={"file": ("x.xlsx", content)})
    home = answer.headers["location"]
    await _queued(shop, files.READ_TASK)
    page = await staff.get(home)
    assert "tone-danger" in page.text and f"{home}/apply" not in page.text


async def test_the_report_counts_companies_and_days(shop: Shop, staff: Client) -> None:
    other = await shop.new_company("Василёк")
    for company, day in ((shop.company, 0), (shop.company, 1), (other, 0)):
        await shop.run(
            "insert into fondaco.analogue_wanted (product_id, company_id, day)"
            " values (:product, :company, current_date - cast(:day as int))",
            product=shop.products[0],
            company=company.customer.company_id,
            day=day,
        )
    page = words((await staff.get(f"{HOME}/wanted")).text)
    assert "A-1 Болт 1 3" in page
    assert "Василёк, Ромашка" in page
    book = openpyxl.load_workbook(BytesIO((await staff.get(f"{HOME}/wanted.xlsx")).content))
    assert [cell.value for cell in list(book.active.rows)[1]][:4] == ["A-1", "Болт 1", "КРЕПЁЖ", 3]
    await shop.pair(1, 2)
    assert await substitutes(shop.ask, shop.products[:1])
    assert "A-1" not in words((await staff.get(f"{HOME}/wanted")).text)
