"""`fondaco price explain ARTICLE --email BUYER`: every step of a price, winners and losers."""

import asyncio
import sys
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from fondaco.cli.site import Site, hall_of
from fondaco.hooks.context import AskContext
from fondaco.hooks.hall import Hall
from fondaco.identity.who import by_email, context
from fondaco_sdk.hooks.catalog import match_articles
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.match import ArticleRow
from fondaco_sdk.types.price import (
    BOUND_STEP,
    ORDER_STEP,
    LinePrice,
    PriceLine,
    PriceStep,
    Stage,
)


def explain_price(site: Site, article: str, email: str, quantity: str) -> int:
    """Print how the price of an article comes about for a buyer."""
    try:
        amount = Decimal(quantity.replace(",", "."))
    except InvalidOperation:
        print(f"fondaco: {quantity!r} is not a quantity", file=sys.stderr)
        return 2
    return asyncio.run(_explain(hall_of(site), article, email, amount))


async def _explain(hall: Hall, article: str, email: str, quantity: Decimal) -> int:
    try:
        identity = await by_email(hall, email)
        if identity.customer is None:
            print(f"fondaco: {email} acts for no customer", file=sys.stderr)
            return 1
        ask = context(hall, identity, locale=None, request_id="")
        found = await _find(ask, article)
        if not found:
            print(f"fondaco: no product is meant by {article!r}", file=sys.stderr)
            return 1
        lines = [PriceLine(number, product, quantity) for number, product in enumerate(found)]
        quote = await ask.pricing.quote(lines)
        products = await ask.catalog.products(found)
        for price in quote.lines:
            product = products[price.product_id]
            print(f"{product.sku}  {product.name}")
            print("\n".join(explain_lines(price, quote.currency, ask.locale)))
        return 0
    finally:
        await hall.close()


async def _find(ask: AskContext, article: str) -> Sequence[ProductId]:
    collected = await ask.hall.hooks.collect(match_articles, ask=ask, rows=[ArticleRow(1, article)])
    return tuple(dict.fromkeys(match.product_id for _, match in collected.proposals))


def explain_lines(price: LinePrice, currency: str, locale: str) -> Sequence[str]:
    """The steps of a price, a line of text each."""
    shown = [
        f"  {'+' if step.applied else '-'} {_stage(step):<9} {step.plugin:<15}"
        f" {step.reason.text(locale)}:"
        f" {_money(step.before)} -> {_money(step.after)}"
        + (f"  ({step.lost.text(locale)})" if step.lost else "")
        for step in price.steps
    ]
    said = [f"  {price.no_price.text(locale)}"] if price.no_price else []
    ahead = price.next_tier
    if ahead is not None:
        more = f"{ahead.more.normalize():f}"
        said.append(f"  > {more} more: {_money(ahead.unit_price)} {currency}")
    return (*shown, f"  = {_money(price.unit_price)} {currency}", *said)


def _stage(step: PriceStep) -> str:
    return Stage(step.stage).name if step.stage <= Stage.MANUAL else _LATER[step.stage]


_LATER = {BOUND_STEP: "BOUND", ORDER_STEP: "ORDER"}


def _money(amount: Decimal | None) -> str:
    return "none" if amount is None else f"{amount:.2f}"
