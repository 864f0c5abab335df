"""Prices by hand for staff: those in force, and a new one for a customer and a product."""

from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from fondaco.cart.by_article import product_meant
from fondaco.cart.manual_pages import RESUMED, given_notice, price_context
from fondaco.hooks.context import ActContext, AskContext
from fondaco.identity.who import context, for_company
from fondaco.pricing.manual import end_given, give_until, resume_given
from fondaco.pricing.may_give import GIVE
from fondaco.staff.behalf import NO_AGREEMENT
from fondaco.staff.customers.rights import Found, customer_for
from fondaco.staff.manual_model import MOST, given_list
from fondaco.web.routing import route
from fondaco.web.saving import save_form
from fondaco_sdk.errors import Conflict, UserError
from fondaco_sdk.web import Form, Page, Redirect

LIST = "/staff/prices/manual"
NEW = "/staff/prices/{uuid:uuid}/manual"


@route("GET", LIST, policy="price.view")
async def list_page(
    ask: AskContext, q: str = "", ended: UUID | None = None, company: UUID | None = None
) -> Page:
    """Who gave which customer which price, why, and until when; `ended` can be put back."""
    wanted = q.strip()[:100]
    found = await given_list(ask, wanted)
    return Page(
        "staff/manual_prices.html",
        {
            "rows": found[:MOST],
            "more": len(found) > MOST,
            "wanted": wanted,
            "undo": f"/staff/prices/{company}/manual/{ended}/resume" if ended and company else "",
            "may_give": ask.actor.may(GIVE),
        },
    )


@route("GET", NEW, policy=GIVE)
async def price_form(ask: AskContext, uuid: UUID, article: str = "") -> Page:
    """Which product; once it is known, what it costs the customer, and the rest of the form."""
    customer = await customer_for(ask, uuid)
    return await _page(await _for(ask, customer), customer, {"article": article.strip()}, {})


@route("POST", NEW, policy=GIVE)
async def post_price(ask: AskContext, uuid: UUID, form: Form) -> Page | Redirect:
    """Give everybody of the customer a price of a product until a day."""
    customer = await customer_for(ask, uuid)
    acting = await _for(ask, customer)

    async def save(act: ActContext) -> Redirect:
        reading = form.reading()
        product = await product_meant(act, reading, "article")
        price, reason = reading.decimal("price"), reading.required("reason")
        until = reading.day("until", required=True)
        reading.done()
        assert product is not None and until is not None
        priced = await give_until(
            act, product.id, price, reason, until, may_be_dearer=form.has("dearer")
        )
        return Redirect(LIST, notice=given_notice(act, priced))

    return await save_form(acting, form, save, partial(_page, acting, customer))


@route("POST", f"{NEW}/{{price:uuid}}/end", policy=GIVE)
async def post_end(act: ActContext, uuid: UUID, price: UUID) -> Redirect:
    """End one; the page that follows offers to put it back."""
    customer = await customer_for(act, uuid)
    await end_given(act, customer.id, price)
    return Redirect(f"{LIST}?ended={price}&company={uuid}")


@route("POST", f"{NEW}/{{price:uuid}}/resume", policy=GIVE)
async def post_resume(act: ActContext, uuid: UUID, price: UUID) -> Redirect:
    """Put one back."""
    customer = await customer_for(act, uuid)
    await resume_given(act, customer.id, price)
    return Redirect(LIST, notice=RESUMED)


async def _for(ask: AskContext, customer: Found) -> AskContext:
    """The asker as if acting for the customer. Raises `Conflict` without an agreement."""
    assert ask.actor.user_id is not None
    identity = await for_company(ask.hall, ask.actor.user_id, customer.id)
    if identity.customer is None:
        raise Conflict(NO_AGREEMENT)
    return context(ask.hall, identity, locale=ask.locale, request_id=ask.request_id)


async def _page(
    acting: AskContext, customer: Found, typed: Mapping[str, str], mistakes: Mapping[str, str]
) -> Page:
    reading = Form({"article": [typed.get("article", "")]}).reading()
    product = await product_meant(acting, reading, "article") if typed.get("article") else None
    wrong = {name: reason.text(acting.locale) for name, reason in reading.mistakes.items()}
    shown: Mapping[str, Any] = {"product": None}
    if product is not None:
        try:
            shown = await price_context(acting, product.id, Decimal(1))
        except UserError as refused:
            wrong["article"] = refused.reason.text(acting.locale)
    page = {"customer": customer, "typed": typed, "mistakes": {**wrong, **mistakes}, **shown}
    return Page("staff/manual_price.html", page, 422 if wrong or mistakes else 200)
