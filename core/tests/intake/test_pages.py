"""Quick order through the front door: a file or a paste, four groups, decisions, the cart."""

import re
import time
from collections.abc import Sequence
from decimal import Decimal
from html import unescape
from io import BytesIO
from typing import Any
from uuid import uuid4

import httpx
import openpyxl
import pytest_asyncio
import xlsxwriter
from sqlalchemy import text

from fondaco.db.counting import counting
from fondaco.hooks.hall import Hall
from fondaco.settings import Settings
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import PASSWORD, CompanyFixture, Wholesaler

HEAD = ("Артикул", "Кол-во")
HTMX = {"HX-Request": "true"}
Rows = Sequence[Sequence[object]]


def workbook(rows: Rows) -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("Заявка")
        for index, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(index, column, value)
    return out.getvalue()


async def upload(client: Client, content: bytes, name: str = "заявка.xlsx") -> httpx.Response:
    return await client.send_form("/quick-order/upload", files={"file": (name, content)})


async def uploaded(client: Client, rows: Rows) -> str:
    """The address of the page of an uploaded list."""
    answer = await upload(client, workbook(rows))
    assert answer.status_code == 303, answer.text[:2000]
    return str(answer.headers["location"])


def words(html: str) -> str:
    """What a person reads, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def row(html: str, number: int) -> str:
    found = re.search(rf'<tr id="row-{number}">.*?</tr>', html, re.DOTALL)
    assert found, f"no row {number}"
    return words(found[0])


def section(html: str, group: str) -> list[int]:
    """The numbers of the rows of a group."""
    found = re.search(rf'<section class="mb-4" id="{group}">.*?</section>', html, re.DOTALL)
    return [int(n) for n in re.findall(r'<tr id="row-(\d+)"', found[0])] if found else []


async def run(hall: Hall, statement: str, **values: object) -> Any:
    async with hall.database.transaction() as connection:
        found = await connection.execute(text(statement), values)
        return found.all() if found.returns_rows else None


@pytest_asyncio.fixture
async def company(wholesaler: Wholesaler, client: Client) -> CompanyFixture:
    """A signed-in buyer of a shop with 500 products A-1 …: 100 ₽ each, 50 of each in Moscow."""
    seller, prices = await wholesaler.seller(), await wholesaler.price_list()
    place = await wholesaler.place()
    await wholesaler.products(500, price_list=prices, place=place, on_hand=Decimal(50))
    made = await wholesaler.company("Ромашка", seller, [prices])
    await client.sign_in(made.email, PASSWORD)
    return made


async def test_a_file_becomes_four_groups_and_one_button(
    hall: Hall, client: Client, company: CompanyFixture
) -> None:
    await run(hall, "update fondaco.product set multiple = 12 where sku = 'A-2'")
    await run(
        hall, "update fondaco.product_code set value = '000123', key = '000123' where value = 'A-5'"
    )
    await run(hall, "update fondaco.product set sku = '000123' where sku = 'A-5'")
    await run(
        hall,
        "insert into fondaco.product_code (product_id, kind, value, key)"
        " select id, 'barcode', '4600000000015', '4600000000015'"
        " from fondaco.product where sku = 'A-3'",
    )
    await run(
        hall,
        "insert into fondaco.product_code (product_id, kind, value, key)"
        " select id, 'alias', sku || '/B', 'AB1' from fondaco.product"
        " where sku in ('A-7', 'A-8')",
    )
    await run(
        hall,
        "delete from fondaco.price_row where product_id ="
        " (select id from fondaco.product where sku = 'A-11')",
    )
    where = await uploaded(
        client,
        [
            HEAD,
            ("A-1", 5),
            ("A-2", 5),
            ("4600000000015", 2),
            ("а 4", 1),
            ("AB-1", 3),
            ("A-6", 80),
            ("нет такого", 1),
            ("A-10", "много"),
            ("A-1", 10),
            ("A-11", 1),
        ],
    )
    html = (await client.get(where)).text
    assert section(html, "ready") == [2, 4, 5, 10]
    assert section(html, "substituted") == [3]
    assert section(html, "choose") == [6, 7, 11]
    assert section(html, "not_found") == [8, 9]
    assert "4 готовы 1 с заменой 3 выбрать 2 не найдены" in words(html)
    # 15 of A-1, 12 of A-2, 2 of A-3, 1 of A-4
    assert "В корзину: 4 строки на 3 000,00 ₽" in words(html)
    assert "Продаётся кратно 12: 12 вместо 5" in row(html, 3)
    assert "Штрихкод совпал" in row(html, 4)
    assert "Совпал без пробелов" in row(html, 5)
    assert "A-7" in row(html, 6) and "A-8" in row(html, 6)
    assert "В наличии только 50 шт" in row(html, 7) and "Взять 50" in row(html, 7)
    assert "Такого артикула нет" in row(html, 8)
    assert "«много» не похоже на число" in row(html, 9)
    assert "Повтор строки 2" in row(html, 10)
    assert "Для вас нет цены" in row(html, 11)
    english = (await client.get(where, headers={"Cookie": _cookies(client, "en")})).text
    assert "4 ready 1 replaced 3 to choose 2 not found" in words(english)


async def test_zeros_that_excel_dropped_are_found(
    hall: Hall, client: Client, company: CompanyFixture
) -> None:
    await run(
        hall, "update fondaco.product_code set value = '000123', key = '000123' where value = 'A-5'"
    )
    await run(hall, "update fondaco.product set sku = '000123' where sku = 'A-5'")
    out = BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        sheet.write_number(1, 0, 123, book.add_format({"num_format": "000000"}))
        sheet.write_number(1, 1, 4)
    answer = await upload(client, out.getvalue())
    html = (await client.get(answer.headers["location"])).text
    assert section(html, "substituted") == [2]
    assert "В файле число 123, найден артикул 000123" in row(html, 2)


async def test_five_hundred_rows_within_the_limits(
    client: Client, company: CompanyFixture, sql_budget: type[counting]
) -> None:
    counts = []
    for many in (1, 50, 500):
        content = workbook([HEAD, *((f"A-{n}", n % 7 + 1) for n in range(1, many + 1))])
        headers = {"X-CSRFToken": await client.token()}
        started = time.perf_counter()
        with sql_budget() as shown:
            files = {"file": ("заявка.xlsx", content)}
            answer = await client.post("/quick-order/upload", files=files, headers=headers)
            page = await client.get(answer.headers["location"])
        answered = time.perf_counter()
        with sql_budget() as added:
            where = f"{answer.headers['location']}/cart"
            cart = await client.post(where, data={"seen": "0"}, headers=headers)
        ended = time.perf_counter()
        assert page.status_code == 200 and len(section(page.text, "ready")) == many
        assert cart.headers["location"] == "/cart"
        counts.append((shown.number, added.number))
        print(
            f"{many} rows: page in {1000 * (answered - started):.0f} ms,"
            f" into the cart in {1000 * (ended - answered):.0f} ms"
        )
    # Beside the two sessions at most eleven, hooks of the built-in plugins among them.
    assert counts == [counts[0]] * 3
    assert counts[0][0] <= 14 and counts[0][1] <= 14


async def test_a_paste_keeps_the_numbers_of_its_lines(
    client: Client, company: CompanyFixture
) -> None:
    answer = await client.send_form("/quick-order/paste", {"text": "\nA-1\t5\n\nнет\t2\n"})
    html = (await client.get(answer.headers["location"])).text
    assert (section(html, "ready"), section(html, "not_found")) == ([2], [4])
    assert "Вставленный список" in words(html)
    home = await client.get("/quick-order", params={"text": "A-1\t5"})
    assert "A-1\t5</textarea>" in home.text


async def test_a_file_that_cannot_be_read_is_refused_in_words(
    hall: Hall, settings: Settings, client: Client, company: CompanyFixture
) -> None:
    for content, said in (
        (b"", "нет ни одной строки"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 500, "не таблица"),
        (b"PK\x03\x04" + b"\0" * 500, "повреждён"),
        (b"\0\1\2\3" * 500, "не похоже"),
        (b"\n".join(b"A-%d;1" % n for n in range(6000)), "слишком много строк"),
    ):
        answer = await upload(client, content)
        assert answer.status_code == 422
        assert said in words(answer.text) and 'id="field-file-error"' in answer.text
    assert await run(hall, "select 1 from fondaco.article_list") == []
    assert list((settings.data / "uploads").iterdir()) == []


async def test_a_paste_that_cannot_be_read_is_kept(
    hall: Hall, client: Client, company: CompanyFixture
) -> None:
    long = "A-1\t5\n" * 200_000
    for typed, status in (("", 422), (" \n ", 422), (long, 413)):
        answer = await client.send_form("/quick-order/paste", {"text": typed})
        assert answer.status_code == status
        assert 'id="field-text-error"' in answer.text
    assert long.strip() in unescape(answer.text)
    assert await run(hall, "select 1 from fondaco.article_list") == []


async def test_no_file_and_no_form_are_refused(client: Client, company: CompanyFixture) -> None:
    missing = await client.send_form("/quick-order/upload", {"file": "text"})
    assert missing.status_code == 422 and "Выберите файл" in missing.text
    headers = {"X-CSRFToken": await client.token(), "content-type": "multipart/form-data"}
    for end in ("", "; boundary=x"):
        kind = {**headers, "content-type": f"multipart/form-data{end}"}
        broken = await client.post("/quick-order/upload", content=b"--x\r\nnonsense", headers=kind)
        assert 400 <= broken.status_code < 500
    assert (await upload(client, b"-" * 56_000_000)).status_code == 413


async def test_hostile_text_is_shown_and_kept_as_text(
    client: Client, company: CompanyFixture
) -> None:
    evil = '=HYPERLINK("x")<script>alert(1)</script>\x00'
    where = await uploaded(client, [(*HEAD, "Название"), (evil, "1", "=1+1"), ("A-1", 1, "+7 900")])
    html = (await client.get(where)).text
    assert "<script>alert" not in html and "&lt;script&gt;alert" in html
    answer = await client.get(f"{where}/not-found.xlsx")
    cells = list(openpyxl.load_workbook(BytesIO(answer.content)).active.iter_rows())  # type: ignore[union-attr]
    assert [cell.value for cell in cells[1]][:4] == [evil.rstrip("\x00"), "1", "=1+1", 2]
    assert all(cell.data_type != "f" for line in cells for cell in line)
    again = await upload(client, answer.content)
    assert section((await client.get(again.headers["location"])).text, "not_found") == [2]


async def test_the_sample_can_be_uploaded_as_it_is(client: Client, company: CompanyFixture) -> None:
    answer = await client.get("/quick-order/sample.xlsx")
    again = await upload(client, answer.content)
    html = (await client.get(again.headers["location"])).text
    assert section(html, "ready") == [2, 3, 4, 5, 6]


async def test_one_click_chooses_and_another_takes_it_back(
    hall: Hall, client: Client, company: CompanyFixture
) -> None:
    await run(
        hall,
        "insert into fondaco.product_code (product_id, kind, value, key)"
        " select id, 'alias', sku || '/B', 'AB1' from fondaco.product"
        " where sku in ('A-7', 'A-8')",
    )
    where = await uploaded(client, [HEAD, ("AB-1", 3), ("A-7", 48)])
    html = (await client.get(where)).text
    product = re.findall(r'name="product" value="([^"]+)"', html)[0]
    chosen = await client.send_form(f"{where}/rows/2/product", {"product": product}, headers=HTMX)
    assert 'hx-target="#row-2"' in chosen.text and 'hx-target="#row-3"' in chosen.text
    assert "Выбрано вами" in row(chosen.text, 2) and "В наличии только 47" in row(chosen.text, 3)
    assert "1 готова" in words(chosen.text) and "на 300,00" in words(chosen.text)
    assert f'{where}/rows/2/product"' in chosen.text and "Вернуть" in chosen.text
    back = await client.send_form(f"{where}/rows/2/product")
    assert (back.status_code, back.headers["location"]) == (303, f"{where}#row-2")
    assert section((await client.get(where)).text, "choose") == [2]
    for wrong in ("nonsense", str(uuid4())):
        await client.send_form(f"{where}/rows/2/product", {"product": wrong})
    assert section((await client.get(where)).text, "choose") == [2]


async def test_a_short_row_is_taken_in_part_or_kept(
    client: Client, company: CompanyFixture
) -> None:
    where = await uploaded(client, [HEAD, ("A-1", 80)])
    part = await client.send_form(
        f"{where}/rows/2/quantity", {"quantity": "50", "take": "yes"}, headers=HTMX
    )
    assert "на 5 000,00" in words(part.text) and "Вернуть" in part.text
    await client.send_form(f"{where}/rows/2/quantity", {"quantity": ""})
    await client.send_form(f"{where}/rows/2/keep", {"keep": "yes"})
    html = (await client.get(where)).text
    assert section(html, "ready") == [2] and "Оставлено по вашему решению" in row(html, 2)
    await client.send_form(f"{where}/rows/2/keep", {"keep": "no"})
    assert section((await client.get(where)).text, "choose") == [2]


async def test_an_article_is_corrected_in_place(client: Client, company: CompanyFixture) -> None:
    where = await uploaded(client, [HEAD, ("A-1O", 5), ("A-10", 2)])
    mended = await client.send_form(f"{where}/rows/2/article", {"article": "a10"}, headers=HTMX)
    assert "A-1O" in row(mended.text, 2) and "Болт 10" in row(mended.text, 2)
    assert "Повтор строки 2" in row(mended.text, 3)
    undone = await client.send_form(f"{where}/rows/2/article", headers=HTMX)
    assert "Такого артикула нет" in row(undone.text, 2) and "Повтор" not in row(undone.text, 3)


async def test_a_wrong_quantity_changes_nothing(client: Client, company: CompanyFixture) -> None:
    where = await uploaded(client, [HEAD, ("A-1", 5)])
    for typed in ("abc", "0", "-1", "1.2345", "1e99", "1e999999999", "9" * 30, "NaN", "٣x"):
        asked = {"quantity": typed}
        answer = await client.send_form(f"{where}/rows/2/quantity", asked, headers=HTMX)
        assert answer.status_code == 422, typed
    assert "на 500,00" in words((await client.get(where)).text)


async def test_other_columns_are_read_for_a_day(
    settings: Settings, client: Client, company: CompanyFixture
) -> None:
    where = await uploaded(
        client, [("Код", "Артикул", "Мин.", "Кол-во"), ("A-1", "A-2", 1, 7), ("A-3", "A-4", 1, 9)]
    )
    html = (await client.get(where)).text
    assert "Артикул — столбец B · Артикул; количество — столбец D · Кол-во" in words(html)
    asked = {"article": "0", "quantity": "2", "name": "", "sheet": "Заявка"}
    assert (await client.send_form(f"{where}/columns", asked)).headers["location"] == where
    html = (await client.get(where)).text
    assert "Болт 1 " in row(html, 2) and "Артикул — столбец A · Код" in words(html)
    assert "В корзину: 2 строки на 200,00" in words(html)
    for wrong in ({"article": "77"}, {"article": "0", "sheet": "Нет"}):
        answer = await client.send_form(f"{where}/columns", wrong)
        assert answer.status_code == 422 and "tone-danger" in answer.text
        assert section(answer.text, "ready") == [2, 3]
    for kept in (settings.data / "uploads").iterdir():
        kept.unlink()
    assert (await client.send_form(f"{where}/columns", asked)).status_code == 409
    assert "уже удалён" in (await client.get(where)).text


async def test_a_paste_is_read_again_too(client: Client, company: CompanyFixture) -> None:
    typed = "A-1\tA-2\t3\nA-3\tA-4\t3"
    where = (await client.send_form("/quick-order/paste", {"text": typed})).headers["location"]
    await client.send_form(f"{where}/columns", {"article": "1", "quantity": "2"})
    assert "Болт 2 " in row((await client.get(where)).text, 1)


async def test_the_second_press_adds_nothing(
    hall: Hall, client: Client, company: CompanyFixture
) -> None:
    where = await uploaded(client, [HEAD, ("A-1", 5)])
    for seen, said in (
        ("0", "Добавлена 1 строка из списка"),
        ("0", "второй раз он не добавлен"),
        ("1e999999999", "второй раз он не добавлен"),
    ):
        answer = await client.send_form(f"{where}/cart", {"seen": seen})
        assert answer.headers["location"] == "/cart"
        assert said in words((await client.get("/cart")).text)
    assert await run(hall, "select quantity from fondaco.cart_line") == [(Decimal(5),)]
    assert "уже добавлен в корзину" in (await client.get(where)).text


async def test_a_long_list_is_shown_by_pages_of_a_group(
    client: Client, company: CompanyFixture
) -> None:
    rows = [(f"A-{n}", 1) for n in range(1, 451)] + [(f"нет-{n}", 1) for n in range(160)]
    where = await uploaded(client, [HEAD, *rows])
    html = (await client.get(where)).text
    assert len(section(html, "ready")) == len(section(html, "not_found")) == 100
    assert "450 готовы" in words(html) and "1–100 из 450" in words(html)
    last = (await client.get(f"{where}?group=ready&page=5")).text
    assert section(last, "ready")[0] == 402 and section(last, "not_found") == []
    for odd in ("?group=ready&page=99", "?group=ready&page=-1", "?group=x", "?page=0"):
        assert (await client.get(where + odd)).status_code == 200


async def test_a_very_long_list_shows_its_progress(
    hall: Hall, client: Client, company: CompanyFixture
) -> None:
    where = await uploaded(client, [HEAD, *((f"нет-{n}", 1) for n in range(2001))])
    html = (await client.get(where)).text
    assert "Сверено с каталогом строк: 0 из 2 001" in words(html)
    assert f'hx-get="{where}/progress"' in html and 'id="to-cart"' not in html
    assert (await client.send_form(f"{where}/cart", {"seen": "0"})).status_code == 409
    running = await client.get(f"{where}/progress", headers=HTMX)
    assert 'id="list-progress"' in running.text and "<html" not in running.text
    assert "сверено 0 из 2 001" in words((await client.get("/quick-order")).text)
    await run(hall, "update fondaco.article_list set state = 'ready'")
    ended = await client.get(f"{where}/progress", headers=HTMX)
    assert (ended.status_code, ended.headers["hx-redirect"]) == (204, where)


async def test_a_removed_list_can_be_brought_back(client: Client, company: CompanyFixture) -> None:
    where = await uploaded(client, [HEAD, ("A-1", 5)])
    answer = await client.send_form(f"{where}/remove")
    home = await client.get(answer.headers["location"])
    assert "Список «заявка.xlsx» удалён" in words(home.text)
    assert (await client.get(where)).status_code == 404
    await client.send_form(f"{where}/restore")
    assert (await client.get(where)).status_code == 200


async def test_another_companys_list_is_absent_everywhere(
    hall: Hall, client: Client, company: CompanyFixture, wholesaler: Wholesaler
) -> None:
    where = await uploaded(client, [HEAD, ("A-1", 5)])
    prices = company.customer.price_lists
    other = await wholesaler.company("Василёк", company.customer.seller_id, prices)
    client.cookies.clear()
    await client.sign_in(other.email, PASSWORD)
    for path in (where, f"/quick-order/{uuid4()}"):
        for page in ("", "/progress", "/not-found.xlsx"):
            assert (await client.get(path + page)).status_code == 404, page
        for deed in (
            *(f"/rows/2/{verb}" for verb in ("quantity", "product", "article", "keep")),
            *("/columns", "/cart", "/remove", "/restore"),
        ):
            form = {"quantity": "3", "article": "0", "keep": "yes", "seen": "0"}
            assert (await client.send_form(path + deed, form)).status_code == 404, deed
    assert (await client.get(f"/quick-order?removed={where[-36:]}")).text.count("заявка") == 0
    kept = "select wanted, corrected, keep from fondaco.article_list_row"
    assert await run(hall, kept) == [(None, "", False)]


async def test_a_row_that_is_not_there_is_absent(client: Client, company: CompanyFixture) -> None:
    where = await uploaded(client, [HEAD, ("A-1", 5)])
    for number in (0, 1, 3, 2**31, 2**70):
        answer = await client.send_form(f"{where}/rows/{number}/keep", {"keep": "yes"})
        assert answer.status_code == 404, number


async def test_who_may_not_order_may_not_upload(
    hall: Hall, client: Client, wholesaler: Wholesaler
) -> None:
    assert (await client.get("/quick-order")).headers["location"].startswith("/login")
    seller, prices = await wholesaler.seller(), await wholesaler.price_list()
    for roles in (["accountant"], ["manager"]):
        made = await wholesaler.company("Ромашка", seller, [prices], roles=roles)
        client.cookies.clear()
        await client.sign_in(made.email, PASSWORD)
        assert (await client.get("/quick-order")).status_code == 403
        assert (await upload(client, workbook([HEAD, ("A-1", 1)]))).status_code == 403


def _cookies(client: Client, locale: str) -> str:
    return "; ".join([*(f"{c.name}={c.value}" for c in client.cookies.jar), f"locale={locale}"])
