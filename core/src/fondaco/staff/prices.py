"""Prices for staff: a customer's individual prices and discount matrix; floors and caps."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, TypeAlias
from uuid import UUID

from fondaco.catalog.categories import CategoryTree, category_tree
from fondaco.hooks.context import ActContext, AskContext
from fondaco.pricing.agree import (
    add_price,
    add_rule,
    drop_margin,
    end_price,
    end_rule,
    restore_margin,
    resume_price,
    resume_rule,
    set_margin,
)
from fondaco.staff.manual_model import given_list
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
from fondaco.web.saving import save_form
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.ids import CompanyId
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

HOME = "/staff/prices"
VIEW = "price.view"
EDIT = "price.edit"
_ADDED = Reason("price.added", "Условие добавлено", "The condition was added")
_BACK = Reason("price.back", "Условие снова действует", "The condition is in force again")
_SET = Reason("margin.set", "Границы цены сохранены", "The bounds were saved")
Resume: TypeAlias = Callable[[ActContext, CompanyId, UUID], Awaitable[None]]


@route("GET", HOME, policy=VIEW)
async def customers_page(ask: AskContext, q: str = "") -> Page:
    """Find a customer by name or tax id."""
    wanted = q.strip()
    return Page(
        "staff/prices.html", {"customers": await find_customers(ask, wanted), "wanted": wanted}
    )


@route("GET", f"{HOME}/{{uuid:uuid}}", policy=VIEW)
async def customer_page(
    ask: AskContext, uuid: UUID, ended: UUID | None = None, kind: str = ""
) -> Page:
    """Everything agreed with a customer that counts, will count, or ended lately.

    The price or rule `ended` was ended a moment ago and can be put back.
    """
    customer = await find_customer(ask, uuid)
    context = {
        "customer": customer,
        "prices": await prices_of(ask, customer),
        "given": await given_list(ask, company=customer.id),
        "rules": await rules_of(ask, customer),
        "today": today_of(ask),
        "may_edit": ask.actor.may(EDIT),
        "ended": ended if kind in ("price", "rule") else None,
        "kind": kind,
    }
    return Page("staff/prices_customer.html", context)


@route("GET", f"{HOME}/{{uuid:uuid}}/price", policy=EDIT)
async def price_form(ask: AskContext, uuid: UUID) -> Page:
    """The form of an individual price."""
    first = {"valid_from": today_of(ask).isoformat(), "currency": ask.currency}
    return await _price_page(await find_customer(ask, uuid), first, {})


@route("POST", f"{HOME}/{{uuid:uuid}}/price", policy=EDIT)
async def post_price(ask: AskContext, uuid: UUID, form: Form) -> Page | Redirect:
    """Add an individual price."""
    customer = await find_customer(ask, uuid)

    async def save(act: ActContext) -> Redirect:
        await add_price(act, await read_price(act, form, customer))
        return Redirect(f"{HOME}/{uuid}", notice=_ADDED)

    return await save_form(ask, form, save, partial(_price_page, customer))


@route("POST", f"{HOME}/{{uuid:uuid}}/price/{{price:uuid}}/end", policy=EDIT)
async def post_price_end(act: ActContext, uuid: UUID, price: UUID) -> Redirect:
    """End an individual price; the page that follows offers to put it back."""
    customer = await find_customer(act, uuid)
    await end_price(act, customer.id, price, today_of(act))
    return Redirect(f"{HOME}/{uuid}?ended={price}&kind=price")


@route("POST", f"{HOME}/{{uuid:uuid}}/price/{{price:uuid}}/resume", policy=EDIT)
async def post_price_resume(ask: AskContext, uuid: UUID, price: UUID) -> Redirect:
    """Put an individual price back."""
    return await _resumed(ask, await find_customer(ask, uuid), resume_price, price)


@route("GET", f"{HOME}/{{uuid:uuid}}/rule", policy=EDIT)
async def rule_form(ask: AskContext, uuid: UUID) -> Page:
    """The form of a rule of the matrix."""
    first = {"valid_from": today_of(ask).isoformat()}
    return await _rule_page(ask, await find_customer(ask, uuid), first, {})


@route("POST", f"{HOME}/{{uuid:uuid}}/rule", policy=EDIT)
async def post_rule(ask: AskContext, uuid: UUID, form: Form) -> Page | Redirect:
    """Add a rule."""
    customer = await find_customer(ask, uuid)

    async def save(act: ActContext) -> Redirect:
        await add_rule(act, await read_rule(act, form, customer))
        return Redirect(f"{HOME}/{uuid}", notice=_ADDED)

    return await save_form(ask, form, save, partial(_rule_page, ask, customer))


@route("POST", f"{HOME}/{{uuid:uuid}}/rule/{{rule:uuid}}/end", policy=EDIT)
async def post_rule_end(act: ActContext, uuid: UUID, rule: UUID) -> Redirect:
    """End a rule; the page that follows offers to put it back."""
    customer = await find_customer(act, uuid)
    await end_rule(act, customer.id, rule, today_of(act))
    return Redirect(f"{HOME}/{uuid}?ended={rule}&kind=rule")


@route("POST", f"{HOME}/{{uuid:uuid}}/rule/{{rule:uuid}}/resume", policy=EDIT)
async def post_rule_resume(ask: AskContext, uuid: UUID, rule: UUID) -> Redirect:
    """Put a rule back."""
    return await _resumed(ask, await find_customer(ask, uuid), resume_rule, rule)


@route("GET", f"{HOME}/margins", policy=EDIT)
async def margins_page(ask: AskContext, ended: UUID | None = None) -> Page:
    """Floors and caps, in percent above what goods cost us; `ended` can be put back."""
    return await _margins_page(ask, {}, {}, ended)


@route("POST", f"{HOME}/margins", policy=EDIT)
async def post_margin(ask: AskContext, form: Form) -> Page | Redirect:
    """Set the floor and the cap of some goods."""

    async def save(act: ActContext) -> Redirect:
        await set_margin(act, await read_margin(act, form))
        return Redirect(f"{HOME}/margins", notice=_SET)

    return await save_form(ask, form, save, partial(_margins_page, ask))


@route("POST", f"{HOME}/margins/{{uuid:uuid}}/drop", policy=EDIT)
async def post_margin_drop(act: ActContext, uuid: UUID) -> Redirect:
    """Take a floor and a cap away; the page that follows offers to put them back."""
    await drop_margin(act, uuid)
    return Redirect(f"{HOME}/margins?ended={uuid}")


@route("POST", f"{HOME}/margins/{{uuid:uuid}}/resume", policy=EDIT)
async def post_margin_resume(act: ActContext, uuid: UUID) -> Redirect:
    """Put a floor and a cap back."""
    await restore_margin(act, uuid)
    return Redirect(f"{HOME}/margins", notice=_BACK)


async def _resumed(ask: AskContext, customer: Customer, resume: Resume, uuid: UUID) -> Redirect:
    """Back at the customer's page, be it with the reason why something stays ended."""
    try:
        async with ask.act() as act:
            await resume(act, customer.id, uuid)
    except UserError as refused:
        return Redirect(f"{HOME}/{customer.uuid}", refused=refused.reason)
    return Redirect(f"{HOME}/{customer.uuid}", notice=_BACK)


async def _price_page(
    customer: Customer, typed: Mapping[str, str], mistakes: Mapping[str, str]
) -> Page:
    context = {
        "customer": customer,
        "typed": typed,
        "mistakes": mistakes,
        "entities": [(str(one.uuid), one.name) for one in customer.entities],
    }
    return Page("staff/price_form.html", context, status=422 if mistakes else 200)


async def _rule_page(
    ask: AskContext, customer: Customer, typed: Mapping[str, str], mistakes: Mapping[str, str]
) -> Page:
    context: dict[str, Any] = {
        "customer": customer,
        "typed": typed,
        "mistakes": mistakes,
        "agreements": [(str(one.uuid), one.name) for one in customer.agreements],
        **await _goods(ask),
    }
    return Page("staff/rule_form.html", context, status=422 if mistakes else 200)


async def _margins_page(
    ask: AskContext,
    typed: Mapping[str, str],
    mistakes: Mapping[str, str],
    ended: UUID | None = None,
) -> Page:
    context: dict[str, Any] = {
        "margins": await margins(ask),
        "typed": typed,
        "mistakes": mistakes,
        "ended": ended,
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
