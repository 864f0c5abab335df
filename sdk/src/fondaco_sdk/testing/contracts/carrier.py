"""The suite of providers of kind "carrier"."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeAlias

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from fondaco_sdk.context import Net
from fondaco_sdk.errors import Unavailable
from fondaco_sdk.providers.carrier import Carrier, PickupPoint, Quote
from fondaco_sdk.testing.contracts.asking import assert_reason
from fondaco_sdk.types.delivery import Box, Parcel
from fondaco_sdk.types.money import round_money

WayOut: TypeAlias = Callable[[], AbstractAsyncContextManager[Net]]

SECONDS = 2.0
"""As long as the checkout waits for all quotes."""
MOST_PAGES = 1000
TOO_HEAVY = Decimal(10) ** 6
_TOLD = ("tariff", "title", "price", "currency", "to_point", "arrives_from", "arrives_until")


def _nothing() -> None:
    return None


class CarrierCase(Struct):
    """A carrier, the way out to its service, and parcels that it carries.

    There are at least two `parcels`; they differ in their weight only and have known sizes and a
    day. `net` opens a new way out each time, whose breakers remember nothing. Where the carrier
    calls a service, `broken` makes that talk nonsense, each way by a name; `hangs` makes it take
    calls and never answer, and `mend` makes it well again.
    """

    carrier: Carrier
    net: WayOut
    parcels: Sequence[Parcel]
    broken: Mapping[str, Callable[[], None]] = {}
    hangs: Callable[[], None] | None = None
    mend: Callable[[], None] = _nothing

    async def quotes(self, *parcels: Parcel) -> Sequence[Sequence[Quote]]:
        """What it takes for these, by one call in which each is answered."""
        async with self.net() as net:
            found = await self.carrier.quotes(net, parcels)
        answered = [quotes for quotes in found if quotes is not None]
        assert len(answered) == len(found), "a carrier that is well answers for every parcel"
        return answered

    async def pages(self) -> Sequence[Sequence[PickupPoint]]:
        """Every page of its points."""
        found: list[Sequence[PickupPoint]] = []
        async with self.net() as net:
            for number in range(MOST_PAGES):
                page = await self.carrier.points(net, number)
                if page is None:
                    return found
                found.append(page)
        raise AssertionError(f"there is no end to its points after {MOST_PAGES} pages")

    async def points(self) -> Sequence[PickupPoint]:
        """All of its points."""
        return [point for page in await self.pages() for point in page]


class CarrierContract:
    """Quotes that can be offered, points that can be copied, and `Unavailable` for all else."""

    async def test_it_is_a_carrier_with_a_name(self, case: CarrierCase) -> None:
        assert isinstance(case.carrier, Carrier)
        assert_reason(case.carrier.title)

    async def test_one_call_answers_for_many_as_for_each(self, case: CarrierCase) -> None:
        assert len(case.parcels) > 1, "the case must have parcels"
        many = list(reversed(case.parcels)) * 4
        answers = await case.quotes(*many)
        assert len(answers) == len(many), "one answer for each parcel, in their order"
        assert all(answers), "the case must provoke quotes"
        for parcel, answer in zip(many, answers, strict=True):
            (alone,) = await case.quotes(parcel)
            assert _told(alone) == _told(answer), parcel
        assert list(await case.quotes()) == []

    async def test_all_are_answered_within_two_seconds(self, case: CarrierCase) -> None:
        many = [
            replace(parcel, key=number, value=parcel.value + number)
            for number, parcel in enumerate([*case.parcels] * 10)
        ]
        async with asyncio.timeout(SECONDS):
            assert len(await case.quotes(*many)) == len(many)

    async def test_quotes_are_money_and_days(self, case: CarrierCase) -> None:
        now = datetime.now(UTC)
        for parcel, quotes in zip(case.parcels, await case.quotes(*case.parcels), strict=True):
            assert parcel.ready_on is not None, "the parcels of a case have a day"
            tariffs = [quote.tariff for quote in quotes]
            assert len(tariffs) == len(set(tariffs)), "a tariff is quoted once for a parcel"
            for quote in quotes:
                assert quote.tariff and not any(sign.isspace() for sign in quote.tariff), quote
                assert_reason(quote.title)
                assert type(quote.price) is Decimal and quote.price >= 0, quote
                assert quote.price == round_money(quote.price, quote.currency), quote
                assert len(quote.currency) == 3 and quote.currency.isupper(), quote
                assert parcel.ready_on <= quote.arrives_from <= quote.arrives_until, quote
                assert quote.valid_until.utcoffset() == timedelta(0), "it is aware UTC"
                assert quote.valid_until > now, quote

    async def test_what_is_kept_comes_back_as_it_was(self, case: CarrierCase) -> None:
        """The kernel keeps quotes as JSON until they hold no longer."""
        (quotes,) = await case.quotes(case.parcels[0])
        assert msgspec.json.decode(msgspec.json.encode(quotes), type=list[Quote]) == list(quotes)

    async def test_a_heavier_parcel_is_not_cheaper(self, case: CarrierCase) -> None:
        by_weight = sorted(case.parcels, key=lambda parcel: parcel.weight_kg or Decimal(0))
        seen: dict[str, Decimal] = {}
        for quotes in await case.quotes(*by_weight):
            for quote in quotes:
                assert quote.price >= seen.get(quote.tariff, Decimal(0)), quote
                seen[quote.tariff] = quote.price

    async def test_what_it_cannot_carry_is_not_quoted_and_spoils_nothing(
        self, case: CarrierCase
    ) -> None:
        good = case.parcels[0]
        unknown = replace(good, weight_kg=None, box=None)
        answers = await case.quotes(
            replace(good, weight_kg=TOO_HEAVY), unknown, good, replace(good, box=None)
        )
        heavy, weightless, carried, _ = answers
        assert not heavy, f"nobody carries {TOO_HEAVY} kg"
        assert not weightless, "nothing is offered for want of a weight"
        assert _told(carried) == _told((await case.quotes(good))[0])

    async def test_pages_of_points_come_to_an_end(self, case: CarrierCase) -> None:
        pages = await case.pages()
        codes = [point.code for page in pages for point in page]
        assert len(codes) == len(set(codes)), "a point stands on one page only"
        async with case.net() as net:
            assert await case.carrier.points(net, len(pages) + 1) is None
            again = await case.carrier.points(net, 0)
        assert list(again or ()) == (list(pages[0]) if pages else [])

    async def test_points_are_places_that_hand_out(self, case: CarrierCase) -> None:
        points = await case.points()
        quotes = [quote for one in await case.quotes(*case.parcels) for quote in one]
        if any(quote.to_point for quote in quotes):
            assert points, "who brings to a point has points"
        for point in points:
            assert point.code and not any(sign.isspace() for sign in point.code), point
            assert point.name.strip() and point.address.strip() and point.city.strip(), point
            assert len(point.country) == 2 and point.country.isupper(), point
            assert type(point.lat) is Decimal and type(point.lon) is Decimal, point
            assert -90 <= point.lat <= 90 and -180 <= point.lon <= 180, point
            assert point.heaviest_kg is None or point.heaviest_kg > 0, point
            assert all(_sides_are_sorted(cell) for cell in point.cells), point

    async def test_whoever_does_not_answer_is_unavailable_in_time(self, case: CarrierCase) -> None:
        if case.hangs is None:
            return
        case.hangs()
        try:
            async with asyncio.timeout(SECONDS):
                await case.quotes(*case.parcels)
        except Unavailable as silent:
            assert silent.retry_after >= 0
        else:
            raise AssertionError("nobody has answered, and yet there are quotes")

    async def test_nonsense_is_unavailable_and_nothing_else(self, case: CarrierCase) -> None:
        for name, break_it in case.broken.items():
            break_it()
            try:
                await case.quotes(*case.parcels)
            except Unavailable as silent:
                assert silent.retry_after >= 0
            else:
                raise AssertionError(f"{name}: there are quotes all the same")
            with suppress(Unavailable):
                await case.points()
            case.mend()
            assert all(await case.quotes(*case.parcels)), f"{name}: it does not recover"


def _told(quotes: Sequence[Quote]) -> list[tuple[object, ...]]:
    """What does not depend on the moment of asking, in an order of its own."""
    return sorted(tuple(getattr(quote, name) for name in _TOLD) for quote in quotes)


def _sides_are_sorted(cell: Box) -> bool:
    return cell.length >= cell.width >= cell.height > 0
