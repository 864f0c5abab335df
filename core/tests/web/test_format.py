"""Money, quantities and dates in both languages."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from fondaco.web.format import day, moment, money, number, percent, plain, quantity

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("amount", "currency", "ru", "en"),
    [
        ("1234567.8", "RUB", "1\u202f234\u202f567,80\u202f₽", "₽1,234,567.80"),
        ("0.005", "RUB", "0,01\u202f₽", "₽0.01"),
        ("-1234.5", "RUB", "\u22121\u202f234,50\u202f₽", "\u2212₽1,234.50"),
        ("12", "USD", "12,00\u202f$", "$12.00"),
        ("12", "BYN", "12,00\u202fBYN", "BYN\u202f12.00"),
        ("1999.5", "JPY", "2\u202f000\u202f¥", "¥2,000"),
    ],
)
def test_money(amount: str, currency: str, ru: str, en: str) -> None:
    assert money(Decimal(amount), currency, "ru") == ru
    assert money(Decimal(amount), currency, "en") == en


def test_money_breaks_nowhere() -> None:
    assert " " not in money(Decimal("1234567.8"), "RUB", "ru")


@pytest.mark.parametrize(
    ("value", "ru", "en"),
    [
        ("1200", "1\u202f200\u00a0шт", "1,200\u00a0шт"),
        ("1.500", "1,5\u00a0шт", "1.5\u00a0шт"),
        ("-3", "\u22123\u00a0шт", "\u22123\u00a0шт"),
        ("0.000", "—", "—"),
    ],
)
def test_quantity(value: str, ru: str, en: str) -> None:
    assert quantity(Decimal(value), "шт", "ru", zero="—") == ru
    assert quantity(Decimal(value), "шт", "en", zero="—") == en


def test_quantity_without_unit_and_plain_zero() -> None:
    assert quantity(Decimal("12.0"), "", "ru") == "12"
    assert quantity(Decimal(0), "шт", "ru") == "0"


def test_percent_number_plain() -> None:
    assert percent(Decimal("12.50"), "ru") == "12,5\u202f%"
    assert percent(Decimal("-3"), "en") == "\u22123%"
    assert number(1240, "ru") == "1\u202f240"
    assert plain(Decimal("1200.500")) == "1200.5"
    assert plain(Decimal("1E+3")) == "1000"


@pytest.mark.parametrize(
    ("value", "ru", "en"),
    [
        (date(2026, 11, 23), "сегодня, пн", "today, Mon"),
        (date(2026, 11, 24), "завтра, вт", "tomorrow, Tue"),
        (date(2026, 11, 25), "послезавтра, ср", "Wed 25 Nov"),
        (date(2026, 11, 22), "вчера, вс", "yesterday, Sun"),
        (date(2026, 11, 26), "чт 26 нояб.", "Thu 26 Nov"),
        (date(2027, 1, 12), "вт 12 янв. 2027", "Tue 12 Jan 2027"),
    ],
)
def test_day(value: date, ru: str, en: str) -> None:
    assert day(value, "ru", TODAY).replace("\u00a0", " ") == ru
    assert day(value, "en", TODAY).replace("\u00a0", " ") == en


def test_moment_is_told_in_the_zone_of_the_person() -> None:
    late = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)
    shown = moment(late, ZoneInfo("Europe/Moscow"), "ru", TODAY)
    assert shown.replace("\u00a0", " ") == "сегодня, 01:30"
    shown = moment(late, ZoneInfo("Asia/Vladivostok"), "en", date(2026, 12, 1))
    assert shown.replace("\u00a0", " ") == "Mon 23 Nov, 08:30"
