"""The price of a line by hand, for a manager who works on behalf of the customer."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from fondaco.cart.reading import customer_of
from fondaco.hooks.context import ActContext, AskContext
from fondaco.pricing.cost import cost_of
from fondaco.pricing.manual import (
    end_given,
    give_price,
    give_until,
    line_of,
    resume_given,
)
from fondaco.pricing.may_give import GIVE, leeway_of
from fondaco.web.routing import route
from fondaco.web.saving import save_form
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.price import LinePrice
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

LINE = "/cart/lines/{line:uuid}/price"


@route("GET", LINE, policy=GIVE)
async def price_form(ask: AskContext, line: UUID, ended: UUID | None = None) -> Page:
    """What the line costs, how low one may go, and the form; `ended` can be put back."""
    return await _page(ask, line, {}, {}, ended)


@route("POST", LINE, policy=GIVE)
async def post_price(ask: AskContext, line: UUID, form: Form) -> Page | Redirect:
    """Give the line a price, for this order or until a day."""

    async def save(act: ActContext) -> Redirect:
        reading = form.reading()
        price, reason = reading.decimal("price"), reading.required("reason")
        until = reading.day("until", required=True) if form.text("lasts") == "until" else None
        reading.done()
        known = form.has("dearer")
        if until is None:
            priced = await give_price(act, line, price, reason, may_be_dearer=known)
        else:
            found = await line_of(act, line)
            priced = await give_until(
                act, found.product_id, price, reason, until, line=found, may_be_dearer=known
            )
        return Redirect("/cart", notice=given_notice(act, priced))

    return await save_form(ask, form, save, partial(_page, ask, line))


@route("POST", f"{LINE}/end", policy=GIVE)
async def post_end(act: ActContext, line: UUID) -> Redirect:
    """Let the line have its own price again; the page that follows offers to take that back."""
    found = await line_of(act, line)
    if found.given is None:
        return Redirect(f"/cart/lines/{line}/price")
    await end_given(act, customer_of(act).company_id, found.given)
    return Redirect(f"/cart/lines/{line}/price?ended={found.given}")


@route("POST", f"{LINE}/{{price:uuid}}/resume", policy=GIVE)
async def post_resume(act: ActContext, line: UUID, price: UUID) -> Redirect:
    """The line's price by hand is in force again."""
    await line_of(act, line)
    await resume_given(act, customer_of(act).company_id, price)
    return Redirect("/cart", notice=RESUMED)


def given_notice(ask: AskContext, priced: LinePrice) -> Reason:
    """What became of a price that was just given."""
    assert priced.unit_price is not None
    currency = customer_of(ask).currency
    ru, en = (ask.words.money(priced.unit_price, currency, locale) for locale in ("ru", "en"))
    return Reason("manual.given", f"Теперь цена {ru}", f"The price is {en} now")


async def price_context(ask: AskContext, product: ProductId, quantity: Any) -> Mapping[str, Any]:
    """What the form says of a product's price to whoever gives another one."""
    currency = customer_of(ask).currency
    return {
        "product": (await ask.catalog.products([product]))[product],
        "leeway": await leeway_of(ask, product, quantity),
        "cost": await cost_of(ask, product, currency),
        "currency": currency,
    }


async def _page(
    ask: AskContext,
    line: UUID,
    typed: Mapping[str, str],
    mistakes: Mapping[str, str],
    ended: UUID | None = None,
) -> Page:
    found = await line_of(ask, line)
    context = {
        "line": line,
        "given": found.given is not None,
        "ended": ended,
        "typed": typed,
        "mistakes": mistakes,
        **await price_context(ask, found.product_id, found.quantity),
    }
    return Page("cart/manual_price.html", context, 422 if mistakes else 200)


RESUMED = Reason(
    "manual.resumed", "Согласованная цена снова действует", "The agreed price is in force again"
)
