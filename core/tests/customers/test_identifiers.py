"""Numbers of companies and accounts: real ones pass, a slip of the finger is named."""

import pytest

from fondaco.customers.identifiers import (
    check_account,
    check_bic,
    check_correspondent_account,
    check_inn,
    check_inn_kpp,
    check_kpp,
    check_ogrn,
    check_unp,
)
from fondaco_sdk.types.reason import Reason

BIC = "044525225"
CASH_CENTRE = "040813002"


def code(problem: Reason | None) -> str | None:
    return None if problem is None else problem.code


@pytest.mark.parametrize("inn", ["7707083893", "7721581040", "500100732259"])
def test_an_inn_in_use_passes(inn: str) -> None:
    assert check_inn(inn) is None


@pytest.mark.parametrize(
    ("inn", "expected"),
    [
        ("", "inn.characters"),
        ("77070 83893", "inn.characters"),
        ("٧٧٠٧٠٨٣٨٩٣", "inn.characters"),
        ("770708389", "inn.length"),
        ("77070838930", "inn.length"),
        ("0000000000", "inn.region"),
        ("7707083894", "inn.check_digit"),
        ("7707803893", "inn.check_digit"),
        ("500100732250", "inn.check_digit"),
        ("500100732359", "inn.check_digit"),
    ],
)
def test_a_wrong_inn_is_named(inn: str, expected: str) -> None:
    assert code(check_inn(inn)) == expected


def test_every_slip_of_one_digit_is_found() -> None:
    right = "500100732259"
    slips = [
        right[:place] + digit + right[place + 1 :]
        for place in range(12)
        for digit in "0123456789"
        if digit != right[place]
    ]
    assert [slip for slip in slips if check_inn(slip) is None] == []


@pytest.mark.parametrize("kpp", ["773601001", "997950001", "77434Z001", "7705AB001"])
def test_kpp_passes(kpp: str) -> None:
    assert check_kpp(kpp) is None


@pytest.mark.parametrize(
    "kpp", ["", "77360100", "7736010011", "77360100a", "7736аб001", "A73601001"]
)
def test_a_malformed_kpp_is_named(kpp: str) -> None:
    assert code(check_kpp(kpp)) == "kpp.form"


@pytest.mark.parametrize(
    ("inn", "kpp", "expected"),
    [
        ("7707083893", "773601001", None),
        ("500100732259", "", None),
        ("7707083893", "", "kpp.missing"),
        ("500100732259", "773601001", "kpp.superfluous"),
        ("7707083893", "7736", "kpp.form"),
        ("7707083894", "", "inn.check_digit"),
    ],
)
def test_inn_and_kpp_agree(inn: str, kpp: str, expected: str | None) -> None:
    assert code(check_inn_kpp(inn, kpp)) == expected


@pytest.mark.parametrize(
    ("ogrn", "expected"),
    [
        ("1027700132195", None),
        ("304500116000157", None),
        ("1027700132196", "ogrn.check_digit"),
        ("304500116000158", "ogrn.check_digit"),
        ("10277001321955", "ogrn.length"),
        ("1027700-13219", "ogrn.characters"),
    ],
)
def test_ogrn_and_ogrnip(ogrn: str, expected: str | None) -> None:
    assert code(check_ogrn(ogrn)) == expected


@pytest.mark.parametrize(
    ("bic", "expected"),
    [
        (BIC, None),
        (CASH_CENTRE, None),
        ("017003983", None),
        ("144525225", "bic.start"),
        ("04452522", "bic.length"),
        ("04452522O", "bic.characters"),
    ],
)
def test_bic(bic: str, expected: str | None) -> None:
    assert code(check_bic(bic)) == expected


@pytest.mark.parametrize(
    ("account", "bic", "expected"),
    [
        ("40702810138250123017", BIC, None),
        ("40702810138250123018", BIC, "account.check_digit"),
        ("40702810138250123017", "044525226", "account.check_digit"),
        ("4070281013825012301", BIC, "account.length"),
        ("40702810138250123017", "0445", "bic.length"),
    ],
)
def test_settlement_account_fits_its_bank(account: str, bic: str, expected: str | None) -> None:
    assert code(check_account(account, bic)) == expected


def test_an_account_in_a_cash_centre_is_keyed_by_the_centre() -> None:
    keyed = [f"4070281{key}800000000001" for key in range(10)]
    by_centre = [a for a in keyed if check_account(a, CASH_CENTRE) is None]
    as_correspondent = [a for a in keyed if check_correspondent_account(a, CASH_CENTRE) is None]
    assert by_centre == as_correspondent
    assert len(by_centre) == 1


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        ("30101810400000000225", None),
        ("30101810500000000225", "correspondent_account.check_digit"),
    ],
)
def test_correspondent_account(account: str, expected: str | None) -> None:
    assert code(check_correspondent_account(account, BIC)) == expected


@pytest.mark.parametrize(
    ("unp", "expected"),
    [
        ("200988541", None),
        ("144272509", None),
        ("BB0280022", None),
        ("KM3154776", None),
        ("200988542", "unp.check_digit"),
        ("BB0280023", "unp.check_digit"),
        ("800988541", "unp.form"),
        ("20098854", "unp.form"),
        ("ВВ0280022", "unp.form"),
        ("A10280022", "unp.form"),
    ],
)
def test_unp_of_belarus(unp: str, expected: str | None) -> None:
    assert code(check_unp(unp)) == expected


def test_a_problem_speaks_both_languages_and_keeps_what_was_typed() -> None:
    problem = check_inn("770708389")
    assert problem is not None
    assert problem.params == {"value": "770708389", "length": "9"}
    assert "10 или 12" in problem.text("ru")
    assert "10 or 12" in problem.text("en")
