"""Prices for staff: a customer's individual prices and discount matrix; floors and caps."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from fondaco.catalog.categories import CategoryTree, category_tree
from fondaco.hooks.context import ActContext, AskContext
from fondaco.pricing.agree import (
    add_price,
    add_rule,
    drop_margin,
    end_price,
    end_rule,
    set_margin,
)
from fondaco.staff.price_forms import read_margin, read_price, read_rule
from fondaco.staff.price_model import (
    Customer,
    find_customer,
    find_customers,
    margins,
    price_groups,
    prices_of,
    rules_of,
    today_of,
)
from fondaco.web.routing import route
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

HOME = "/staff/prices"
VIEW = "price.view"
EDIT = "price.edit"
_ADDED = Reason("price.added", "Условие добавлено", "The condition was added")
_ENDED = Reason("price.ended_now", "Условие завершено", "The condition has ended")
_SET = Reason("margin.set", "Границы цены сохранены", "The bounds were saved")
_GONE = Reason("margin.gone", "Правило удалено", "The rule was removed")


@route("GET", HOME, policy=VIEW)
async def customers_page(ask: AskContext, q: str = "") -> Page:
    """Find a customer by name or tax id."""
    wanted = q.strip()
    return Page(
        "staff/prices.html", {"customers": await find_customers(ask, wanted), "wanted": wanted}
    )


@route("GET", f"{HOME}/{{uuid:uuid}}", policy=VIEW)
async def customer_page(ask: AskContext, uuid: UUID) -> Page:
    """Everything agreed with a customer that counts, will count, or ended lately."""
    customer = await find_customer(ask, uuid)
    context = {
        "customer": customer,
        "prices": await prices_of(ask, customer),
        "rules": await rules_of(ask, customer),
        "today": today_of(ask),
        "may_edit": ask.actor.may(EDIT),
    }
    return Page("staff/prices_customer.html", context)


@route("GET", f"{HOME}/{{uuid:uuid}}/price", policy=EDIT)
async def price_form(ask: AskContext, uuid: UUID) -> Page:
    """The form of an individual price."""
    return await _price_page(ask, await find_customer(ask, uuid), {})


@route("POST", f"{HOME}/{{uuid:uuid}}/price", policy=EDIT)
async def post_price(ask: AskContext, uuid: UUID, form: Form) -> Page | Redirect:
    """Add an individual price."""
    customer = await find_customer(ask, uuid)

    async def add() -> None:
        new = await read_price(ask, form, customer)
        async with ask.act() as act:
            await add_price(act, new)

    mistakes = await _mistakes(ask, add)
    if mistakes:
        return await _price_page(ask, customer, dict(form.values()), mistakes)
    return Redirect(f"{HOME}/{uuid}", notice=_ADDED)


@route("POST", f"{HOME}/{{uuid:uuid}}/price/{{price:uuid}}/end", policy=EDIT)
async def post_price_end(act: ActContext, uuid: UUID, price: UUID) -> Redirect:
    """End an individual price."""
    customer = await find_customer(act, uuid)
    await end_price(act, customer.id, price, today_of(act))
    return Redirect(f"{HOME}/{uuid}", notice=_ENDED)


@route("GET", f"{HOME}/{{uuid:uuid}}/rule", policy=EDIT)
async def rule_form(ask: AskContext, uuid: UUID) -> Page:
    """The form of a rule of the matrix."""
    return await _rule_page(ask, await find_customer(ask, uuid), {})


@route("POST", f"{HOME}/{{uuid:uuid}}/rule", policy=EDIT)
async def post_rule(ask: AskContext, uuid: UUID, form: Form) -> Page | Redirect:
    """Add a rule."""
    customer = await find_customer(ask, uuid)

    async def add() -> None:
        new = await read_rule(ask, form, customer)
        async with ask.act() as act:
            await add_rule(act, new)

    mistakes = await _mistakes(ask, add)
    if mistakes:
        return await _rule_page(ask, customer, dict(form.values()), mistakes)
    return Redirect(f"{HOME}/{uuid}", notice=_ADDED)


@route("POST", f"{HOME}/{{uuid:uuid}}/rule/{{rule:uuid}}/end", policy=EDIT)
async def post_rule_end(act: ActContext, uuid: UUID, rule: UUID) -> Redirect:
    """End a rule."""
    customer = await find_customer(act, uuid)
    await end_rule(act, customer.id, rule, today_of(act))
    return Redirect(f"{HOME}/{uuid}", notice=_ENDED)


@route("GET", f"{HOME}/margins", policy=EDIT)
async def margins_page(ask: AskContext) -> Page:
    """Floors and caps, in percent above what goods cost us."""
    return await _margins_page(ask, {})


@route("POST", f"{HOME}/margins", policy=EDIT)
async def post_margin(ask: AskContext, form: Form) -> Page | Redirect:
    """Set the floor and the cap of some goods."""

    async def save() -> None:
        new = await read_margin(ask, form)
        async with ask.act() as act:
            await set_margin(act, new)

    mistakes = await _mistakes(ask, save)
    if mistakes:
        return await _margins_page(ask, dict(form.values()), mistakes)
    return Redirect(f"{HOME}/margins", notice=_SET)


@route("POST", f"{HOME}/margins/{{uuid:uuid}}/drop", policy=EDIT)
async def post_margin_drop(act: ActContext, uuid: UUID) -> Redirect:
    """Take a floor and a cap away."""
    await drop_margin(act, uuid)
    return Redirect(f"{HOME}/margins", notice=_GONE)


async def _mistakes(ask: AskContext, work: Callable[[], Awaitable[None]]) -> dict[str, str]:
    """Do the work; what is wrong with the form, by field, if anything is."""
    try:
        await work()
    except UserError as mistake:
        if not mistake.fields:
            raise
        return {name: reason.text(ask.locale) for name, reason in mistake.fields.items()}
    return {}


async def _price_page(
    ask: AskContext,
    customer: Customer,
    typed: dict[str, str],
    mistakes: dict[str, str] | None = None,
) -> Page:
    first = {"valid_from": today_of(ask).isoformat(), "currency": ask.currency}
    context = {
        "customer": customer,
        "typed": typed or first,
        "mistakes": mistakes or {},
        "entities": [(str(one.uuid), one.name) for one in customer.entities],
    }
    return Page("staff/price_form.html", context, status=422 if mistakes else 200)


async def _rule_page(
    ask: AskContext,
    customer: Customer,
    typed: dict[str, str],
    mistakes: dict[str, str] | None = None,
) -> Page:
    context: dict[str, Any] = {
        "customer": customer,
        "typed": typed or {"valid_from": today_of(ask).isoformat()},
        "mistakes": mistakes or {},
        "agreements": [(str(one.uuid), one.name) for one in customer.agreements],
        **await _goods(ask),
    }
    return Page("staff/rule_form.html", context, status=422 if mistakes else 200)


async def _margins_page(
    ask: AskContext, typed: dict[str, str], mistakes: dict[str, str] | None = None
) -> Page:
    context: dict[str, Any] = {
        "margins": await margins(ask),
        "typed": typed,
        "mistakes": mistakes or {},
        **await _goods(ask),
    }
    return Page("staff/margins.html", context, status=422 if mistakes else 200)


async def _goods(ask: AskContext) -> dict[str, Any]:
    tree = await category_tree(ask)
    return {"categories": indented(tree), "groups": await price_groups(ask)}


def indented(tree: CategoryTree) -> list[tuple[str, str]]:
    """Every category after the one above it, set in by its depth."""
    found: list[tuple[str, str]] = []
    waiting = [(one, 0) for one in reversed(tree.below(None))]
    while waiting:
        one, depth = waiting.pop()
        found.append((str(one.uuid), "\u2003" * depth + one.name))
        waiting += [(below, depth + 1) for below in reversed(tree.below(one))]
    return found
