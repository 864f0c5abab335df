"""Statements of banks are read whatever encoding they declare, or refused with the line."""

from datetime import date
from decimal import Decimal

import pytest
from bank_files import OURS, THEIRS, account, payment, statement
from hypothesis import given
from hypothesis import strategies as st

from fondaco.orders.bank.exchange_file import BrokenStatement, read_statement

D = Decimal


@pytest.mark.parametrize("encoding", ["cp1251", "cp866", "utf-8", "utf-8-sig"])
def test_the_encoding_is_found_whatever_is_declared(encoding: str) -> None:
    read = read_statement(statement([account(), payment()]).encode(encoding))
    (document,) = read.documents
    assert document.payer == 'ООО "Пример"'
    assert document.purpose == "Оплата, в т.ч. НДС 22%"
    assert (document.number, document.day, document.amount) == ("77", date(2026, 3, 1), D(300))
    assert (document.payee_account, document.payer_account) == (OURS, THEIRS)
    assert document.kind == "Платежное поручение"
    (section,) = read.sections
    assert section.adds_up is True
    assert read.accounts == (OURS,)


def test_several_accounts_and_sections() -> None:
    other = "40702810900000000009"
    text = statement([account(), account(other, closing="1")], accounts=(OURS, other))
    read = read_statement(text.encode("cp1251"))
    assert read.accounts == (OURS, other)
    assert [section.adds_up for section in read.sections] == [True, False]


@pytest.mark.parametrize("written", ["1 234,50", "1'234.50", "1234.5", "1\u00a0234.50"])
def test_sums_as_banks_write_them(written: str) -> None:
    text = statement([payment(Сумма=written)])
    assert read_statement(text.encode()).documents[0].amount == D("1234.50")


def test_a_purpose_in_pieces_and_over_lines() -> None:
    pieces = payment(
        НазначениеПлатежа="Оплата", НазначениеПлатежа1="Оплата", НазначениеПлатежа2="по счету 7"
    )
    broken = payment(НазначениеПлатежа="Оплата по\r\nсчету 26-000001")
    read = read_statement(statement([pieces, broken]).encode())
    assert [d.purpose for d in read.documents] == ["Оплата по счету 7", "Оплата по счету 26-000001"]


def test_the_payer_without_the_further_fields() -> None:
    (one,) = read_statement(statement([payment(Плательщик1="")]).encode()).documents
    assert one.payer == 'ООО "Пример"'


@pytest.mark.parametrize(
    ("sections", "line", "says"),
    [
        ([payment(Сумма="много")], 10, "не сумма"),
        ([payment(Сумма="1.234")], 10, "не сумма"),
        ([payment(Сумма="0")], 7, "не больше нуля"),
        ([payment(Дата="2026-03-01")], 9, "не дата"),
        ([payment(Дата="")], 7, "«Дата»"),
        ([payment(Номер="")], 7, "«Номер»"),
        (["СекцияДокумент=Платежное поручение", "Номер=1"], 9, "внутри раздела"),
        (["КонецДокумента"], 7, "без начала"),
        (["СекцияРасчСчет", "чепуха", "КонецРасчСчет"], 8, "нет знака"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(sections: list[str], line: int, says: str) -> None:
    with pytest.raises(BrokenStatement) as refused:
        read_statement(statement(sections).encode("cp1251"))
    assert refused.value.reason.ru.startswith(f"Строка {line}: ")
    assert says in refused.value.reason.ru


def test_a_file_that_is_cut_off_or_something_else() -> None:
    whole = statement([payment()]).encode("cp1251")
    for cut in (whole[:-14], whole[:-40]):
        with pytest.raises(BrokenStatement, match=r"cut off|not closed"):
            read_statement(cut)
    for other in (b"", b"\x89PNG\r\n", "СекцияДокумент=1".encode()):
        with pytest.raises(BrokenStatement):
            read_statement(other)


@given(st.binary(max_size=300), st.integers(0, 600))
def test_no_bytes_break_the_reader(noise: bytes, at: int) -> None:
    whole = statement([account(), payment()]).encode("cp1251")
    try:
        read_statement(whole[:at] + noise + whole[at:])
    except BrokenStatement as refused:
        assert refused.reason.ru.startswith("Строка ")
