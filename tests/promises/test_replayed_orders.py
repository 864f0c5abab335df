"""Every stored order comes to its totals from its frozen steps, whatever made its prices."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, cast
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from fondaco.cli.replay import replay_prices
from fondaco.cli.site import Site
from fondaco.exchange.deliveries import deliver_due
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.settings import Settings
from fondaco.testing.application import application_of
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import PASSWORD, CompanyFixture, Wholesaler

pytest.importorskip("fondaco_promotions", reason="the plugin is not installed")
pytest.importorskip("fondaco_loyalty", reason="the plugin is not installed")

from fondaco_loyalty import tiers
from fondaco_loyalty.status import Tier
from fondaco_promotions import campaigns
from fondaco_promotions.campaign import Campaign

pytestmark = [pytest.mark.plugins("promotions", "loyalty"), pytest.mark.timeout(300)]

D = Decimal
_FIELD = re.compile(r'<input type="hidden" name="([\w]+)" value="([^"]*)">')


class World:
    """Six products of four kinds of VAT, one of them priced in dollars, and all that moves prices.

    A-2 has an individual price, A-3 a floor and a promotion, everything a matrix rule and a status;
    from 5,000 on a stackable promotion takes 333.33 off the order.
    """

    def __init__(self, hall: Hall, wholesaler: Wholesaler) -> None:
        self.hall = hall
        self.wholesaler = wholesaler
        self.company: CompanyFixture

    async def run(self, sql: str, **values: Any) -> None:
        async with self.hall.database.transaction() as connection:
            await connection.execute(text(sql), values)

    async def open(self) -> None:
        make = self.wholesaler
        seller = await make.seller()
        roubles = await make.price_list()
        dollars = await make.price_list("Долларовая", currency="USD")
        products = await make.products(
            6, price_list=roubles, place=await make.place(), on_hand=D(10_000)
        )
        self.company = await make.company("Ромашка", seller, [roubles, dollars])
        for number, (product, vat) in enumerate(
            zip(products, ("22", "10", "0", "novat", "22", "10"),
                strict=True), 1
        ):  # fmt: skip
            await self.run(
                "update fondaco.price_row set price = :price where product_id = :product",
                price=D("73.37") * number,
                product=product,
            )
            await self.run(
                "update fondaco.product set vat = :vat where id = :product",
                vat=vat,
                product=product,
            )
        await self.run(
            "update fondaco.price_row set price_list_id = :list, price = 3.3333"
            " where product_id = :product",
            list=dollars,
            product=products[5],
        )
        await self.run("insert into fondaco.currency_rate values ('USD', '2020-01-01', 1, 81.1234)")
        await self.run(
            "insert into fondaco.individual_price"
            " (uuid, company_id, product_id, price, vat_included, valid_from)"
            " values (gen_random_uuid(), :company, :product, 99.9999, false, '2020-01-01')",
            company=self.company.customer.company_id,
            product=products[1],
        )
        await self.run(
            "insert into fondaco.discount_rule (uuid, company_id, percent, valid_from)"
            " values (gen_random_uuid(), :company, 3.33, '2020-01-01')",
            company=self.company.customer.company_id,
        )
        await self.run(
            "insert into fondaco.product_pricing (product_id, cost) values (:product, 180.01)",
            product=products[2],
        )
        await self.run(
            "insert into fondaco.margin_rule (uuid, min_percent) values (gen_random_uuid(), 7)"
        )
        async with system_ask(self.hall).act() as act:
            await tiers.save(act, Tier(uuid4(), "Серебро", "Silver", D("0.01"), D("2.5")))
            for values in (
                {"level": "unit", "percent": D(11), "products": (products[2],)},
                {
                    "level": "order",
                    "amount": D("333.33"),
                    "min_total": D(5000),
                    "stackable": True,
                },
            ):
                await campaigns.add(
                    act,
                    Campaign(
                        uuid=uuid4(),
                        name_ru="Осень",
                        name_en="Autumn",
                        starts_at=datetime.now(UTC) - timedelta(days=1),
                        **values,  # type: ignore[arg-type]
                    ),
                )

    async def order(self, client: Client, *quantities: int) -> None:
        """Through the pages."""
        for number, quantity in enumerate(quantities, 1):
            if quantity:
                typed = {"article": f"A-{number}", "quantity": str(quantity)}
                await client.send_form("/cart/articles", typed)
        page = (await client.get("/checkout")).text
        choices = {"to": f"outlet:{self.company.outlet}", "payment": "invoice"}
        placed = await client.send_form("/checkout", {**dict(_FIELD.findall(page)), **choices})
        assert placed.status_code == 303, placed.text


async def _browser(hall: Hall, email: str) -> Client:
    transport = httpx.ASGITransport(app=cast("Any", application_of(hall)))
    client = Client(transport=transport, base_url="http://portal.test")
    assert (await client.sign_in(email, PASSWORD)).status_code == 303
    return client


async def test_orders_of_every_kind_replay(
    hall: Hall,
    wholesaler: Wholesaler,
    settings: Settings,
    database_url: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    world = World(hall, wholesaler)
    await world.open()
    buyer = await _browser(hall, world.company.email)
    await world.order(buyer, 1)
    await deliver_due(hall)  # The first order makes the status.
    await world.order(buyer, 3, 7, 11, 0, 1, 2)
    await world.order(buyer, 13, 17, 19, 23, 29, 31)
    manager = await _browser(hall, await wholesaler.staff("manager"))
    async with hall.database.transaction() as connection:
        company = (
            await connection.execute(text("select uuid from fondaco.company limit 1"))
        ).scalar_one()
    await manager.send_form(f"/staff/customers/{company}/act")
    await manager.send_form("/cart/articles", {"article": "A-4", "quantity": "20"})
    line = re.findall(r'id="line-([0-9a-f-]+)"', (await manager.get("/cart")).text)[0]
    given = await manager.send_form(
        f"/cart/lines/{line}/price", {"price": "281.11", "reason": "обещали", "dearer": "1"}
    )
    assert given.status_code == 303, given.text
    await world.order(manager, 7)
    for client in (buyer, manager):
        await client.aclose()

    # Each kind of step is there, or the test proves little.
    async with hall.database.transaction() as connection:
        steps = await connection.execute(
            text(
                "select distinct (s->>'stage')::int from fondaco.order_line,"
                " jsonb_array_elements(price_steps) s where (s->>'applied')::boolean order by 1"
            )
        )
        assert [row[0] for row in steps] == [1, 2, 3, 4, 5, 6, 7]
        vat = await connection.execute(
            text("select count(distinct vat_rate) from fondaco.order_line")
        )
        assert vat.scalar_one() >= 3

    site = Site(settings, database_url, database_url)
    assert await asyncio.to_thread(replay_prices, site) == 0
    assert "4 orders replayed, 0 misfits" in capsys.readouterr().out
    # The control: a kopeck elsewhere is found, in a line and in the sums.
    await world.run(
        "update fondaco.order_line set total = total + 0.01 where id ="
        " (select min(id) from fondaco.order_line)"
    )
    await world.run(
        "update fondaco.customer_order set total = total - 0.01 where id ="
        " (select max(id) from fondaco.customer_order)"
    )
    assert await asyncio.to_thread(replay_prices, site) == 1
    said = capsys.readouterr()
    assert "4 orders replayed, 2 misfits" in said.out
    assert "line 1 does not follow" in said.err
    assert "its sums" in said.err
