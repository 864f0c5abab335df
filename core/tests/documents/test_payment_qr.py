from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace

from fondaco.documents.payment_qr import payment_qr_svg, payment_string
from fondaco.testing.papers import SELLER
from fondaco_sdk.types.paper import BankAccount, Party

BANK = BankAccount(
    account="40702810138250123017",
    bank_name="ПАО СБЕРБАНК",
    bic="044525225",
    correspondent="30101810400000000225",
)
PAYEE = Party(name='ООО "Пример"', tax_id="7700000000", kpp="770001001", bank=BANK)
PURPOSE = "Оплата по счёту P-10042 от 01.03.2026, в т.ч. НДС 22%"


def test_the_string_of_the_standard() -> None:
    text = payment_string(PAYEE, Decimal("12200.00"), PURPOSE)
    assert text == (
        'ST00012|Name=ООО "Пример"|PersonalAcc=40702810138250123017|BankName=ПАО СБЕРБАНК'
        "|BIC=044525225|CorrespAcc=30101810400000000225|Sum=1220000"
        f"|Purpose={PURPOSE}|PayeeINN=7700000000|KPP=770001001"
    )


def test_a_bank_without_correspondent_account_has_zero_there() -> None:
    payee = replace(PAYEE, bank=replace(BANK, correspondent=""))
    assert "|CorrespAcc=0|" in payment_string(payee, Decimal(1), PURPOSE)


def test_a_value_with_the_usual_separator_gets_another() -> None:
    text = payment_string(PAYEE, Decimal(1), "Счёт 1|2")
    assert text.startswith("ST00012~Name=")
    assert "~Purpose=Счёт 1|2~" in text


def test_long_texts_are_cut_at_a_word_and_never_break_the_line() -> None:
    bank = replace(BANK, bank_name='ФИЛИАЛ "ЦЕНТРАЛЬНЫЙ" БАНКА ВТБ (ПАО)')
    purpose = "Оплата по счёту\n" + "ещё слово " * 40
    text = payment_string(replace(PAYEE, bank=bank), Decimal(1), purpose, "3664123456")
    fields = dict(part.split("=", 1) for part in text.split("|")[1:])
    assert fields["BankName"] == 'ФИЛИАЛ "ЦЕНТРАЛЬНЫЙ" БАНКА ВТБ'
    assert len(fields["Purpose"]) <= 210
    assert fields["Purpose"].split(" ")[-1] in {"ещё", "слово"}
    assert "\n" not in text
    assert fields["PayerINN"] == "3664123456"


LIMITS = {"Name": 160, "BankName": 34, "Purpose": 210}
"""Characters, as the standard counts them, whatever their bytes."""


@pytest.mark.parametrize(("field", "most"), LIMITS.items())
def test_a_text_of_the_longest_length_stays_whole_and_one_more_is_cut(
    field: str, most: int
) -> None:
    assert _fields("Ж" * most)[field] == "Ж" * most
    assert _fields("Ж" * (most + 1))[field] == "Ж" * most


@given(st.text(st.characters(exclude_categories=["C"], exclude_characters="|~^#$"), min_size=1))
def test_no_text_is_longer_than_the_standard_allows(written: str) -> None:
    found = _fields(f"{written} {written * 40}")
    assert {
        name: len(found.get(name, "")) <= most for name, most in LIMITS.items()
    } == dict.fromkeys(LIMITS, True)


def _fields(written: str) -> dict[str, str]:
    """The fields of a string in which every free text is this one."""
    payee = replace(PAYEE, name=written, bank=replace(BANK, bank_name=written))
    text = payment_string(payee, Decimal(1), written)
    return dict(part.split("=", 1) for part in text.split(text[7])[1:])


@pytest.mark.parametrize(
    "payee",
    [
        replace(PAYEE, bank=None),
        replace(PAYEE, tax_id="77"),
        replace(PAYEE, kpp="7700"),
        replace(PAYEE, bank=replace(BANK, account="4070281013825012301")),
        replace(PAYEE, bank=replace(BANK, account="4070281013825012301Х")),
        replace(PAYEE, bank=replace(BANK, bic="")),
    ],
)
def test_wrong_details_are_refused(payee: Party) -> None:
    with pytest.raises(ValueError, match=r"ООО|INN|KPP|account|BIC"):
        payment_string(payee, Decimal(1), PURPOSE)


@pytest.mark.parametrize("amount", ["0", "-1", "1.001"])
def test_only_whole_kopecks_can_be_paid(amount: str) -> None:
    with pytest.raises(ValueError, match="kopecks"):
        payment_string(PAYEE, Decimal(amount), PURPOSE)


def test_the_picture_is_svg_with_a_quiet_zone() -> None:
    picture = etree.fromstring(payment_qr_svg(payment_string(SELLER, Decimal(5), PURPOSE)))
    assert etree.QName(picture).localname == "svg"
    (path,) = picture.findall("{*}path")
    assert path.get("d").startswith("M4 4.5h7")


def test_the_longest_code_is_less_dense_and_an_impossible_one_is_refused() -> None:
    width = int(etree.fromstring(payment_qr_svg("я" * 480)).get("width"))
    assert width <= 17 + 4 * 22 + 8
    with pytest.raises(ValueError, match="do not fit"):
        payment_qr_svg("я" * 3000)
