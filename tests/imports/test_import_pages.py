"""The pages of imports: who may, upload, progress, counts, the report, starting again."""

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from cml import catalogue, goods, offer, offers, packed, shop
from desk import Desk, words

from fondaco.testing.wholesaler import Wholesaler

pytestmark = pytest.mark.plugins("erp_1c")


async def test_a_package_is_uploaded_done_by_the_worker_and_reported(desk: Desk) -> None:
    package = shop(["A-1", "A-2"]) | {"more.xml": offers(offer("A-1"), offer("GONE", stock="-3"))}
    answer = await desk.upload("выгрузка.zip", packed(package))
    place = answer.headers["location"]
    waiting = await desk.client.get(place)
    assert "выгрузка.zip" in waiting.text
    assert f'hx-get="{place}/live"' in waiting.text
    await desk.work()

    page = await desk.client.get(f"{place}/live")
    assert "hx-trigger" not in page.text
    shown = words(page.text)
    assert "готова" in shown
    assert "Пётр Сотрудник" in shown
    assert "Товары 2 2 — — — —" in shown
    assert "Цены 4 — 2 — 1 —" in shown
    assert "GONE" in shown
    assert "товара «GONE» нет ни в файле, ни на сайте" in shown
    listed = words((await desk.client.get("/staff/imports")).text)
    assert "выгрузка.zip" in listed
    assert "Выгрузка 1С (CommerceML)" in listed
    assert await desk.prices() == {("A-1", "Розница"): 100, ("A-2", "Розница"): 100}
    assert not list((desk.hall.settings.data / "imports").iterdir())


async def test_the_page_is_in_the_language_of_the_person(desk: Desk) -> None:
    page = await desk.load("p.zip", packed({"offers.xml": offers(offer("GONE"))}))
    assert "Предложение пропущено" in page
    desk.client.cookies.set("locale", "en")
    [(uuid,)] = await desk.all("select uuid from fondaco.import_run")
    page = (await desk.client.get(f"/staff/imports/{uuid}")).text
    assert "The offer was left out" in page
    assert "What is wrong and what to do" in page


async def test_the_report_is_paged_and_downloaded_without_formulas(desk: Desk) -> None:
    many = [offer(f"=1+{n}", stock="-1") for n in range(60)]
    await desk.load("p.zip", packed({"offers.xml": offers(*many)}))
    [(uuid,)] = await desk.all("select uuid from fondaco.import_run")
    place = f"/staff/imports/{uuid}"
    first = (await desk.client.get(place)).text
    assert 'rel="next"' in first
    remarks = words((await desk.client.get(f"{place}?show=remarks")).text)
    assert remarks.count("Остаток отрицательный: -1") == 50
    assert "Предложение пропущено" not in remarks

    answer = await desk.client.get(f"{place}/report.xlsx")
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).worksheets[0]
    assert sheet.max_row == 1 + 60 * 4
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert {cell.value for cell in cells} >= {"=1+59", "offers.xml", "Отклонено", "Замечание"}


async def test_a_page_of_a_long_report_takes_as_many_statements_as_of_a_short_one(
    desk: Desk, sql_budget: Any
) -> None:
    counts = []
    for number in (1, 120):
        few = [offer(f"GONE-{n}") for n in range(number)]
        await desk.load(f"{number}.zip", packed({"offers.xml": offers(*few)}))
        [(uuid,)] = await desk.all("select uuid from fondaco.import_run order by id desc limit 1")
        with sql_budget() as count:
            await desk.client.get(f"/staff/imports/{uuid}")
        counts.append(count.number)
    assert counts[0] == counts[1] <= 5


async def test_the_list_of_runs_takes_one_statement_however_long_it_is(
    desk: Desk, sql_budget: Any
) -> None:
    with sql_budget() as empty:
        await desk.client.get("/staff/imports")
    await desk.execute(
        "insert into fondaco.import_run (uuid, importer, source, source_hash, state)"
        " select gen_random_uuid(), 'commerceml', 'run-' || n || '.zip', '', 'done'"
        " from generate_series(1, 40) n"
    )
    with sql_budget() as full:
        page = await desk.client.get("/staff/imports")
    assert full.number == empty.number
    older = await desk.client.get("/staff/imports?before=11")
    assert "run-40" in page.text
    assert "run-5." not in page.text
    assert "run-5." in older.text


async def test_a_failed_run_is_started_again_and_says_why_it_failed(desk: Desk) -> None:
    broken = catalogue(goods("A-1")).replace("</Товары>".encode(), b"<")
    answer = await desk.upload("import.xml", broken)
    place = answer.headers["location"]
    await desk.work()
    page = words((await desk.client.get(place)).text)
    assert "остановлена" in page
    assert "Загрузка остановилась на файле import.xml" in page
    assert "XML повреждён" in page or "строк" in page
    assert await desk.all("select 1 from fondaco.product") == []
    again = await desk.client.send_form(f"{place}/again")
    assert again.status_code == 303
    assert "в очереди" in words((await desk.client.get(place)).text)
    await desk.work()
    assert "остановлена" in words((await desk.client.get(place)).text)

    folder = desk.hall.settings.data / "imports"
    for package in folder.rglob("*"):
        package.unlink() if package.is_file() else None
    refused = await desk.client.send_form(f"{place}/again")
    assert refused.status_code == 409
    assert "Запустить ещё раз" not in (await desk.client.get(place)).text


async def test_the_same_file_uploaded_again_goes_on_with_its_run(desk: Desk) -> None:
    content = packed(shop(["A-1"]))
    first = await desk.upload("p.zip", content)
    second = await desk.upload("p.zip", content)
    assert first.headers["location"] == second.headers["location"]
    await desk.work()
    assert await desk.all("select state from fondaco.import_run") == [("done",)]
    third = await desk.upload("p.zip", content)
    await desk.work()
    page = words((await desk.client.get(third.headers["location"])).text)
    assert "Товары 1 — — — — —" in page


async def test_runs_of_one_importer_are_done_in_their_order(desk: Desk) -> None:
    """Whichever the worker picks first: the catalogue before the prices that need it."""
    for part in ("import.xml", "offers.xml"):
        await desk.upload(part, shop(["A-1"])[part])
    await desk.execute(
        "update fondaco.pgqueuer set execute_after = now() + interval '1 second'"
        " where id = (select min(id) from fondaco.pgqueuer)"
    )
    await desk.work()
    states = await desk.all("select source, state, counts->>'refused' from fondaco.import_run")
    assert sorted(states) == [("import.xml", "done", "0"), ("offers.xml", "done", "0")]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("", b"", "Сначала выберите файл"),
        ("notes.docx", b"x", "Такие файлы читать некому"),
        ("import.xml", b"", "Файл пуст"),
    ],
)
async def test_what_is_no_package_is_refused_at_the_form(
    desk: Desk, name: str, content: bytes, said: str
) -> None:
    answer = await desk.upload(name, content)
    assert answer.status_code == 422
    assert said in words(answer.text)
    assert await desk.all("select 1 from fondaco.import_run") == []


async def test_a_manager_may_not_import(desk: Desk, wholesaler: Wholesaler) -> None:
    await desk.client.post("/logout")
    await desk.sign_in(wholesaler, "manager")
    assert (await desk.client.get("/staff/imports")).status_code == 403
    assert (await desk.upload("p.zip", packed(shop(["A-1"])))).status_code == 403
