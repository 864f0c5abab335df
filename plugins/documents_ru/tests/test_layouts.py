"""What the forms say, and that their sums are those of their lines to the kopeck."""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from openpyxl import load_workbook
from ru_samples import TRADER, contract, delivery, drawn, line, statement

from fondaco.documents.press import KernelPress
from fondaco.documents.render import RenderError
from fondaco.testing.papers import BUYER, SELLER
from fondaco.testing.pdf import pages_of, text_of
from fondaco_documents_ru.contract import ContractLayout
from fondaco_documents_ru.placeholders import PLACEHOLDERS
from fondaco_documents_ru.reconciliation import ReconciliationLayout, act_texts
from fondaco_documents_ru.settings import DocumentsRuSettings
from fondaco_documents_ru.torg12 import Torg12Layout, torg12_texts
from fondaco_documents_ru.upd import UpdLayout, upd_texts
from fondaco_sdk.errors import UserError
from fondaco_sdk.providers.layout import Paper
from fondaco_sdk.types.paper import Delivery, Letterhead, Line, Statement

UPD, TORG12, ACT = UpdLayout(), Torg12Layout(), ReconciliationLayout()


def _paper(content: Any) -> tuple[Paper, KernelPress]:
    paper = Paper(kind="x", format="pdf", locale="ru", content=content, letterhead=Letterhead())
    return paper, KernelPress(paper)


def _amount(text: str) -> Decimal:
    return Decimal(re.sub(r"\s", "", text).replace(",", "."))


def test_a_upd_of_a_vat_payer_has_every_column_and_line_of_the_form() -> None:
    content = delivery(3, ("22", "10", "0"))
    text = text_of(drawn(UPD, content))
    for mark in ("(1)", "(1а)", "(2)", "(2а)", "(2б)", "(3)", "(4)", "(5)", "(5а)", "(6)", "(6а)",
                 "(6б)", "(7)", "(8)", *(f"[{n}]" for n in range(8, 20))):  # fmt: skip
        assert mark in text, mark
    for mark in [
        "А",
        "1",
        "1а",
        "1б",
        "2",
        "2а",
        "3",
        "4",
        "5",
        "6",
        "7",
        "8",
        "9",
        "10",
        "10а",
        "11",
        "12",
        "12а",
        "13",
        "14",
    ]:
        assert f" {mark} " in text, mark
    for said in ("Статус: 1", "7701234567/770101001", "3664123456/366401001", "643", "796",
                 "156 Китай", "112 Беларусь", "без акциза", "22%", "10%", "0%", "26-000042",
                 "№ п/п 1–3 № 26-000042 от 27.11.2026", "Договор № 118/26", "Морозов А. В.",
                 "Лебедева Н. С.", "с. Новая Усмань", "Документ составлен на 1"):  # fmt: skip
        assert said in text, said
    assert "Двадцать девять тысяч шестьсот девяносто три рубля 17 копеек" in text
    assert "10%: 371,24; 0%: 0,00; 22%: 2 940,69" in text


def test_a_upd_of_a_seller_without_vat_has_status_two() -> None:
    text = text_of(drawn(UPD, delivery(2, ("novat",), TRADER)))
    assert "Статус: 2" in text
    assert "без НДС" in text
    assert "22%" not in text
    assert "Индивидуальный предприниматель" in text
    assert "Гончаров П. К." in text


def test_a_corrected_document_says_which_correction_it_is() -> None:
    said = {"version": 3, "corrected_on": date(2026, 12, 1)}
    assert "Исправление № 2 от 01.12.2026" in text_of(drawn(UPD, delivery(), **said))
    assert "Исправление № 2 от 01.12.2026" in text_of(drawn(TORG12, delivery(), **said))
    assert "Исправление № 2 от 01.12.2026" in text_of(drawn(ACT, statement(), **said))
    assert "Исправление № — от —" in text_of(drawn(UPD, delivery()))


def test_500_lines_stand_under_a_head_on_every_page() -> None:
    pages = pages_of(drawn(UPD, delivery(500, ("22", "10"))))
    assert len(pages) > 10
    assert all("А 1 1а 1б 2 2а 3" in page and "796" in page for page in pages)
    assert f"{len(pages)} из {len(pages)}" in pages[-1]
    assert f"Документ составлен на {len(pages)}" in pages[-1]
    assert "[10]" in pages[-1]


@pytest.mark.parametrize("count", range(1, 40, 3))
def test_nobody_signs_a_page_without_goods(count: int) -> None:
    last = pages_of(drawn(UPD, delivery(count)))[-1]
    assert "А 1 1а 1б 2 2а 3" in last
    assert "796" in last
    assert "Всего к оплате" in last


def test_every_page_of_a_waybill_adds_up_its_own_rows() -> None:
    content = delivery(60)
    pages = pages_of(drawn(TORG12, content))
    assert len(pages) > 2
    found = [re.search(r"Итого ([\d ,]+?) Х ([\d ]+,\d\d) Х ([\d ]+,\d\d) ([\d ]+,\d\d)", page)
             for page in pages]  # fmt: skip
    sums = [[_amount(group) for group in one.groups()] for one in found if one]
    assert len(sums) == len([page for page in pages if " 796 " in page])
    assert sum(one[0] for one in sums) == sum(row.quantity for row in content.lines)
    assert sum(one[1] for one in sums) == sum(row.net for row in content.lines)
    assert sum(one[2] for one in sums) == sum(row.vat_amount for row in content.lines)
    assert sum(one[3] for one in sums) == content.total
    last = pages[-1]
    assert "Всего по накладной" in last
    assert "Шестьдесят порядковых номеров" in last
    for said in ("0330212", "Грузоотправитель", "Грузополучатель", "Поставщик", "Плательщик",
                 "40702810138250123017", "Основание"):  # fmt: skip
        assert said in pages[0], said
    for said in ("Отпуск груза разрешил", "Груз принял", "По доверенности №"):
        assert said in last, said


def test_an_act_balances_and_says_in_words_who_owes() -> None:
    text = text_of(drawn(ACT, statement(6)))
    assert "По данным ООО «Северный подшипник», руб." in text
    assert "По данным ООО «Агротехсервис», руб." in text
    # 1 500.00 + 9 000.03 - 10 800.00
    assert "Обороты за период 9 000,03 10 800,00" in text
    assert (
        "На 30.11.2026 задолженность в пользу ООО «Агротехсервис» составляет 299,97 руб."
        " (Двести девяносто девять рублей 97 копеек)." in text
    )
    even = replace(statement(0), opening=Decimal(0))
    assert "На 30.11.2026 задолженность отсутствует." in text_of(drawn(ACT, even))
    owes = text_of(drawn(ACT, replace(statement(0), opening=Decimal("10.50"))))
    assert "в пользу ООО «Северный подшипник» составляет 10,50 руб. (Десять рублей 50" in owes


_MONEY = st.decimals(Decimal("0.01"), Decimal("9999999.99"), places=2)
_QUANTITY = st.decimals(Decimal("0.001"), Decimal(9999), places=3)
_ROWS = st.lists(st.tuples(_MONEY, _QUANTITY, st.sampled_from(["22", "10", "0", "novat"])),
                 min_size=1, max_size=30)  # fmt: skip


def _lines(rows: list[tuple[Decimal, Decimal, str]]) -> list[Line]:
    made = []
    for number, (total, quantity, rate) in enumerate(rows, 1):
        percent = Decimal(0) if rate == "novat" else Decimal(rate)
        vat = (total * percent / (100 + percent)).quantize(Decimal("0.01"), ROUND_HALF_UP)
        made.append(
            replace(line(number), total=total, quantity=quantity, vat_rate=rate, vat_amount=vat)
        )
    return made


@settings(max_examples=60, deadline=None)
@given(rows=_ROWS)
def test_totals_are_the_sums_of_what_is_printed(
    rows: list[tuple[Decimal, Decimal, str]],
) -> None:
    content = delivery(rows=_lines(rows))
    for texts, net, vat, total in (
        (upd_texts(*_arguments(content)), 8, 11, 12),
        (torg12_texts(*_arguments(content)), 11, 13, 14),
    ):
        printed: Any = texts["rows"]
        sums: Any = texts["totals"]
        taxed = [row[vat] for row in printed if row[vat][0].isdigit()]
        assert _amount(sums[-3]) == sum(_amount(row[net]) for row in printed)
        assert _amount(sums[-1]) == sum(_amount(row[total]) for row in printed)
        if taxed:
            assert _amount(sums[-2]) == sum(map(_amount, taxed))
            assert _amount(sums[-3]) + _amount(sums[-2]) == _amount(sums[-1])
        else:
            assert sums[-2][0].isdigit() is any(row[2] != "novat" for row in rows)


def _arguments(content: Delivery) -> tuple[Paper, Delivery, KernelPress]:
    paper, press = _paper(content)
    return paper, content, press


@settings(max_examples=60, deadline=None)
@given(opening=st.decimals(-(10**6), 10**6, places=2), count=st.integers(0, 20))
def test_an_act_is_its_opening_and_its_turnover(opening: Decimal, count: int) -> None:
    content: Statement = replace(statement(count), opening=opening)
    paper, press = _paper(content)
    texts: Any = act_texts(paper, content, press)

    def side(row: list[str]) -> Decimal:
        debit, credit = (_amount(text) if text else Decimal(0) for text in row[-2:])
        return debit - credit

    rows = sum((side(row) for row in texts["rows"]), Decimal(0))
    assert side(texts["turnover"]) == rows
    assert side(texts["opening"]) + rows == side(texts["closing"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"total": Decimal(1)},
        {"lines": ()},
        {"vat_totals": ()},
        {"lines": (replace(line(1), total=Decimal("1.001")),)},
    ],
)
@pytest.mark.parametrize("layout", [UPD, TORG12])
def test_sums_that_differ_from_the_lines_are_never_printed(layout: Any, wrong: Any) -> None:
    with pytest.raises(UserError):
        drawn(layout, replace(delivery(), **wrong))


@pytest.mark.parametrize("layout", [UPD, TORG12])
def test_a_workbook_has_figures_and_no_formula(layout: Any) -> None:
    rows = (replace(line(1), name='=HYPERLINK("http://x")', sku="=1+1"), line(2), line(3))
    content = delivery(rows=rows)
    sheet = load_workbook(BytesIO(drawn(layout, content, "xlsx"))).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert '=HYPERLINK("http://x")' in [cell.value for cell in cells]
    last = [row for row in sheet.iter_rows(values_only=True) if "Всего" in str(row[1:3])][-1]
    figures = [value for value in last if isinstance(value, int | float)]
    assert float(content.total) in figures
    assert float(sum(row.net for row in rows)) in figures


def test_an_act_as_a_workbook_has_both_halves() -> None:
    sheet = load_workbook(BytesIO(drawn(ACT, statement(), "xlsx"))).active
    rows = list(sheet.iter_rows(values_only=True))
    turnover = next(row for row in rows if row[1] == "Обороты за период")
    assert turnover[2:4] == (9000.03, 10800)
    assert any("задолженность" in str(row[0]) for row in rows)


def test_a_letter_that_the_typeface_lacks_is_an_error_that_names_it() -> None:
    with pytest.raises(RenderError, match="U\\+1F600"):
        drawn(UPD, delivery(rows=(replace(line(1), name="Болт 😀"),)))


def test_long_words_break_inside_their_cells() -> None:
    long = replace(line(1), sku="A" * 60, name="Ж" * 300, unit="упаковка-контейнер")
    for layout in (UPD, TORG12):
        text = text_of(drawn(layout, delivery(rows=(long,)))).replace(" ", "")
        assert "A" * 60 in text
        assert "Ж" * 300 in text


def test_the_shipped_contract_is_filled_in() -> None:
    layout = ContractLayout(DocumentsRuSettings(city="г. Москва"))
    text = text_of(drawn(layout, contract()))
    assert "{" not in text
    for said in ("Договор поставки № 118/26", "12 января 2026 г.", "г. Москва",
                 "отсрочка платежа 14 (четырнадцать) календарных дней", "Ирина Соколова",
                 "Российский рубль", SELLER.full_name, BUYER.full_name, "Северный подшипник",
                 "Реквизиты и подписи сторон", "40702810138250123017"):  # fmt: skip
        assert said in text, said
    prepaid = text_of(drawn(layout, contract(payment_days=0, manager=None)))
    assert "предварительная оплата в размере 100 %" in prepaid


def _own(tmp_path: Path, text: str | bytes) -> ContractLayout:
    file = tmp_path / "contract.txt"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return ContractLayout(DocumentsRuSettings(contract=str(file)))


def test_the_sites_own_text_may_have_every_placeholder(tmp_path: Path) -> None:
    lines = [f"<{name}> {{{name}}}" for name in PLACEHOLDERS]
    text = text_of(drawn(_own(tmp_path, "# Заголовок\n" + "\n".join(lines)), contract()))
    assert "{" not in text
    assert text.count("<") == len(PLACEHOLDERS)


@pytest.mark.parametrize(
    "text",
    [
        "{покупатель.__class__}",
        "{0.seller}",
        "{покупател}",
        "{{ 7 * 7 }}",
        "{% import os %}",
        b"\xff\xfe\x00",
        b"x" * 500_001,
    ],
)
def test_what_is_no_placeholder_is_refused_and_nothing_runs(
    tmp_path: Path, text: str | bytes
) -> None:
    with pytest.raises(UserError):
        drawn(_own(tmp_path, text), contract())


def test_what_is_put_in_is_never_read_again(tmp_path: Path) -> None:
    evil = replace(BUYER, full_name='{поставщик ИНН} #read("/etc/passwd") $x$ *b* @ref')
    text = text_of(drawn(_own(tmp_path, "Покупатель: {покупатель}."), contract(buyer=evil)))
    assert '{поставщик ИНН} #read("/etc/passwd") $x$ *b* @ref' in text


def test_a_contract_whose_file_is_gone_says_so() -> None:
    layout = ContractLayout(DocumentsRuSettings(contract="нет-такого.txt"))
    with pytest.raises(UserError, match="contract"):
        drawn(layout, contract())


def test_bringing_the_goods_stands_in_the_upd_and_not_in_the_waybill() -> None:
    goods = delivery(2)
    service = replace(
        line(3),
        sku="",
        name="Доставка: СДЭК до двери",
        unit="усл. ед",
        unit_code="876",
        country="",
        quantity=Decimal(1),
        price=Decimal(610),
        total=Decimal(610),
        vat_amount=Decimal(110),
        service=True,
    )
    whole = delivery(rows=[*goods.lines, service])
    upd, waybill = text_of(drawn(UPD, whole)), text_of(drawn(TORG12, whole))
    assert "СДЭК" in upd
    assert "876" in upd
    assert "СДЭК" not in waybill
    paper, press = _paper(whole)
    assert upd_texts(paper, whole, press) != upd_texts(paper, goods, press)
    assert waybill == text_of(drawn(TORG12, goods))
