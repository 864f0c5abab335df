"""Prices as they change: a product's tiers in one price list, by the rules of every import."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from msgspec import Struct

from fondaco.builtin.erp.latest import Latest
from fondaco.builtin.erp.rows import unfit
from fondaco.builtin.erp.staged import merge
from fondaco_sdk.context import Act
from fondaco_sdk.types.inbound import Report
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.records import ImportRecord, PackageRecord, PriceRecord, Section

MOST_TIERS = 100


class Tier(Struct, frozen=True, kw_only=True):
    """From `min_quantity` base units on a unit costs `price`."""

    min_quantity: Decimal
    price: Decimal


class PriceChange(Struct, frozen=True, kw_only=True):
    """All that a price list says of a product: one price of a base unit, or tiers; null: none.

    `product` and `price_list` by the ERP's ids. `currency` empty: that of the list; `vat_included`
    left out: as the list has it. Another than the list's is refused.
    """

    product: str
    price_list: str
    price: Decimal | None = None
    tiers: tuple[Tier, ...] = ()
    currency: str = ""
    vat_included: bool | None = None
    version: int = 0


async def take_prices(act: Act, records: Sequence[PriceChange]) -> Report:
    """Write what differs; tiers that are not named any more are gone."""
    latest = await Latest.of(act, "price", records, lambda r: f"{r.product}@{r.price_list}")
    refused: dict[int, Reason] = {}
    staged: list[ImportRecord] = [PackageRecord(row=0, section=Section.OFFERS, full=False)]
    for place, one in latest.chosen.items():
        if wrong := _wrong(one):
            refused[place] = wrong
        else:
            staged += _staged(place + 1, one)
    found: Mapping[int, Reason] = {}
    if len(staged) > 1:
        found = await merge(act, staged, ("prices",))
    refused |= {row - 1: reason for row, reason in found.items()}
    return await latest.close(act, refused)


def _staged(row: int, one: PriceChange) -> list[PriceRecord]:
    tiers: Sequence[tuple[Decimal, Decimal | None]] = [
        (tier.min_quantity, tier.price) for tier in one.tiers
    ] or [(Decimal(0), one.price)]
    return [
        PriceRecord(
            row=row,
            offer_external_id=one.product,
            price_list_external_id=one.price_list,
            price=price,
            currency=one.currency,
            min_quantity=start,
            vat_included=one.vat_included,
        )
        for start, price in tiers
    ]


def _wrong(one: PriceChange) -> Reason | None:
    if refusal := unfit(one.product):
        return refusal
    starts = [tier.min_quantity for tier in one.tiers]
    if len(starts) > MOST_TIERS or len(set(starts)) < len(starts):
        return _TIERS
    return _BOTH if one.tiers and one.price is not None else None


_TIERS = Reason(
    "erp.tiers",
    f"Количества ступеней повторяются, или ступеней больше {MOST_TIERS}",
    f"Tiers begin at the same quantity, or there are more than {MOST_TIERS}",
)
_BOTH = Reason(
    "erp.price_and_tiers",
    "Передайте либо цену, либо ступени",
    "Send either a price or tiers",
)
