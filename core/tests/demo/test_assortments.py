"""The demo's customers who see less: a brand hidden, a category to ask for; made once."""

from typing import Any

from sqlalchemy import text

from fondaco.assortments.service import remove_assortment, unbind
from fondaco.customers.register import save_company
from fondaco.demo.assortment import TREE
from fondaco.demo.assortment.oils import OIL_PARTS
from fondaco.demo.assortments import ASSORTMENTS, HIDDEN_BRAND, seed_assortments
from fondaco.demo.companies import write_companies
from fondaco.hooks.context import AskContext, system_ask
from fondaco.hooks.hall import Hall
from fondaco.testing.wholesaler import Wholesaler
from fondaco_sdk.types.actor import Actor, ActorKind, Scope
from fondaco_sdk.types.ids import CompanyId
from fondaco_sdk.types.product import Access

ORDER, ASK, HIDDEN = Access.ORDER, Access.ASK, Access.HIDDEN


def test_they_are_about_customers_and_goods_of_the_demo() -> None:
    companies = {company.external_id for company in write_companies().companies}
    assert {one.company for one in ASSORTMENTS} < companies
    brands = {brand for top in TREE for leaf in top.leaves for brand in leaf.brands}
    assert HIDDEN_BRAND in brands


async def test_one_hides_a_brand_the_other_shows_a_category_and_the_chain_orders_everything(
    hall: Hall, wholesaler: Wholesaler
) -> None:
    products = await wholesaler.products(3, place=await wholesaler.place())
    companies = []
    async with system_ask(hall).act() as act:
        for company in write_companies().companies:
            known = {"name": company.name, "external_id": company.external_id}
            companies.append(await save_company(act, **known))
        await act.execute(
            text(
                "with oils as (insert into fondaco.category (uuid, name)"
                " values (gen_random_uuid(), :oils) returning id)"
                " update fondaco.product p set brand = case when p.id = :first then :brand"
                " else p.brand end, category_id = case when p.id = :second then oils.id"
                " else p.category_id end from oils"
            ),
            {
                "oils": OIL_PARTS.name,
                "brand": HIDDEN_BRAND,
                "first": products[0],
                "second": products[1],
            },
        )

    async def access() -> list[list[Access]]:
        found = []
        for company in companies:
            scope = Scope.of(CompanyId(company))
            ask = AskContext(hall, actor=Actor(ActorKind.BUYER, None), scope=scope)
            held: Any = await ask.service("catalog").held(products)
            found.append([held[id].access for id in products])
        return found

    async def seeded() -> None:
        async with system_ask(hall).act() as act:
            await seed_assortments(act)

    await seeded()
    chain, farm, importer = await access()
    assert chain == [ORDER, ORDER, ORDER]
    assert farm == [HIDDEN, ORDER, ORDER]
    assert importer == [ORDER, ASK, ORDER]

    async with system_ask(hall).act() as act:
        rows = await act.fetch(
            text(
                "select b.uuid as binding, b.company_id, a.uuid from fondaco.assortment_binding b"
                " join fondaco.assortment a on a.id = b.assortment_id order by a.id"
            )
        )
        await unbind(act, rows[0].binding, rows[0].company_id)
        await remove_assortment(act, rows[0].uuid)
    await seeded()
    assert (await access())[1:] == [[ORDER, ORDER, ORDER], [ORDER, ASK, ORDER]]
