"""Customers for staff: the list, the card, and a company made by hand."""

from collections.abc import Mapping
from functools import partial
from urllib.parse import urlencode
from uuid import UUID

from fondaco.customers.service import create_company, rename_company
from fondaco.hooks.context import ActContext, AskContext
from fondaco.staff.customers.card import read_card
from fondaco.staff.customers.fields import COMPANY, NAMES
from fondaco.staff.customers.form_page import CARD, HOME, form_page, saved
from fondaco.staff.customers.forms import read_company, read_names
from fondaco.staff.customers.history import ACTIONS
from fondaco.staff.customers.listing import MOST_PAGES, STATES, list_customers
from fondaco.staff.customers.rights import MANAGE, VIEW, Found, customer_for, find_customer
from fondaco.web.routing import route
from fondaco.web.saving import save_form
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

_MADE = Reason("customer.made", "Клиент создан", "The customer was created")


@route("GET", HOME, policy=VIEW)
async def customers_page(ask: AskContext, q: str = "", show: str = "", page: int = 1) -> Page:
    """Customers by name, tax id or e-mail; those who wait for an answer come first."""
    wanted, chosen = q.strip(), show if show in STATES else ""
    number = min(max(page, 1), MOST_PAGES)
    listing = await list_customers(ask, wanted, chosen, number)

    def address(page: int = 1, show: str = chosen) -> str:
        query = {"q": wanted, "show": show, "page": "" if page == 1 else str(page)}
        kept = urlencode({name: value for name, value in query.items() if value})
        return f"{HOME}?{kept}" if kept else HOME

    context = {
        "listing": listing,
        "wanted": wanted,
        "chosen": chosen,
        "states": [(one, address(1, one)) for one in ("", *STATES)],
        "previous": address(number - 1) if number > 1 else "",
        "next": address(number + 1) if listing.more else "",
        "may_manage": ask.actor.may(MANAGE),
    }
    return Page("staff/customers.html", context)


@route("GET", CARD, policy=VIEW)
async def card_page(ask: AskContext, uuid: UUID, joined: UUID | None = None) -> Page:
    """Everything that belongs to a customer; `joined` is the outlet that was just made of two."""
    customer = await find_customer(ask, uuid)
    mine = customer.open_to(ask) and customer.merged_into is None
    context = {
        "customer": customer,
        "card": await read_card(ask, customer.id),
        "actions": ACTIONS,
        "joined": joined,
        "may_manage": mine and ask.actor.may(MANAGE),
        "may_issue": mine and ask.actor.may("document.issue"),
        "may_act": mine and customer.state == "active" and ask.actor.may("customer.act"),
    }
    return Page("staff/customer.html", context)


@route("GET", f"{HOME}/new", policy=MANAGE)
async def new_company_form() -> Page:
    """The form of a company by hand."""
    return await _company_page({"country": "RU"}, {})


@route("POST", f"{HOME}/new", policy=MANAGE)
async def post_new_company(ask: AskContext, form: Form) -> Page | Redirect:
    """Make a company, also without a tax id."""

    async def save(act: ActContext) -> Redirect:
        company, entity = read_company(form)
        made = await create_company(act, company, entity)
        return Redirect(f"{HOME}/{made}", notice=_MADE)

    return await save_form(ask, form, save, _company_page)


@route("GET", f"{CARD}/name", policy=MANAGE)
async def name_form(ask: AskContext, uuid: UUID) -> Page:
    """The form of name and phone."""
    customer = await customer_for(ask, uuid)
    return await _name_page(customer, {"company": customer.name, "phone": customer.phone}, {})


@route("POST", f"{CARD}/name", policy=MANAGE)
async def post_name(ask: AskContext, uuid: UUID, form: Form) -> Page | Redirect:
    """Another name or phone."""
    customer = await customer_for(ask, uuid)

    async def save(act: ActContext) -> Redirect:
        await rename_company(act, customer.id, read_names(form))
        return saved(customer)

    return await save_form(ask, form, save, partial(_name_page, customer))


async def _company_page(typed: Mapping[str, str], mistakes: Mapping[str, str]) -> Page:
    return form_page("company", COMPANY, typed, mistakes)


async def _name_page(
    customer: Found, typed: Mapping[str, str], mistakes: Mapping[str, str]
) -> Page:
    return form_page("names", NAMES, typed, mistakes, uuid=customer.uuid, customer=customer.name)
