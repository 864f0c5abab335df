"""The bank accounts of a customer, kept by staff."""

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from fondaco.customers.service import add_account, drop_account
from fondaco.hooks.context import ActContext, AskContext
from fondaco.staff.customers.fields import account_fields
from fondaco.staff.customers.filling import fillable, filled_account
from fondaco.staff.customers.form_page import CARD, form_page, saved
from fondaco.staff.customers.forms import read_account
from fondaco.staff.customers.parts import entities_of
from fondaco.staff.customers.rights import MANAGE, Found, customer_for
from fondaco.web.routing import route
from fondaco.web.saving import save_form
from fondaco_sdk.web import Form, Page, Redirect


@route("GET", f"{CARD}/accounts/new", policy=MANAGE)
async def account_form(ask: AskContext, uuid: UUID) -> Page:
    """The form of a bank account."""
    return await _account_page(ask, await customer_for(ask, uuid), {}, {})


@route("POST", f"{CARD}/accounts/new", policy=MANAGE)
async def post_account(ask: AskContext, uuid: UUID, form: Form) -> Page | Redirect:
    """Add a bank account."""
    customer = await customer_for(ask, uuid)
    if form.has("fill"):
        typed, said, mistakes = await filled_account(ask, form)
        return await _account_page(ask, customer, typed, mistakes, said)

    async def save(act: ActContext) -> Redirect:
        details = read_account(form, await entities_of(act, customer.id))
        await add_account(act, customer.id, details)
        return saved(customer)

    return await save_form(ask, form, save, partial(_account_page, ask, customer))


@route("POST", f"{CARD}/accounts/{{account:uuid}}/drop", policy=MANAGE)
async def post_account_drop(act: ActContext, uuid: UUID, account: UUID) -> Redirect:
    """Remove a bank account."""
    customer = await customer_for(act, uuid)
    await drop_account(act, customer.id, account)
    return saved(customer)


async def _account_page(
    ask: AskContext,
    customer: Found,
    typed: Mapping[str, str],
    mistakes: Mapping[str, str],
    said: str = "",
) -> Page:
    fields = account_fields(await entities_of(ask, customer.id))
    return form_page(
        "account",
        fields,
        typed,
        mistakes,
        uuid=customer.uuid,
        customer=customer.name,
        said=said,
        fill=fillable(ask, "bank"),
    )
