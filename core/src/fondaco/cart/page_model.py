"""The cart as its page reads it: each line with what is said of it, the sums, the news."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct

from fondaco.cart.changes import ChangeKind, ChangeNotice
from fondaco.cart.reading import CartView
from fondaco.cart.replacing import CartOffers
from fondaco.customers.outlets import Outlet
from fondaco.orders.weighing import Weighed
from fondaco.substitutes.choose import Ranked
from fondaco_sdk.types.cart import CartShare, CartWay, PricedCartLine
from fondaco_sdk.types.money import round_money
from fondaco_sdk.types.price import Stage
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.verdict import Severity, Verdict

ZERO = Decimal(0)
NAMED = 10
NONE = CartOffers()


class Row(Struct, frozen=True):
    """A line of the table; `analogues` may stand in where it is short, the best first."""

    line: PricedCartLine
    verdicts: tuple[Verdict, ...] = ()
    changed: bool = False
    analogues: tuple[Ranked, ...] = ()

    @property
    def anchor(self) -> str:
        """The id of the row on the page."""
        return f"line-{self.line.uuid}"

    @property
    def refused(self) -> bool:
        """Whether this line stops the order."""
        return any(v.severity is Severity.REFUSAL for v in self.verdicts)

    @property
    def compared(self) -> Decimal | None:
        """The list price, where the buyer's own is lower."""
        price = self.line.price
        if price.list_price is None or price.unit_price is None:
            return None
        return price.list_price if price.list_price > price.unit_price else None

    @property
    def agreed(self) -> Reason | None:
        """What is said of the price where a person of ours gave it."""
        given = (s for s in self.line.price.steps if s.applied and s.stage == Stage.MANUAL)
        return next((step.reason for step in given), None)


class Change(Struct, frozen=True):
    """A change of a line and what it makes: money, a quantity, or days; None where one is absent"""

    notice: ChangeNotice
    difference: Decimal | int | None


class Sums(Struct, frozen=True):
    """What stands under the table. `promised` is the latest date; `undated` lines have none."""

    lines: int
    currency: str
    total: Decimal
    vat: Decimal
    saving: Decimal
    order_discount: Decimal
    promised: date | None
    undated: int
    unpriced: int


class OutletSums(Struct, frozen=True):
    """What an outlet gets of the cart; `promised` is the latest date, None where one is missing."""

    outlet: Outlet
    lines: int
    total: Decimal
    promised: date | None


class CartModel(Struct, frozen=True):
    """The page. `named` verdicts are linked on top, `unnamed` counts the rest of them."""

    rows: tuple[Row, ...]
    sums: Sums
    changes: tuple[Change, ...]
    changed_sum: Decimal
    verdicts: tuple[Verdict, ...]
    named: tuple[tuple[Row, Verdict], ...]
    unnamed: int
    weighed: Weighed
    degraded: tuple[str, ...]
    way: CartWay

    def row(self, line: object) -> Row | None:
        """The row of a line's uuid."""
        return next((row for row in self.rows if row.line.uuid == line), None)


def cart_model(view: CartView, offers: CartOffers = NONE) -> CartModel:
    """Everything the templates ask for."""
    said: Mapping[int | None, list[Verdict]] = _by_line(view.verdicts)
    changed = {notice.line for notice in view.changes}
    rows = tuple(
        Row(
            line,
            tuple(said.get(line.line, ())),
            line.uuid in changed,
            offers.by_line.get(line.uuid, ()),
        )
        for line in view.cart.lines
    )
    named = [
        (row, verdict)
        for row in rows
        for verdict in row.verdicts
        if verdict.severity is not Severity.HINT
    ]
    quantities = {line.uuid: line.quantity for line in view.cart.lines}
    changes = tuple(Change(notice, _difference(notice)) for notice in view.changes)
    return CartModel(
        rows=rows,
        sums=sums_of(view.cart.lines, view.cart.quote.currency),
        changes=changes,
        changed_sum=sum(
            (
                change.difference * quantities[change.notice.line]
                for change in changes
                if change.notice.kind is ChangeKind.PRICE and change.difference is not None
            ),
            ZERO,
        ),
        verdicts=tuple(said.get(None, ())),
        named=tuple(named[:NAMED]),
        unnamed=max(len(named) - NAMED, 0),
        weighed=view.weighed,
        degraded=tuple(dict.fromkeys((*view.degraded, *offers.degraded))),
        way=view.cart.way,
    )


def sums_of(lines: Sequence[PricedCartLine], currency: str) -> Sums:
    """The sums of priced lines; the saving is against the list price, rounded line by line."""
    dates = [line.promised for line in lines]
    known = [day for day in dates if day is not None]
    return Sums(
        lines=len(lines),
        currency=currency,
        total=sum((line.price.total or ZERO for line in lines), ZERO),
        vat=sum((line.price.vat_amount for line in lines), ZERO),
        saving=sum((_saving(line, currency) for line in lines), ZERO),
        order_discount=sum((line.price.order_discount for line in lines), ZERO),
        promised=max(known, default=None),
        undated=len(dates) - len(known),
        unpriced=sum(line.price.total is None for line in lines),
    )


def outlet_sums(lines: Sequence[PricedCartLine], outlets: Sequence[Outlet]) -> list[OutletSums]:
    """For every outlet, in their order, what it gets; nothing of some is a row too."""
    given: dict[int, list[CartShare]] = defaultdict(list)
    for line in lines:
        for share in line.shares:
            given[share.part.outlet or 0].append(share)
    return [_sums_of_outlet(outlet, given[outlet.id]) for outlet in outlets]


def _sums_of_outlet(outlet: Outlet, shares: Sequence[CartShare]) -> OutletSums:
    dates = [share.promised for share in shares]
    known = [day for day in dates if day is not None]
    return OutletSums(
        outlet,
        len(shares),
        sum((share.price.total or ZERO for share in shares), ZERO),
        max(known, default=None) if len(known) == len(dates) else None,
    )


def _by_line(verdicts: Sequence[Verdict]) -> Mapping[int | None, list[Verdict]]:
    found: dict[int | None, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        found[verdict.line].append(verdict)
    return found


def _saving(line: PricedCartLine, currency: str) -> Decimal:
    price = line.price
    if price.list_price is None or price.total is None:
        return ZERO
    if price.list_price == price.unit_price and not price.order_discount:
        return ZERO
    return max(round_money(price.list_price * line.quantity, currency) - price.total, ZERO)


def _difference(notice: ChangeNotice) -> Decimal | int | None:
    was, now = notice.was, notice.now
    if isinstance(was, Decimal) and isinstance(now, Decimal):
        return now - was
    if isinstance(was, date) and isinstance(now, date):
        return (now - was).days
    return None
