"""Currency rates of the Bank of Russia: read, fetched once, and kept when the bank is down."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from cbr import Bank, Mood, answer_of
from msgspec.structs import replace
from sqlalchemy import text

from fondaco.exchange.job import JobContext
from fondaco.exchange.net import Outside
from fondaco.exchange.tasks import all_work
from fondaco.hooks.context import AskContext, system_ask
from fondaco.hooks.hall import Hall
from fondaco.pricing import fetch_rates as fetching
from fondaco.pricing.cbr import NoRates, Rate, read_rates
from fondaco.pricing.fetch_rates import FETCH_TASK, FetchRates, fetch_rates
from fondaco.pricing.rate_store import known_rates, missing_rates, store_rates
from fondaco.pricing.rates import rates_on
from fondaco.settings import Rates, SettingsError, load_settings
from fondaco.tasks import KERNEL_TASKS

D = Decimal


def test_the_answer_is_read_by_its_own_encoding_nominal_and_day() -> None:
    day = read_rates(answer_of("12.09.2026"))
    assert day.on == date(2026, 9, 12)
    assert list(day.rates) == [
        Rate("USD", 1, D("82.9977")),
        Rate("KZT", 100, D("15.3512")),
        Rate("AUD", 1, D("54.1234")),
    ]


BOMB = b"""<!DOCTYPE v [<!ENTITY a "1"><!ENTITY b SYSTEM "file:///etc/passwd">]>
<ValCurs Date="12.09.2026"><Valute><CharCode>USD</CharCode><Nominal>&a;</Nominal>
<Value>&b;</Value></Valute></ValCurs>"""


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"Error in parameters",
        b"<html></html>",
        b'<ValCurs Date="12.09.2026"></ValCurs>',
        b"\x00\xff<ValCurs><Valute>",
        BOMB,
        answer_of("12.09.2026").replace(b"82,9977</Value>", b"-1</Value>"),
        answer_of("12.09.2026").replace(b"82,9977</Value>", b"NaN</Value>"),
        answer_of("12.09.2026").replace(b"<Nominal>1<", b"<Nominal>0<"),
        answer_of("soon"),
        b"<ValCurs>" + b" " * 1_000_001,
    ],
)
def test_what_is_no_rates_is_refused_whole(answer: bytes) -> None:
    with pytest.raises(NoRates):
        read_rates(answer)


async def _fetch(hall: Hall, bank: Bank, outside: Outside | None = None) -> None:
    hall.settings = replace(hall.settings, rates=Rates("cbr", bank.url))
    job = JobContext(hall, outside or Outside(), FETCH_TASK, 1)
    await fetch_rates(job, FetchRates())


async def _stored(ask: AskContext) -> int:
    return int((await ask.fetch(text("select count(*) from fondaco.currency_rate")))[0][0])


async def test_rates_are_stored_once_and_used_from_their_day_on(
    hall: Hall, ask: AskContext, the_bank: Bank
) -> None:
    await _fetch(hall, the_bank)
    await _fetch(hall, the_bank)
    assert await _stored(ask) == 3
    rates = await rates_on(ask, date(2026, 9, 12))
    assert rates["KZT"] == D("0.153512")
    assert await rates_on(ask, date(2026, 9, 11)) == {}


async def test_nobody_is_asked_once_tomorrows_are_there_or_while_switched_off(
    hall: Hall, ask: AskContext, the_bank: Bank
) -> None:
    await fetch_rates(JobContext(hall, Outside(), FETCH_TASK, 1), FetchRates())
    assert the_bank.asked == 0
    tomorrow = ask.now.astimezone(ask.zone).date() + timedelta(days=1)
    the_bank.day = f"{tomorrow:%d.%m.%Y}"
    await _fetch(hall, the_bank)
    await _fetch(hall, the_bank)
    assert the_bank.asked == 1


@pytest.mark.parametrize("mood", ["slow", "500", "garbage", "empty", "error"])
async def test_a_bank_that_is_down_leaves_the_stored_rates(
    hall: Hall, ask: AskContext, the_bank: Bank, mood: Mood, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "SECONDS", D("0.2"))
    await _fetch(hall, the_bank)
    the_bank.mood, the_bank.day = mood, "15.09.2026"
    await _fetch(hall, the_bank)
    assert await _stored(ask) == 3
    the_bank.mood = "well"
    await _fetch(hall, the_bank)
    assert await _stored(ask) == 6


async def test_after_a_row_of_silences_the_bank_is_left_alone(
    hall: Hall, the_bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "SECONDS", D("0.05"))
    the_bank.mood = "slow"
    outside = Outside()
    for _ in range(7):
        await _fetch(hall, the_bank, outside)
    assert the_bank.asked == 5


def test_it_is_scheduled_hourly_at_most(hall: Hall) -> None:
    work = all_work(hall.registry, KERNEL_TASKS)[FETCH_TASK]
    minute, *_, weekdays = work.cron.split()
    assert (minute.isdigit(), weekdays) == (True, "1-5")


def test_roubles_are_refused_where_the_site_counts_in_another_currency(tmp_path: Any) -> None:
    file = tmp_path / "fondaco.toml"
    file.write_text('[site]\ncurrency = "BYN"\n[rates]\nsource = "cbr"\n')
    with pytest.raises(SettingsError, match=r"rates\.source"):
        load_settings(file, {})


async def test_age_use_and_what_is_missing(hall: Hall, wholesaler: Any) -> None:
    ask = system_ask(hall)
    today = ask.now.date()
    day = read_rates(answer_of(f"{today - timedelta(days=4):%d.%m.%Y}"))
    async with ask.act() as act:
        assert await store_rates(act, day, "cbr") == 3
        assert await store_rates(act, day, "file.xml") == 0
    await wholesaler.price_list("Долларовая", currency="USD")
    await wholesaler.price_list("В юанях", currency="CNY")
    known = await known_rates(ask, today)
    assert [(r.currency, r.used, r.age(today), r.old(today)) for r in known] == [
        ("USD", True, 4, True),
        ("AUD", False, 4, True),
        ("KZT", False, 4, True),
    ]
    assert await missing_rates(ask, known) == ["CNY"]
