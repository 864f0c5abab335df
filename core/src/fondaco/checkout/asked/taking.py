"""What the ERP answered, written where it belongs: stock by the door of its reports, and prices."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import TextClause, text

from fondaco.checkout.asked.question import Question
from fondaco.exchange.inbound import receive
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.orders.checked import PriceFound
from fondaco.pricing.live_prices import keep_live_prices
from fondaco_sdk.providers.erp import LiveAnswer, LiveLine
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.money import round_money

STOCK = "erp.stock"
_ON_HAND: TextClause = text(
    """
    select product_id, place_id, on_hand from fondaco.stock_row
     where lot = '' and product_id = any(cast(:products as bigint[]))
       and place_id = any(cast(:places as bigint[]))
    """
)
_NOTHING = Decimal(0)


async def take_answer(hall: Hall, question: Question, answer: LiveAnswer) -> tuple[PriceFound, ...]:
    """Write what differs; the prices that do, in the order of the question.

    A line whose price a person of ours gave has no difference of price.
    """
    said = {line.product: line for line in answer.lines}
    await _take_stock(hall, question, said, answer)
    found: list[PriceFound] = []
    prices: dict[ProductId, Decimal] = {}
    for line in question.ask.lines:
        one, now = question.wanted[line.product], said[line.product].unit_price
        if now is not None:
            now = round_money(now, answer.currency)
        if one.price is None or one.price == now or said[line.product].gone:
            continue
        if now:
            prices[one.product_id] = now
        if not one.by_hand:
            found.append(PriceFound(one.sku, one.price, now, one.product_id))
    if prices:
        async with system_ask(hall).act() as act:
            await keep_live_prices(act, question.agreement, answer.currency, prices)
    return tuple(found)


async def _take_stock(
    hall: Hall, question: Question, said: Mapping[str, LiveLine], answer: LiveAnswer
) -> None:
    """By the same rules as every report of stock; nothing where all is as it was known."""
    rows = await system_ask(hall).fetch(
        _ON_HAND,
        {
            "products": [one.product_id for one in question.wanted.values()],
            "places": list(question.places.values()),
        },
    )
    known = {(row[0], row[1]): row[2] for row in rows}
    records: list[dict[str, Any]] = []
    for line in question.ask.lines:
        for at in line.places:
            now = _NOTHING if said[line.product].gone else said[line.product].stock[at.place]
            key = (question.wanted[line.product].product_id, question.places[at.place])
            if known.get(key) != now:
                records.append(_record(line.product, at.place, now, answer))
    if records:
        await receive(hall, STOCK, _plain(records))


def _record(product: str, place: str, quantity: Decimal, answer: LiveAnswer) -> dict[str, Any]:
    return {
        "product": product,
        "place": place,
        "quantity": str(quantity),
        "at": answer.as_of.isoformat(),
    }


def _plain(records: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    """In the order of products and places, as every writer of stock takes them."""
    return sorted(records, key=lambda one: (one["product"], one["place"]))
