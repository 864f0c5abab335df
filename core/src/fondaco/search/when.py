"""When a typed quantity of a product is ready, part by part, and what it comes to."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from litestar import Request
from msgspec import Struct

from fondaco.cart.service import check_quantity
from fondaco.catalog.content import content_of
from fondaco.hooks.context import AskContext
from fondaco.web.htmx import is_htmx
from fondaco.web.routing import route
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.price import PriceLine
from fondaco_sdk.types.supply import LineSupply, Want
from fondaco_sdk.web import Form, Page

POLICY = "catalog.view"
ZERO = Decimal(0)


class ReadyPart(Struct, frozen=True):
    """How much, in base units, is ready on a day, and at which places."""

    day: date
    quantity: Decimal
    places: tuple[str, ...]


def ready_parts(supply: LineSupply) -> Sequence[ReadyPart]:
    """The parts of a supply by their days, the soonest first."""
    days = sorted({part.promised for part in supply.parts})
    return [_on(day, supply) for day in days]


@route("GET", "/products/{uuid:uuid}/when", policy=POLICY)
async def when(request: Request[Any, Any, Any], ask: AskContext, uuid: UUID) -> Page:
    """The parts of a quantity by their days; a mistake in it is said in its place."""
    product = (await content_of(ask, uuid)).product
    form = Form({"quantity": [request.query_params.get(f"quantity-{uuid}", "")]})
    context: dict[str, Any] = {"product": product, "mistake": "", "parts": ()}
    try:
        quantity = form.decimal("quantity") if form.text("quantity") else product.multiple
        check_quantity(quantity)
    except UserError as mistake:
        context["mistake"] = next(iter(mistake.fields.values())).text(ask.locale)
    else:
        [supply] = await ask.supply.supply([Want(0, product.id, quantity)])
        quote = await ask.pricing.quote([PriceLine(0, product.id, quantity)])
        context |= {
            "quantity": quantity,
            "parts": ready_parts(supply),
            "missing": supply.missing,
            "total": quote.lines[0].total,
            "currency": quote.currency,
        }
    whole = not is_htmx(request)
    return Page("search/when_page.html" if whole else "search/when.html", context)


def _on(day: date, supply: LineSupply) -> ReadyPart:
    parts = [part for part in supply.parts if part.promised == day]
    places = dict.fromkeys(part.place_name for part in parts)
    return ReadyPart(day, sum((part.quantity for part in parts), ZERO), tuple(places))
