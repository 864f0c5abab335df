"""Files of statuses and balances through the front door: looked at, applied whole, applied once."""

import re
from collections.abc import Sequence
from io import BytesIO

import httpx
import pytest
import xlsxwriter
from loyalty_shop import GOLD, Shop
from sqlalchemy import text

from fondaco.hooks.context import system_ask
from fondaco.testing.client import Client
from fondaco.testing.plugin_checks import broken_invariants
from fondaco.testing.shop import words
from fondaco.testing.wholesaler import PASSWORD
from fondaco_loyalty.file_pages import MOST_ROWS
from fondaco_loyalty.file_rows import COLUMNS
from fondaco_sdk.testing.contracts.asking import Counting
from fondaco_sdk.types.sheet import Sheet

pytestmark = pytest.mark.plugins("loyalty")

FILES = "/p/loyalty/files"


def _tax_id(shop: Shop) -> str:
    return f"77{shop.company.customer.company_id:08d}"


def _xlsx(*rows: Sequence[object]) -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return out.getvalue()


async def _post(
    staff: Client, content: bytes | str, what: str = "balances", name: str = "ostatki.csv"
) -> httpx.Response:
    raw = content.encode() if isinstance(content, str) else content
    return await staff.send_form(FILES, {"file_what": what}, files={"file": (name, raw)})


async def _uploaded(staff: Client, content: bytes | str, what: str = "balances") -> str:
    """The address of the page on which the file can be applied."""
    answer = await _post(staff, content, what)
    assert answer.status_code == 303, words(answer.text)
    return str(answer.headers["location"])


async def _said(staff: Client, home: str) -> str:
    return words((await staff.get(home)).text)


async def _apply(staff: Client, home: str) -> str:
    answer = await staff.send_form(f"{home}/apply")
    assert (answer.status_code, answer.headers["location"]) == (303, home)
    return await _said(staff, home)


async def _refused_file(shop: Shop, staff: Client, home: str, what: str = "balances") -> Sheet:
    answer = await staff.get(f"{home}/refused.xlsx")
    assert 'filename="not-taken.xlsx"' in answer.headers["content-disposition"]
    columns = COLUMNS["statuses" if what == "statuses" else "balances"]
    return await system_ask(shop.hall).sheets.read(answer.content, columns)


async def test_a_file_is_looked_at_before_it_changes_anything(shop: Shop, staff: Client) -> None:
    await shop.new_company("Василёк")
    await shop.grant(40)
    rows = (
        ("Выгрузка из 1С", None, None, None),
        ("ИНН", "Код клиента", "Бонусы", "Комментарий"),
        (_tax_id(shop), None, 1500, "вырос"),
        (None, "Василёк", "1 250,5", None),
        ("7700000000", None, 5, "кто это"),
        (None, "Василёк", "много", None),
    )
    home = await _uploaded(staff, _xlsx(*rows))
    page = await _said(staff, home)
    for said in ("Применить 2 изменения", "Изменится 2", "Уже так 0", "Что не учтено 2"):
        assert said in page, said
    assert "Клиента с ИНН «7700000000» на портале нет" in page
    assert "«много» — не число" in page
    assert re.search(r"Ромашка \d+ 40 1 500 ", page), page
    assert (await shop.points()).available == 40, "nothing is changed by looking"

    page = await _apply(staff, home)
    assert "Учтено записей: 2, не учтено: 2." in page
    assert (await shop.points()).available == 1500
    assert await broken_invariants(shop.hall, "loyalty") == set()
    refused = await _refused_file(shop, staff, home)
    assert [row.cell("tax_id").text or row.cell("company").text for row in refused.rows] == [
        "7700000000",
        "Василёк",
    ]
    assert refused.rows[1].cell("points").text == "много"
    assert "Почему" in refused.ignored


async def test_the_refused_rows_are_corrected_and_uploaded_again(shop: Shop, staff: Client) -> None:
    home = await _uploaded(staff, "ИНН;Бонусы\n7700000000;15")
    assert "Применять нечего" in await _said(staff, home)
    answer = await staff.get(f"{home}/refused.xlsx")
    assert (await staff.get(home)).text.count("/apply") == 0
    await shop.run(
        "update fondaco.legal_entity set tax_id = '7700000000' where company_id = :c",
        c=shop.company.customer.company_id,
    )
    await _apply(staff, await _uploaded(staff, answer.content))
    assert (await shop.points()).available == 15


async def test_the_same_rows_twice_change_nothing_even_after_points_were_spent(
    shop: Shop, staff: Client
) -> None:
    rows = (("ИНН", "Бонусы"), (_tax_id(shop), 500))
    home = await _uploaded(staff, _xlsx(*rows))
    for _ in range(2):
        await _apply(staff, home)
    await shop.wish(200)
    await shop.order(10)
    assert (await shop.points()).available == 300
    again = await _uploaded(staff, _xlsx(*rows))
    page = await _said(staff, again)
    assert "Применять нечего" in page
    assert "Эти же строки уже применяли" in page
    await _apply(staff, again)
    assert [kind for kind, *_ in await shop.entries()] == ["import", "spend"]
    other = await _uploaded(staff, f"ИНН;Бонусы\n{_tax_id(shop)};320")
    assert re.search(r"Ромашка \d+ 300 320 ", await _said(staff, other))
    await _apply(staff, other)
    assert (await shop.points()).available == 320
    late = await _uploaded(staff, _xlsx(*rows))
    assert "Остаток на более поздний момент уже учтён" in await _said(staff, late)


async def test_statuses_come_from_a_file_too(shop: Shop, staff: Client) -> None:
    await shop.new_company("Василёк")
    content = (
        "ИНН\tСтатус\tС какого дня\tПо какой день\n"
        f"{_tax_id(shop)}\tзолото\t\t31.12.2099\n"
        f"{_tax_id(shop)}\tGold\t\t31.12.2099\n"
        "7700000000\tЗолото\t\t\n"
        f"77{shop.company.customer.company_id + 1:08d}\tАлмаз\t\t\n"
    )
    home = await _uploaded(staff, content, "statuses")
    page = await _said(staff, home)
    assert "Применить 1 изменение" in page
    assert "Клиент назван ещё раз дальше" in page
    assert "Статуса «Алмаз» на портале нет" in page
    assert (await shop.standing()).tier is None
    await _apply(staff, home)
    assert (await shop.standing()).tier == GOLD
    again = await _uploaded(staff, content, "statuses")
    page = await _said(staff, again)
    assert "Применять нечего" in page
    assert "Уже так 1" in page
    refused = await _refused_file(shop, staff, again, "statuses")
    assert [row.cell("status").text for row in refused.rows] == ["золото", "Золото", "Алмаз"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "нет ни одной заполненной строки"),
        ("ИНН;Сумма\n1;2", "нет столбца «Бонусы»"),
        ("Бонусы;Дата\n1;2", "нет столбца «ИНН» или «Код клиента»"),
        ("%PDF-1.4", "Это не таблица"),
        ("ИНН;Бонусы\n" + "7701234567;1\n" * (MOST_ROWS + 1), "слишком много строк"),
    ],
)
async def test_a_file_that_is_none_is_refused_at_its_field(
    shop: Shop, staff: Client, content: str, said: str
) -> None:
    answer = await _post(staff, content)
    assert answer.status_code == 422
    assert 'id="field-file-error"' in answer.text
    assert said in words(answer.text)
    assert "ostatki.csv" in answer.text


async def test_without_a_file_the_page_says_so(shop: Shop, staff: Client) -> None:
    answer = await staff.send_form(FILES, {"file_what": "statuses"})
    assert answer.status_code == 422
    assert "Выберите файл" in answer.text


async def test_a_failure_in_the_middle_leaves_nothing(
    shop: Shop, staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = await _uploaded(staff, f"ИНН;Бонусы\n{_tax_id(shop)};500")
    monkeypatch.setattr("fondaco_loyalty.files._APPLIED", text("select 1 / 0"))
    assert (await staff.send_form(f"{home}/apply")).status_code == 500
    assert await shop.entries() == []
    monkeypatch.undo()
    await _apply(staff, home)
    assert await shop.entries() == [("import", 500, 0)]


async def test_a_sample_can_be_filled_in_and_uploaded(shop: Shop, staff: Client) -> None:
    for what in ("balances", "statuses"):
        answer = await staff.get(f"{FILES}/sample.xlsx?what={what}")
        home = await _uploaded(staff, answer.content, what)
        assert "Клиента с ИНН «7701234567» на портале нет" in await _said(staff, home)


async def test_only_who_may_change_points_sees_files(shop: Shop, staff: Client) -> None:
    home = await _uploaded(staff, f"ИНН;Бонусы\n{_tax_id(shop)};500")
    for email in (await shop.wholesaler.staff("manager"), shop.company.email):
        await staff.sign_in(email, PASSWORD)
        for path in (home, f"{home}/refused.xlsx", f"{FILES}/sample.xlsx"):
            assert (await staff.get(path)).status_code == 403
        assert (await staff.send_form(f"{home}/apply")).status_code == 403
        assert (await _post(staff, "ИНН;Бонусы\n1;2")).status_code == 403
    assert await shop.entries() == []


async def test_a_file_that_is_not_there(staff: Client) -> None:
    path = f"{FILES}/019e0000-0000-7000-8000-000000000000"
    assert (await staff.get(path)).status_code == 404
    assert (await staff.send_form(f"{path}/apply")).status_code == 404


async def test_statements_do_not_depend_on_the_number_of_rows(
    shop: Shop, staff: Client, sql_budget: Counting
) -> None:
    names = ["Ромашка", *(f"Клиент {n}" for n in range(12))]
    for name in names[1:]:
        await shop.new_company(name)
    counts = []
    for many in (names[:1], names[1:]):
        home = await _uploaded(staff, "Код;Бонусы\n" + "\n".join(f"{name};5" for name in many))
        with sql_budget() as looking:
            await staff.get(home)
        token = await staff.token()
        with sql_budget() as applying:
            await staff.post(f"{home}/apply", headers={"X-CSRFToken": token})
        counts.append((looking.number, applying.number))
    assert counts[0] == counts[1]
