"""What follows in 1C when an order moves on: debts, goods that leave, documents, money.

All of it stands in the books together with the move itself.
"""

import base64
import random
from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from hashlib import sha256

import msgspec

from fondaco_erp_1c.sim import accounts, goods, told
from fondaco_erp_1c.sim.books import Books, Impossible, Kept
from fondaco_erp_1c.sim.letters import write
from fondaco_erp_1c.sim.told import Told
from fondaco_erp_1c.sim.upd import TITLE, upd_pdf
from fondaco_sdk.types.order import OrderState

S = OrderState


def follow(books: Books, kept: Kept, to: OrderState, now: datetime) -> None:
    """The order has moved on in 1C. `now` is local time."""
    one = told.of_document(books, kept.id)
    if one is None:
        return
    if to is S.CONFIRMED:
        accounts.get_to_know(books, one, now)
        accounts.order_taken(books, one, now)
    elif to is S.SHIPPED:
        number = f"РТ-{kept.serial:06}"
        goods.ship(books, one, now)
        _issue(books, one, number, now)
        accounts.order_shipped(books, one, f"УПД {number}", now)


def cut_short(books: Books, kept: Kept, now: datetime) -> Told:
    """One line of the order is short: the last gets half, or goes. Raises `Impossible`."""
    one = told.of_document(books, kept.id)
    if one is None or not one.lines or kept.state not in (S.PLACED, S.CONFIRMED, S.PICKING):
        raise Impossible(f"order {kept.number}: nothing of it can be changed any more")
    last = one.lines[-1]
    left = (last.quantity / 2).to_integral_value(ROUND_FLOOR)
    if not left and len(one.lines) == 1:
        raise Impossible(f"order {kept.number} has one line of one piece")
    rest = (last.total * left / last.quantity).quantize(Decimal("0.01"))
    short = (msgspec.structs.replace(last, quantity=left, total=rest),) if left else ()
    changed = msgspec.structs.replace(one, lines=(*one.lines[:-1], *short))
    with books.together():
        told.amended(books, changed)
        books.move(kept, kept.state, kept.due)
        if kept.state != S.PLACED:
            accounts.order_taken(books, changed, now)
    return changed


def is_short(seed: int, every: int, id: str) -> bool:
    """Whether this order is one of those of which a line is short: about each `every`th."""
    return every > 0 and random.Random(f"{seed}:{id}:short").randrange(every) == 0


def take_payment(books: Books, number: str, amount: Decimal | None, now: datetime) -> Decimal:
    """Money came to the bank for an order; without an amount all that it still lacks.

    Returns the amount. Raises `Impossible`.
    """
    with books.together():
        parts = told.of_order(books, number)
        if not parts:
            raise Impossible(f"there is no order {number!r}")
        one = parts[0]
        total = sum((part.total for part in parts), Decimal(0))
        came = one.received + told.paid_here(books, number)
        paid = total - came if amount is None else amount
        if not 0 < paid <= total - came:
            raise Impossible(f"order {number}: {total - came} {one.currency} are to be paid")
        books.note(f"paid:{number}", str(told.paid_here(books, number) + paid))
        serial = int(books.fact("payments") or 0) + 1
        books.note("payments", str(serial))
        record = {
            "external_id": f"erp-sim-payment-{serial}",
            "version": 1,
            "order": number,
            "amount": str(paid),
            "currency": one.currency,
            "number": f"ПП-{serial:06}",
            "date": now.date().isoformat(),
        }
        write(books, "erp.payments", number, record, at=now, id=f"payment:{serial}")
        for_debt = max(paid - max(one.before - came, Decimal(0)), Decimal(0))
        accounts.debt_paid(books, one, for_debt, now)
    return paid


def _issue(books: Books, one: Told, number: str, now: datetime) -> None:
    pdf = upd_pdf(one, number, now.date())
    record: Mapping[str, object] = {
        "external_id": f"erp-sim-upd-{one.id}",
        "version": 1,
        "kind": "upd",
        "title": TITLE,
        "number": number,
        "date": now.date().isoformat(),
        "order": one.order,
        "legal_entity": one.buyer.id,
        "file": base64.b64encode(pdf).decode(),
        "sha256": sha256(pdf).hexdigest(),
    }
    write(books, "erp.documents", one.id, record, at=now, id=f"upd:{one.id}")
