"""Orders that went through on the last known values: the ERP is asked again once it answers.

What it says of stock goes the way of every report, which promises anew what is short. A price that
differs is told to the buyer and kept with the order; the order's price stays what was promised
until somebody agrees on another one. An order whose answer does not fit the question says so in its
history, and is asked about again after all others.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.checkout.asked.question import Question, Wanted, question_of, wanted
from fondaco.checkout.asked.taking import take_answer
from fondaco.exchange.erp_live.gateway import Asked, Misfit, confirm, gateway_of
from fondaco.exchange.job import JobContext
from fondaco.hooks.context import ActContext
from fondaco.orders.approval_letters import tell_buyer
from fondaco.orders.checked import PriceFound, settle_check
from fondaco.orders.release import buyer_of
from fondaco.orders.service import Orders, add_entry
from fondaco.web.format import money
from fondaco_sdk.errors import Unavailable
from fondaco_sdk.types.ids import AgreementId, OrderId, ProductId
from fondaco_sdk.types.price import PriceStep
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.supply import LineSupply

LATE_TASK = "kernel.confirm_late"
EVERY_MINUTE = "* * * * *"
AT_ONCE = 20
NAMED = 10

# Those that were answered wrongly come last, in no order: however many they are, each has its turn.
_OPEN: TextClause = text(
    """
    select c.order_id, o.agreement_id, o.currency
      from fondaco.order_check c join fondaco.customer_order o on o.id = c.order_id
     where c.state = 'last_known' and o.placed_at > now() - interval '30 days'
       and o.state in ('awaiting_approval', 'placed', 'confirmed', 'awaiting_payment', 'picking')
     order by case when exists (select from fondaco.order_entry e
                                 where e.order_id = c.order_id and e.kind = 'check_misfit')
                   then random() end nulls first,
              c.order_id limit :most
    """
)
_TOLD: TextClause = text(
    "select 1 from fondaco.order_entry"
    " where order_id = :order and kind = 'check_misfit' and ru = :ru limit 1"
)
_LINES: TextClause = text(
    """
    select order_id, product_id, sku, quantity, price_steps, supply from fondaco.order_line
     where order_id = any(cast(:orders as bigint[])) and quantity > 0
     order by order_id, position
    """
)
CONFIRMED = Reason(
    "order.confirmed_late",
    "1С ответила: цены и остатки подтверждены",
    "The ERP has answered: prices and stock are confirmed",
)


class ConfirmLate(Struct, frozen=True):
    """All orders that wait for the ERP's word."""


async def confirm_late(job: JobContext, payload: ConfirmLate) -> None:
    """Ask about some orders, the oldest first; at the first silence the rest waits.

    One that is answered wrongly keeps nobody waiting.
    """
    gateway = gateway_of(job.hall)
    if gateway is None:
        return
    ask = job.ask()
    orders = await ask.fetch(_OPEN, {"most": AT_ONCE})
    rows = await ask.fetch(_LINES, {"orders": [one.order_id for one in orders]})
    for one in orders:
        lines = [_wanted(row, one.currency) for row in rows if row.order_id == one.order_id]
        agreement = AgreementId(one.agreement_id)
        question = await question_of(ask, agreement, one.currency, lines)
        try:
            await _settle(job, gateway, OrderId(one.order_id), question)
        except Misfit as misfit:
            await _tell_misfit(job, OrderId(one.order_id), question, misfit)
        except Unavailable:
            return


async def _settle(
    job: JobContext, gateway: Asked, order_id: OrderId, question: Question | None
) -> None:
    found: Sequence[PriceFound] = ()
    if question is not None:
        answer = await confirm(job.ask(), gateway, question.ask)
        found = await take_answer(job.hall, question, answer)
    async with job.act() as act:
        if await settle_check(act, order_id, found):
            await _tell(act, order_id, found)


async def _tell_misfit(
    job: JobContext, order_id: OrderId, question: Question | None, misfit: Misfit
) -> None:
    """In the order's history, not at every try but where something else is wrong than before."""
    known = question.wanted if question is not None else {}
    skus = ", ".join(known[product].sku for product in misfit.products[:NAMED]) or "—"
    skus += ", …" if len(misfit.products) > NAMED else ""
    said = Reason(
        "order.check_misfit",
        f"1С на вопрос о заказе ответила не полностью или с ошибкой: {skus}",
        f"The ERP's answer about the order is not whole, or wrong: {skus}",
    )
    async with job.act() as act:
        if not await act.fetch(_TOLD, {"order": order_id, "ru": said.ru}):
            await add_entry(act, order_id, "check_misfit", said)


async def _tell(act: ActContext, order_id: OrderId, found: Sequence[PriceFound]) -> None:
    order = (await Orders(act).orders([order_id], act.scope))[order_id]
    said = _differs(found, order.currency) if found else CONFIRMED
    await add_entry(act, order_id, "checked", said)
    if found:
        buyer = await buyer_of(act, order_id)
        locale = buyer.locale or act.hall.settings.site.locale
        await tell_buyer(act, "checked", buyer, order, said.text(locale))


def _differs(found: Sequence[PriceFound], currency: str) -> Reason:
    ru = [f"{one.sku}: {_prices(one, currency, 'ru')}" for one in found]
    en = [f"{one.sku}: {_prices(one, currency, 'en')}" for one in found]
    return Reason(
        "order.checked_differs",
        ";\n".join(("1С ответила, цена по соглашению другая", *ru)),
        ";\n".join(("The ERP has answered, the price of the agreement is another one", *en)),
    )


def _prices(one: PriceFound, currency: str, locale: str) -> str:
    was = money(one.was, currency, locale)
    if one.now is None:
        return f"была {was}, теперь её нет" if locale == "ru" else f"was {was}, is none now"
    now = money(one.now, currency, locale)
    return f"была {was}, в 1С {now}" if locale == "ru" else f"was {was}, in the ERP {now}"


def _wanted(row: Any, currency: str) -> Wanted:
    return wanted(
        ProductId(row.product_id),
        row.sku,
        row.quantity,
        msgspec.convert(row.price_steps, tuple[PriceStep, ...], strict=False),
        msgspec.convert(row.supply, LineSupply, strict=False),
        currency,
    )
