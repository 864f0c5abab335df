"""The company's own page of its delivery addresses, and who may add one."""

from collections.abc import Mapping, Sequence
from functools import partial

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.customers.new_outlet import add_own_outlet, read_address, without_house
from fondaco.hooks.context import ActContext, AskContext
from fondaco.web.routing import route
from fondaco.web.saving import save_form
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

HOME = "/company/addresses"
POLICY = "people.manage"
LONGEST_NAME = 200
_OUTLETS: TextClause = text(
    """
    select o.name, o.address from fondaco.outlet o where o.company_id = :company
     order by translate(lower(o.name), 'ё', 'е'), o.id
    """
)
_RULE: TextClause = text("select buyers_add_outlets from fondaco.company where id = :company")
_SET_RULE: TextClause = text(
    "update fondaco.company set buyers_add_outlets = :may"
    " where id = :company and buyers_add_outlets <> :may"
)


class Row(Struct, frozen=True, array_like=True):
    """An address to which goods go."""

    name: str
    address: str


@route("GET", HOME, policy=POLICY)
async def addresses_page(ask: AskContext) -> Page:
    """All addresses of the company, whether buyers add some, and the form of another one."""
    return await _page(ask, {}, {})


@route("POST", HOME, policy=POLICY)
async def post_address(ask: AskContext, form: Form) -> Page | Redirect:
    """Add an address; one without a house is asked about once."""

    async def save(act: ActContext) -> Redirect:
        reading = form.reading()
        address, name = read_address(reading), reading.text("name")
        reading.done()
        await add_own_outlet(act, address, name[:LONGEST_NAME])
        return Redirect(HOME, notice=_ADDED)

    again = partial(_page, ask, no_house=without_house(form))
    return await save_form(ask, form, save, again)


@route("POST", f"{HOME}/rule", policy=POLICY)
async def post_rule(act: ActContext, form: Form) -> Redirect:
    """Whether buyers may add addresses at the checkout."""
    may, company = form.has("may"), act.scope.company_id or 0
    if await act.execute(_SET_RULE, {"may": may, "company": company}):
        await act.audit("company.addresses", f"company:{company}", {"may": not may}, {"may": may})
    return Redirect(HOME, notice=_SAVED)


async def _page(
    ask: AskContext,
    typed: Mapping[str, str],
    mistakes: Mapping[str, str],
    *,
    no_house: str = "",
) -> Page:
    mine = {"company": ask.scope.company_id or 0}
    rows: Sequence[Row] = [Row(*row) for row in await ask.fetch(_OUTLETS, mine)]
    rule = await ask.fetch(_RULE, mine)
    context = {
        "rows": rows,
        "may": bool(rule and rule[0][0]),
        "typed": typed,
        "mistakes": mistakes,
        "no_house": no_house,
    }
    return Page("customers/addresses.html", context, 422 if mistakes else 200)


_ADDED = Reason("outlet.added", "Адрес добавлен", "The address was added")
_SAVED = Reason("outlet.rule", "Сохранено", "Saved")
