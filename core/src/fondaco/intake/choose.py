"""What becomes of each row of an article list: a pure choice of one of four groups.

The rule, in words:
- READY: it is clear which product is meant, there is enough of it, and it has a price.
- SUBSTITUTED: the same, but something is not as it was typed, and we say what.
- CHOOSE: the buyer decides: which of several products, or what to do where the stock does not
  suffice or the price is missing. Who keeps such a row takes all of it, as it is. What may stand
  in for it is proposed by `fondaco.intake.analogues`.
- NOT_FOUND: the article or the quantity leads nowhere, with the reason.

Rows of one product share its stock in the order of the list, and are priced by what the cart will
hold of it: all of them together. The later ones say that they repeat an earlier row.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from fondaco.intake.meaning import Analogue, ListRow, Meaning, Option, plain
from fondaco.substitutes.choose import Ranked
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.money import round_money
from fondaco_sdk.types.price import LinePrice, PriceLine, Quote
from fondaco_sdk.types.product import Product
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.supply import LineSupply, Want

NO_PRICE = Reason(
    "intake.no_price",
    "Для вас нет цены: спросите менеджера",
    "You have no price for it: ask your manager",
)
KEPT = Reason("intake.kept", "Оставлено по вашему решению", "Kept by your decision")

ZERO = Decimal(0)
Prices: TypeAlias = Mapping[tuple[ProductId, Decimal], LinePrice]


class Group(StrEnum):
    """The four groups of rows."""

    READY = "ready"
    SUBSTITUTED = "substituted"
    CHOOSE = "choose"
    NOT_FOUND = "not_found"


class PricedOption(Struct, frozen=True):
    """A product to choose, with what it costs and when it is there."""

    product: Product
    quantity: Decimal
    reason: Reason
    price: LinePrice
    supply: LineSupply


class Outcome(Struct, frozen=True, kw_only=True):
    """What became of a row.

    `unit_price` holds for the quantity that the cart will have of the product; `total` is for this
    row. `take_now` is the largest quantity that can be had at once, where that is less. `analogues`
    may stand in, the best first; `replaced` is the product instead of which this one is taken.
    """

    row: ListRow
    group: Group
    notes: tuple[Reason, ...]
    product: Product | None = None
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    list_price: Decimal | None = None
    total: Decimal | None = None
    supply: LineSupply | None = None
    options: tuple[PricedOption, ...] = ()
    take_now: Decimal | None = None
    analogues: tuple[Ranked, ...] = ()
    replaced: Product | None = None

    @property
    def ordered(self) -> bool:
        """Whether it goes into the cart."""
        return self.group in (Group.READY, Group.SUBSTITUTED)


class Summary(Struct, frozen=True):
    """A list in figures: rows by group, and for what goes into the cart its lines (a product each),
    total and saving against the price list, VAT included, and the latest promised day."""

    counts: Mapping[Group, int]
    lines: int
    total: Decimal
    saving: Decimal
    latest: date | None


def wants_of(meanings: Sequence[Meaning]) -> tuple[Want, ...]:
    """What to ask the stock for: the rows in their order, then the products still to be chosen,
    options and analogues.

    A product to choose stands there once, with the largest quantity of its rows: only one of them
    may come to be, and none takes from another.
    """
    sure = [
        Want(m.row.number, m.product.id, m.quantity)
        for m in meanings
        if m.product and m.quantity and not m.refusal
    ]
    most: dict[ProductId, Decimal] = {}
    for m in meanings:
        undecided: tuple[Option | Analogue, ...] = (*m.options, *m.analogues)
        for one in undecided:
            most[one.product.id] = max(one.quantity, most.get(one.product.id, ZERO))
    return (*sure, *(Want(option_line(id), id, quantity) for id, quantity in most.items()))


def price_lines_of(
    meanings: Sequence[Meaning], supplies: Mapping[int, LineSupply]
) -> tuple[PriceLine, ...]:
    """What to ask prices for: each product at each quantity that the page will name."""
    together = _together(meanings, supplies)
    asked: dict[tuple[ProductId, Decimal], None] = {}
    for meaning in meanings:
        if meaning.product and meaning.quantity and not meaning.refusal:
            asked[_priced_as(meaning, supplies, together)] = None
        asked.update(((o.product.id, o.quantity), None) for o in meaning.options)
        if meaning.wants_analogue(supplies):
            asked.update(((a.product.id, a.quantity), None) for a in meaning.analogues)
    return tuple(PriceLine(line, id, quantity) for line, (id, quantity) in enumerate(asked))


def choose(
    meanings: Sequence[Meaning], supplies: Mapping[int, LineSupply], quote: Quote
) -> tuple[Outcome, ...]:
    """What becomes of each row, in their order, once stock and prices are known."""
    prices: Prices = {(p.product_id, p.quantity): p for p in quote.lines}
    together = _together(meanings, supplies)
    first: dict[ProductId, int] = {}
    outcomes: list[Outcome] = []
    for meaning in meanings:
        options = _priced_options(meaning, supplies, prices)
        if meaning.refusal or meaning.product is None or meaning.quantity is None:
            outcomes.append(_undecided(meaning, options))
            continue
        price = prices[_priced_as(meaning, supplies, together)]
        repeats = first.setdefault(meaning.product.id, meaning.row.number)
        outcomes.append(
            _decided(
                meaning,
                supplies[meaning.row.number],
                price,
                options,
                () if repeats == meaning.row.number else (_repeats(repeats),),
                quote.currency,
            )
        )
    return tuple(outcomes)


def summarise(outcomes: Iterable[Outcome], quote: Quote) -> Summary:
    """The figures of a list. The total is that of the cart's lines, not of the rounded rows."""
    counts = dict.fromkeys(Group, 0)
    quantities: dict[ProductId, Decimal] = {}
    days: list[date] = []
    for outcome in outcomes:
        counts[outcome.group] += 1
        if outcome.ordered and outcome.product and outcome.quantity:
            known = quantities.get(outcome.product.id, ZERO)
            quantities[outcome.product.id] = known + outcome.quantity
            days += [part.promised for part in outcome.supply.parts] if outcome.supply else []
    lines = [p for p in quote.lines if quantities.get(p.product_id) == p.quantity]
    at_list_price = sum(
        (
            round_money((p.list_price or p.unit_price) * p.quantity, quote.currency)
            for p in lines
            if p.unit_price is not None
        ),
        ZERO,
    )
    total = sum((p.total for p in lines if p.total is not None), ZERO)
    return Summary(
        counts, len(quantities), total, max(at_list_price - total, ZERO), max(days, default=None)
    )


def option_line(product_id: ProductId) -> int:
    """The key under which stock of a product to choose is asked for."""
    return -product_id


def _suffices(meaning: Meaning, supplies: Mapping[int, LineSupply]) -> bool:
    return meaning.row.keep or not supplies[meaning.row.number].missing


def _together(
    meanings: Sequence[Meaning], supplies: Mapping[int, LineSupply]
) -> Mapping[ProductId, Decimal]:
    """How much of each product the cart will hold."""
    found: dict[ProductId, Decimal] = {}
    for m in meanings:
        if m.product and m.quantity and not m.refusal and _suffices(m, supplies):
            found[m.product.id] = found.get(m.product.id, ZERO) + m.quantity
    return found


def _priced_as(
    meaning: Meaning, supplies: Mapping[int, LineSupply], together: Mapping[ProductId, Decimal]
) -> tuple[ProductId, Decimal]:
    assert meaning.product is not None and meaning.quantity is not None
    id = meaning.product.id
    return id, together[id] if _suffices(meaning, supplies) else meaning.quantity


def _priced_options(
    meaning: Meaning, supplies: Mapping[int, LineSupply], prices: Prices
) -> tuple[PricedOption, ...]:
    return tuple(
        PricedOption(
            option.product,
            option.quantity,
            option.reason,
            prices[option.product.id, option.quantity],
            supplies[option_line(option.product.id)],
        )
        for option in meaning.options
    )


def _undecided(meaning: Meaning, options: tuple[PricedOption, ...]) -> Outcome:
    return Outcome(
        row=meaning.row,
        group=Group.NOT_FOUND if meaning.refusal else Group.CHOOSE,
        notes=(meaning.refusal,) if meaning.refusal else meaning.notes,
        product=meaning.product,
        options=options,
    )


def _decided(
    meaning: Meaning,
    supply: LineSupply,
    price: LinePrice,
    options: tuple[PricedOption, ...],
    repeats: tuple[Reason, ...],
    currency: str,
) -> Outcome:
    product, quantity = meaning.product, meaning.quantity
    assert product is not None and quantity is not None
    obstacles = (
        *((_short(supply, product),) if supply.missing else ()),
        *((NO_PRICE,) if price.unit_price is None else ()),
    )
    take_now = (supply.wanted - supply.missing) // product.multiple * product.multiple
    unit_price = price.unit_price
    group = Group.SUBSTITUTED if meaning.changed else Group.READY
    return Outcome(
        row=meaning.row,
        group=Group.CHOOSE if obstacles and not meaning.row.keep else group,
        notes=(
            *obstacles,
            *((KEPT,) if obstacles and meaning.row.keep else ()),
            *meaning.notes,
            *repeats,
        ),
        product=product,
        quantity=quantity,
        unit_price=unit_price,
        list_price=price.list_price,
        total=None if unit_price is None else round_money(unit_price * quantity, currency),
        supply=supply,
        options=options,
        take_now=take_now if supply.missing and take_now > 0 else None,
        replaced=meaning.replaced,
    )


def _short(supply: LineSupply, product: Product) -> Reason:
    have, unit = plain(supply.wanted - supply.missing), product.unit.name
    if not supply.parts:
        return Reason("intake.none", "Нет в наличии", "Out of stock")
    return Reason(
        "intake.short",
        f"В наличии только {have} {unit}",
        f"Only {have} {unit} in stock",
        {"available": have},
    )


def _repeats(number: int) -> Reason:
    return Reason(
        "intake.repeats", f"Повтор строки {number}", f"Repeats row {number}", {"row": str(number)}
    )
