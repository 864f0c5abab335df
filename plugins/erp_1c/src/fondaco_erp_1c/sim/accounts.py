"""The customers as 1C knows them: their limits, and what they owe.

The portal gets the whole account each time something in it changes; what it has held for an order
ends then, for 1C counts the order.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from typing import Literal

import msgspec
from msgspec import Struct

from fondaco_erp_1c.sim import told
from fondaco_erp_1c.sim.books import Books
from fondaco_erp_1c.sim.letters import write
from fondaco_erp_1c.sim.told import Told

LIMITS = "credit_limit.limits"
_MOST_SETTLED = 500


class Item(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A debt: an order whose goods have not left, or what has been shipped."""

    amount: Decimal
    state: Literal["ordered", "shipped"] = "shipped"
    document: str = ""
    order: str = ""
    issued_on: date | None = None
    due_on: date | None = None


class Account(Struct, frozen=True, kw_only=True):
    """A legal entity by its tax id; `limit` None: it has none, and the portal is told of none.

    `orders` are the portal's that 1C has counted.
    """

    tax_id: str
    limit: Decimal | None = None
    days: int = 0
    tolerance_days: int = 0
    rule: str = "prepay"
    items: tuple[Item, ...] = ()
    orders: tuple[str, ...] = ()


class _Opened(Struct, frozen=True):
    amount: Decimal
    document: str
    issued: int
    due: int


class _Opening(Struct, frozen=True):
    """A customer of the demo; days are counted from the day on which the books are begun."""

    legal_entity: str
    limit: Decimal | None = None
    days: int = 0
    tolerance_days: int = 0
    rule: str = "prepay"
    items: tuple[_Opened, ...] = ()


def open_accounts(books: Books, today: date) -> None:
    """The customers of the demo, as the demo itself is furnished; once."""
    source = files("fondaco_erp_1c").joinpath("sim/opening.json").read_bytes()
    with books.together() as base:
        for one in msgspec.json.decode(source, type=tuple[_Opening, ...]):
            items = tuple(
                Item(
                    amount=item.amount,
                    document=item.document,
                    issued_on=today + timedelta(days=item.issued),
                    due_on=today + timedelta(days=item.due),
                )
                for item in one.items
            )
            account = Account(
                tax_id=one.legal_entity,
                limit=one.limit,
                days=one.days,
                tolerance_days=one.tolerance_days,
                rule=one.rule,
                items=items,
            )
            base.execute(
                "insert or ignore into account values (?, ?)", (one.legal_entity, _written(account))
            )


def get_to_know(books: Books, one: Told, now: datetime) -> None:
    """A customer who is new to 1C gets its id there: that of the portal, as 1C keeps what it gets.

    Documents and payments name the customer by it.
    """
    buyer = one.buyer
    if not buyer.tax_id or _find(books, buyer.tax_id) is not None:
        return
    with books.together() as base:
        base.execute(
            "insert into account values (?, ?)",
            (buyer.tax_id, _written(Account(tax_id=buyer.tax_id))),
        )
        known = {
            "external_id": buyer.id,
            "name": buyer.name,
            "country": buyer.country,
            "tax_id": buyer.tax_id,
            "kpp": buyer.kpp,
        }
        write(books, "erp.companies", buyer.id, known, at=now, id=f"company:{buyer.id}")
        entity = {**known, "company": buyer.id}
        write(books, "erp.legal_entities", buyer.id, entity, at=now, id=f"entity:{buyer.id}")


def order_taken(books: Books, one: Told, now: datetime) -> None:
    """What of an order is not paid beforehand is owed from now on."""
    parts = told.of_order(books, one.order) or (one,)
    owed = sum((part.total for part in parts), Decimal(0)) - one.before

    def change(account: Account) -> Account:
        items = [item for item in account.items if item.order != one.order]
        before = next((item for item in account.items if item.order == one.order), None)
        if owed > 0:
            item = before or Item(amount=owed, state="ordered", order=one.order)
            items.append(msgspec.structs.replace(item, amount=owed))
        return _counted(account, items, one.order)

    _change(books, one, now, change)


def order_shipped(books: Books, one: Told, document: str, now: datetime) -> None:
    """The debt has a document and a day on which it is due."""

    def change(account: Account) -> Account:
        today = now.date()
        items = [
            msgspec.structs.replace(
                item,
                state="shipped",
                document=document,
                issued_on=today,
                due_on=today + timedelta(days=account.days),
            )
            if item.order == one.order
            else item
            for item in account.items
        ]
        return _counted(account, items, one.order)

    _change(books, one, now, change)


def order_gone(books: Books, one: Told, now: datetime) -> None:
    """A cancelled order is owed no more."""

    def change(account: Account) -> Account:
        items = [item for item in account.items if item.order != one.order]
        return msgspec.structs.replace(account, items=tuple(items))

    _change(books, one, now, change)


def debt_paid(books: Books, one: Told, amount: Decimal, now: datetime) -> None:
    """Money for an order lowers what is owed for it."""

    def change(account: Account) -> Account:
        items = [
            msgspec.structs.replace(item, amount=item.amount - amount)
            if item.order == one.order
            else item
            for item in account.items
        ]
        return _counted(account, [item for item in items if item.amount > 0], one.order)

    _change(books, one, now, change)


def _counted(account: Account, items: list[Item], order: str) -> Account:
    orders = tuple(dict.fromkeys((*account.orders, order)))[-_MOST_SETTLED:]
    return msgspec.structs.replace(account, items=tuple(items), orders=orders)


def _change(books: Books, one: Told, now: datetime, change: Callable[[Account], Account]) -> None:
    with books.together() as base:
        account = _find(books, one.buyer.tax_id)
        if account is None or account.limit is None:
            return
        changed = change(account)
        if changed == account:
            return
        base.execute(
            "update account set content = ? where tax_id = ?", (_written(changed), account.tax_id)
        )
        write(books, LIMITS, account.tax_id, msgspec.to_builtins(changed), at=now)


def _find(books: Books, tax_id: str) -> Account | None:
    with books.together() as base:
        row = base.execute("select content from account where tax_id = ?", (tax_id,)).fetchone()
    return msgspec.json.decode(row[0], type=Account) if row else None


def _written(account: Account) -> str:
    return msgspec.json.encode(account).decode()
