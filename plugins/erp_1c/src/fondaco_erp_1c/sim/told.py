"""An order as the portal tells of it in either dialect, and what 1C keeps of it."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec
from msgspec import Struct

from fondaco_erp_1c.sim.books import Books
from fondaco_sdk.types.order import OrderState


class Line(Struct, frozen=True):
    """Quantity in base units; money with VAT included."""

    product: str
    sku: str
    name: str
    unit: str
    quantity: Decimal
    price: Decimal
    total: Decimal


class Buyer(Struct, frozen=True):
    """The legal entity that buys; `id` is 1C's, or the portal's where 1C does not know it."""

    id: str
    name: str
    tax_id: str
    kpp: str = ""
    country: str = "RU"


class Told(Struct, frozen=True):
    """A document of an order. `before` is what of the order is paid before goods leave, `received`
    what has come for it; both are of the whole order, `order` its number.
    """

    id: str
    number: str
    order: str
    state: OrderState
    currency: str
    before: Decimal
    received: Decimal
    place: str
    seller: str
    buyer: Buyer
    lines: tuple[Line, ...]

    @property
    def total(self) -> Decimal:
        """The sum of the lines."""
        return sum((line.total for line in self.lines), Decimal(0))


class Money(Struct, frozen=True):
    """What has come for an order in all, by its number."""

    order: str
    received: Decimal


def keep(books: Books, found: Sequence[Told]) -> None:
    """Note what was told last; lines that 1C has changed stay as they are in 1C."""
    with books.together() as base:
        for one in found:
            row = base.execute(
                "select content, amended from told where id = ?", (one.id,)
            ).fetchone()
            if row is not None and row[1]:
                one = msgspec.structs.replace(one, lines=_read(row[0]).lines)
            base.execute(
                "insert into told (id, order_number, content) values (?, ?, ?)"
                " on conflict (id) do update set content = excluded.content",
                (one.id, one.order, _written(one)),
            )


def of_document(books: Books, id: str) -> Told | None:
    """What is known of a document; None where it came before 1C kept such things."""
    with books.together() as base:
        row = base.execute("select content from told where id = ?", (id,)).fetchone()
    return _read(row[0]) if row else None


def of_order(books: Books, number: str) -> Sequence[Told]:
    """The documents of an order."""
    with books.together() as base:
        rows = base.execute(
            "select content from told where order_number = ? order by id", (number,)
        ).fetchall()
    return [_read(row[0]) for row in rows]


def note_money(books: Books, money: Money) -> None:
    """Money that has come, as the portal tells it."""
    with books.together() as base:
        for one in of_order(books, money.order):
            known = msgspec.structs.replace(one, received=money.received)
            base.execute("update told set content = ? where id = ?", (_written(known), one.id))


def amended(books: Books, one: Told) -> None:
    """The lines are those of 1C from now on."""
    with books.together() as base:
        base.execute(
            "update told set content = ?, amended = 1 where id = ?", (_written(one), one.id)
        )


def amended_ones(books: Books) -> frozenset[str]:
    """The documents whose lines 1C has changed."""
    with books.together() as base:
        return frozenset(row[0] for row in base.execute("select id from told where amended = 1"))


def paid_here(books: Books, order: str) -> Decimal:
    """What came to the bank for an order, by 1C's own books."""
    return Decimal(books.fact(f"paid:{order}") or 0)


def may_leave(books: Books, one: Told) -> bool:
    """Whether all that is to be paid beforehand has come."""
    return one.received + paid_here(books, one.order) >= one.before


def _written(one: Told) -> str:
    return msgspec.json.encode(one).decode()


def _read(content: str) -> Told:
    return msgspec.json.decode(content, type=Told)
