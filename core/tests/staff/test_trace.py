"""The staff's pages: who may see them, and what a trace tells."""

from decimal import Decimal

from sqlalchemy import text

from fondaco.hooks.hall import Hall
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import PASSWORD, Wholesaler
from fondaco_sdk.types.price import PriceLine


async def test_the_trace_shows_what_each_plugin_did(
    hall: Hall, wholesaler: Wholesaler, client: Client
) -> None:
    seller, prices = await wholesaler.seller(), await wholesaler.price_list()
    await wholesaler.products(2, price_list=prices, place=await wholesaler.place())
    company = await wholesaler.company("Ромашка", seller, [prices])
    with hall.traces.request("feed", "GET", "/cart"):
        ask = company.ask(hall)
        found = await ask.fetch(text("select id from fondaco.product"))
        await ask.pricing.quote([PriceLine(i, r.id, Decimal(1)) for i, r in enumerate(found)])
    await client.sign_in(await wholesaler.staff("site_admin"), PASSWORD)
    listed = await client.get("/-/trace")
    assert "/-/trace/feed" in listed.text
    page = await client.get("/-/trace/feed")
    assert "price_lists" in page.text
    assert "price_list.price" in page.text
    assert (await client.get("/-/trace/none")).status_code == 404
    assert "price_lists" in (await client.get("/staff/plugins")).text
    assert (await client.get("/staff")).status_code == 200


async def test_a_manager_and_a_buyer_may_not(wholesaler: Wholesaler, client: Client) -> None:
    await client.sign_in(await wholesaler.staff("manager"), PASSWORD)
    assert (await client.get("/-/trace")).status_code == 403
    assert (await client.get("/staff")).status_code == 200
