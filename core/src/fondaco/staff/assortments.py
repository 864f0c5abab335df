"""Assortments for staff: what there is, what each holds, and its rules."""

from collections.abc import Mapping
from functools import partial
from urllib.parse import urlencode
from uuid import UUID

from fondaco.assortments.service import (
    add_assortment,
    add_rule,
    bind,
    drop_rule,
    remove_assortment,
    rename_assortment,
    restore_assortment,
    unbind,
)
from fondaco.catalog.categories import category_tree
from fondaco.hooks.context import ActContext, AskContext
from fondaco.staff.assortment_forms import read_effect, read_name, read_rule
from fondaco.staff.assortment_model import (
    bound_to,
    everybody_binding,
    find_assortment,
    list_assortments,
    open_requests,
    removed_name,
    rules_of,
)
from fondaco.staff.prices import indented
from fondaco.web.routing import route
from fondaco.web.saving import save_form
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

HOME = "/staff/assortments"
ONE = f"{HOME}/{{uuid:uuid}}"
VIEW = "assortment.view"
EDIT = "assortment.edit"
DROPPED = ("way", "category", "brand", "article")
_SAVED = Reason("assortment.saved", "Сохранено", "Saved")
_ADDED = Reason("assortment.rule_added", "Правило добавлено", "The rule was added")


@route("GET", HOME, policy=VIEW)
async def assortments_page(ask: AskContext, removed: UUID | None = None) -> Page:
    """All of them, and what customers ask for."""
    context = {
        "assortments": await list_assortments(ask),
        "requests": await open_requests(ask),
        "removed": removed,
        "removed_name": await removed_name(ask, removed) if removed else "",
        "may_edit": ask.actor.may(EDIT),
        "may_answer": ask.actor.may("customer.manage"),
    }
    return Page("staff/assortments.html", context)


@route("GET", f"{HOME}/new", policy=EDIT)
async def new_form() -> Page:
    """The form of a new one."""
    return _name_page({}, {})


@route("POST", f"{HOME}/new", policy=EDIT)
async def post_new(ask: AskContext, form: Form) -> Page | Redirect:
    """Make one; its rules come next."""

    async def save(act: ActContext) -> Redirect:
        return Redirect(f"{HOME}/{await add_assortment(act, *read_name(form))}")

    async def again(typed: Mapping[str, str], mistakes: Mapping[str, str]) -> Page:
        return _name_page(typed, mistakes)

    return await save_form(ask, form, save, again)


@route("GET", ONE, policy=VIEW)
async def assortment_page(
    ask: AskContext,
    uuid: UUID,
    way: str = "",
    category: str = "",
    brand: str = "",
    article: str = "",
) -> Page:
    """What it holds and for whom it counts; the other words name a rule that was just dropped."""
    dropped = dict(zip(DROPPED, (way, category, brand, article), strict=True)) if way else {}
    return await _rules_page(ask, uuid, {}, {}, dropped)


@route("POST", f"{ONE}/rules", policy=EDIT)
async def post_rule(ask: AskContext, uuid: UUID, form: Form) -> Page | Redirect:
    """Add a rule."""

    async def save(act: ActContext) -> Redirect:
        goods, excludes = await read_rule(act, form)
        await add_rule(act, uuid, goods, excludes=excludes)
        return Redirect(f"{HOME}/{uuid}", notice=_ADDED)

    return await save_form(ask, form, save, partial(_rules_page, ask, uuid))


@route("POST", f"{ONE}/rules/{{rule:uuid}}/drop", policy=EDIT)
async def post_rule_drop(act: ActContext, uuid: UUID, rule: UUID) -> Redirect:
    """Drop a rule; the page then offers to bring it back."""
    row = next((one for one in await rules_of(act, uuid) if one.uuid == rule), None)
    await drop_rule(act, uuid, rule)
    if row is None:
        return Redirect(f"{HOME}/{uuid}")
    way = "exclude" if row.excludes else "include"
    words = dict(zip(DROPPED, (way, row.category_uuid, row.brand, row.sku), strict=True))
    return Redirect(f"{HOME}/{uuid}?{urlencode({name: v for name, v in words.items() if v})}")


@route("GET", f"{ONE}/name", policy=EDIT)
async def name_form(ask: AskContext, uuid: UUID) -> Page:
    """The form of another name."""
    found = await find_assortment(ask, uuid)
    return _name_page({"name": found.name, "description": found.description}, {}, uuid)


@route("POST", f"{ONE}/name", policy=EDIT)
async def post_name(ask: AskContext, uuid: UUID, form: Form) -> Page | Redirect:
    """Another name."""

    async def save(act: ActContext) -> Redirect:
        await rename_assortment(act, uuid, *read_name(form))
        return Redirect(f"{HOME}/{uuid}", notice=_SAVED)

    async def again(typed: Mapping[str, str], mistakes: Mapping[str, str]) -> Page:
        return _name_page(typed, mistakes, uuid)

    return await save_form(ask, form, save, again)


@route("POST", f"{ONE}/everybody", policy=EDIT)
async def post_everybody(act: ActContext, uuid: UUID, form: Form) -> Redirect:
    """Let it count, or no longer, for all customers who have none of their own."""
    if form.text("effect"):
        await bind(act, uuid, read_effect(form))
    else:
        binding = await everybody_binding(act, uuid)
        if binding is not None:
            await unbind(act, binding)
    return Redirect(f"{HOME}/{uuid}", notice=_SAVED)


@route("POST", f"{ONE}/remove", policy=EDIT)
async def post_remove(act: ActContext, uuid: UUID) -> Redirect:
    """Take it away; the list then offers to bring it back."""
    await remove_assortment(act, uuid)
    return Redirect(f"{HOME}?removed={uuid}")


@route("POST", f"{ONE}/restore", policy=EDIT)
async def post_restore(act: ActContext, uuid: UUID) -> Redirect:
    """Bring it back."""
    await restore_assortment(act, uuid)
    return Redirect(f"{HOME}/{uuid}")


def _name_page(
    typed: Mapping[str, str], mistakes: Mapping[str, str], uuid: UUID | None = None
) -> Page:
    context = {"typed": typed, "mistakes": mistakes, "uuid": uuid}
    return Page("staff/assortment_name.html", context, status=422 if mistakes else 200)


async def _rules_page(
    ask: AskContext,
    uuid: UUID,
    typed: Mapping[str, str],
    mistakes: Mapping[str, str],
    dropped: Mapping[str, str] | None = None,
) -> Page:
    context = {
        "assortment": await find_assortment(ask, uuid),
        "rules": await rules_of(ask, uuid),
        "bound": await bound_to(ask, uuid),
        "categories": indented(await category_tree(ask)),
        "typed": typed,
        "mistakes": mistakes,
        "dropped": dropped or {},
        "may_edit": ask.actor.may(EDIT),
    }
    return Page("staff/assortment.html", context, status=422 if mistakes else 200)
