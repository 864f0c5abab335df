"""The lists that a person sees: made, removed and brought back; and those made of other things."""

from typing import Any
from uuid import UUID

from fondaco.hooks.context import ActContext, AskContext
from fondaco.lists.filling import keep_as_list, keep_cart
from fondaco.lists.marks import KEEP
from fondaco.lists.service import MOST_LISTS, ListItem, Lists
from fondaco.orders.earlier import earlier_order
from fondaco.orders.service import Orders
from fondaco.web.routing import route
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

HOME = "/lists"


@route("GET", HOME, policy=KEEP)
async def lists_page(ask: AskContext, removed: UUID | None = None) -> Page:
    """One's own lists and those of colleagues. `removed`: one that may be brought back."""
    return await _home(ask, removed)


@route("POST", HOME, policy=KEEP)
async def create_list(ask: AskContext, form: Form) -> Page | Redirect:
    """An empty list; its page says how to fill it."""
    try:
        async with ask.act() as act:
            uuid = await Lists(act).create(act, form.text("name"))
    except UserError as mistake:
        return await _home(ask, None, form, mistake)
    return Redirect(f"{HOME}/{uuid}")


@route("POST", f"{HOME}/{{uuid:uuid}}/remove", policy=KEEP)
async def remove_list(act: ActContext, uuid: UUID) -> Redirect:
    """Take a list away; the page that follows offers to bring it back."""
    await Lists(act).remove(act, uuid)
    return Redirect(f"{HOME}?removed={uuid}")


@route("POST", f"{HOME}/{{uuid:uuid}}/restore", policy=KEEP)
async def restore_list(act: ActContext, uuid: UUID) -> Redirect:
    """Bring a removed list back."""
    await Lists(act).restore(act, uuid)
    return Redirect(f"{HOME}/{uuid}")


@route("POST", "/cart/list", policy="order.place")
async def save_cart(act: ActContext) -> Redirect:
    """The cart as a list; it stays in the cart."""
    uuid = await keep_cart(act, _day(act, "Корзина", "Cart"))
    return Redirect(f"{HOME}/{uuid}", notice=_SAVED)


@route("POST", "/orders/{uuid:uuid}/list", policy=KEEP)
async def save_order(act: ActContext, uuid: UUID) -> Redirect:
    """The goods of an order as a list."""
    order = (await Orders(act).detail(uuid, act.scope)).order
    items = [ListItem(line.product_id, line.quantity) for line in order.lines]
    made = await keep_as_list(act, _order(act, order.number), items)
    return Redirect(f"{HOME}/{made}", notice=_SAVED)


@route("POST", "/orders/earlier/{uuid:uuid}/list", policy=KEEP)
async def save_earlier(act: ActContext, uuid: UUID) -> Redirect:
    """The goods of an order of the ERP as a list, as far as the portal has them."""
    order = await earlier_order(act, uuid, act.scope)
    items = [
        ListItem(line.product_id, line.quantity)
        for line in order.lines
        if line.product_id is not None
    ]
    made = await keep_as_list(act, _order(act, order.number), items)
    return Redirect(f"{HOME}/{made}", notice=_SAVED)


async def _home(
    ask: AskContext, removed: UUID | None, form: Form = Form({}), mistake: UserError | None = None
) -> Page:
    lists = Lists(ask)
    found = await lists.all()
    context: dict[str, Any] = {
        "own": [one for one in found if one.mine],
        "shared": [one for one in found if not one.mine],
        "most": MOST_LISTS,
        "typed": form.text("name"),
        "mistake": mistake.reason.text(ask.locale) if mistake else "",
        "removed": removed,
        "removed_name": await lists.removed_name(removed) if removed else None,
    }
    if mistake and "name" in mistake.fields:
        context["mistake"] = mistake.fields["name"].text(ask.locale)
    return Page("lists/home.html", context, 422 if mistake else 200)


def _day(ask: AskContext, ru: str, en: str) -> str:
    day = ask.now.astimezone(ask.zone)
    return f"{ru} {day:%d.%m.%Y}" if ask.locale == "ru" else f"{en} {day:%d.%m.%Y}"


def _order(ask: AskContext, number: str) -> str:
    return f"Заказ {number}" if ask.locale == "ru" else f"Order {number}"


_SAVED = Reason(
    "lists.saved",
    "Список сохранён. Назовите его и решите, кому он виден",
    "The list is saved. Give it a name and choose who sees it",
)
