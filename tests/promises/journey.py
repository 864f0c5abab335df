"""What a shop must be able to do whatever plugins it has, and what stands in a plugin's tables."""

import re
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import xlsxwriter
from sqlalchemy import text

from fondaco.db.migrate import plugin_schema
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import PASSWORD, CompanyFixture

CUSTOMER_PAGES = (
    "/",
    "/search?q=A-1",
    "/cart",
    "/orders",
    "/documents",
    "/profile",
    "/quick-order",
)
STAFF_PAGES = (
    "/staff",
    "/staff/customers",
    "/staff/holds",
    "/staff/prices",
    "/staff/imports",
    "/staff/plugins",
    "/-/trace",
    "/orders",
)
_OFFER = re.compile(r'name="offer-([^"]*)" value="([^"]+)" required([^>]*)>')
_HIDDEN = re.compile(r'<input type="hidden" name="(key|shown|shown_total)" value="([^"]*)">')
_FIELD = re.compile(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">')
_TABLES = text(
    "select tablename from pg_tables where schemaname = :schema and tablename <> 'alembic_version'"
)


class Journey:
    """What a shop must be able to do whatever is installed, through its pages."""

    def __init__(self, company: CompanyFixture, staff: str) -> None:
        self._company = company
        self._staff = staff

    async def go(self, address: str) -> None:
        """Sign in, search, upload a list, order it, look at everything; then as staff."""
        async with Client(base_url=address, timeout=60) as buyer:
            assert (await buyer.sign_in(self._company.email, PASSWORD)).status_code == 303
            listed = await buyer.send_form(
                "/quick-order/upload", files={"file": ("list.xlsx", _workbook())}
            )
            assert listed.status_code == 303, listed.text[:1000]
            assert "A-2" in (await buyer.get(listed.headers["location"])).text
            for article in ("A-1", "A-2"):
                await buyer.send_form("/cart/articles", {"article": article, "quantity": "3"})
            assert "A-2" in (await buyer.get("/cart")).text
            form = await checkout_form(buyer, f"outlet:{self._company.outlet}")
            placed = await buyer.send_form("/checkout", form)
            assert "placed=1" in placed.headers.get("location", ""), placed.text[:1000]
            order = await buyer.get(placed.headers["location"])
            assert order.status_code == 200 and "A-2" in order.text
            await _see(buyer, CUSTOMER_PAGES)
        async with Client(base_url=address, timeout=60) as staff:
            assert (await staff.sign_in(self._staff, PASSWORD)).status_code == 303
            await _see(staff, STAFF_PAGES)


async def checkout_form(
    buyer: Client, to: str, *, payment: str = "invoice", bring: str = ""
) -> dict[str, Any]:
    """The checkout page filled in: goods go `to`, each part by the offer `bring` ("demo:door"),
    or as the page proposes."""
    page = await buyer.get("/checkout")
    costs = await buyer.send_form("/checkout/costs", {"to": to})
    offers = {
        part: offer
        for part, offer, more in _OFFER.findall(costs.text)
        if (offer.endswith(f" {bring}") if bring else "checked" in more)
    }
    return {
        **dict(_HIDDEN.findall(page.text)),
        "to": to,
        "payment": payment,
        "part": list(offers),
        **{f"offer-{part}": offer for part, offer in offers.items()},
    }


async def hidden_fields(who: Client, path: str) -> dict[str, str]:
    """What a form of a page carries of its own."""
    return dict(_FIELD.findall((await who.get(path)).text))


def changed(form: dict[str, str], quantity: int) -> dict[str, str]:
    """The form of a change of an order in which every line is to be so many."""
    lines = [name.removeprefix("was-") for name in form if name.startswith("was-")]
    return {**form, **{f"to-{line}": str(quantity) for line in lines}}


async def _see(client: Client, pages: Sequence[str]) -> None:
    for page in pages:
        answer = await client.get(page, follow_redirects=True)
        assert answer.status_code == 200, f"{page}: {answer.status_code} {answer.text[:500]}"


def _workbook() -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate((("Артикул", "Кол-во"), ("A-1", 1), ("A-2", 2))):
            sheet.write_row(row, 0, cells)
    return out.getvalue()


async def content_of(hall: Hall, name: str) -> Mapping[str, str]:
    """What stands in each table of a plugin."""
    ask, schema = system_ask(hall), plugin_schema(name)
    found = {}
    for (table,) in await ask.fetch(_TABLES, {"schema": schema}):
        rows = f"select string_agg(t::text, ';' order by t::text) from {schema}.{table} t"
        found[table] = str((await ask.fetch(text(rows)))[0][0])
    return found


async def furnish(hall: Hall) -> None:
    """A customer and a category as the plugins' demos look for, then the demos."""
    async with system_ask(hall).act() as act:
        await act.execute(text("update fondaco.company set external_id = 'c-1'"))
        await act.execute(
            text(
                "with c as (insert into fondaco.category (uuid, name)"
                " values (gen_random_uuid(), 'Болты') returning id)"
                " update fondaco.product set category_id = (select id from c)"
            )
        )
        for demo in hall.registry.demos:
            await demo.function(act)
