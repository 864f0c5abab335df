"""Prices through the service: lists in their order, tiers, currencies, and constant statements."""

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import text

from fondaco.hooks.context import AskContext
from fondaco.hooks.hall import Hall
from fondaco.pricing.service import Pricing
from fondaco_sdk.types.actor import Actor, ActorKind, Customer, Scope
from fondaco_sdk.types.ids import (
    AgreementId,
    CompanyId,
    LegalEntityId,
    PriceListId,
    ProductId,
    SellerId,
)
from fondaco_sdk.types.price import PriceLine


async def test_the_first_list_with_a_price_wins_and_the_tier_follows_the_quantity(
    hall: Hall,
) -> None:
    products = await _products(hall, 2)
    dealer, retail = await _list(hall, "Дилерская"), await _list(hall, "Розничная")
    await _price(hall, products[0], retail, "0", "100")
    await _price(hall, products[0], dealer, "0", "80")
    await _price(hall, products[0], dealer, "10", "75.5")
    await _price(hall, products[1], retail, "0", "50")

    quote = await Pricing(_ask(hall, dealer, retail)).quote(
        [
            PriceLine(1, products[0], Decimal(9)),
            PriceLine(2, products[0], Decimal(10)),
            PriceLine(3, products[1], Decimal("1.5")),
        ]
    )

    assert [line.unit_price for line in quote.lines] == [80, Decimal("75.50"), 50]
    assert [line.total for line in quote.lines] == [720, 755, 75]
    assert quote.total == 1550
    assert quote.lines[0].vat_amount == Decimal("129.84")
    assert quote.vat_total == sum(line.vat_amount for line in quote.lines)
    lost = [step for step in quote.lines[0].steps if not step.applied]
    assert [step.lost.code for step in lost if step.lost] == ["price.other_list_first"]


async def test_statements_do_not_depend_on_the_number_of_lines(hall: Hall, sql_budget) -> None:  # type: ignore[no-untyped-def]
    products = await _products(hall, 500)
    retail = await _list(hall, "Розничная")
    counts = []
    for many in (1, 50, 500):
        lines = [PriceLine(i, p, Decimal(1)) for i, p in enumerate(products[:many])]
        with sql_budget() as count:
            await Pricing(_ask(hall, retail)).quote(lines)
        counts.append(count.number)
    assert counts == [4, 4, 4]


def _ask(hall: Hall, *lists: int) -> AskContext:
    customer = Customer(
        CompanyId(1),
        "Ромашка",
        LegalEntityId(1),
        "ООО «Ромашка»",
        AgreementId(1),
        SellerId(1),
        "RUB",
        tuple(PriceListId(i) for i in lists),
    )
    return AskContext(hall, Actor(ActorKind.BUYER), Scope.of(CompanyId(1)), customer)


async def _products(hall: Hall, number: int) -> Sequence[ProductId]:
    async with hall.database.transaction() as connection:
        rows = await connection.execute(
            text(
                "insert into fondaco.product (uuid, sku, name, unit_code)"
                " select gen_random_uuid(), 'A-' || n, 'Болт ' || n, '796'"
                " from generate_series(1, cast(:number as int)) n returning id"
            ),
            {"number": number},
        )
        return [ProductId(row[0]) for row in rows]


async def _list(hall: Hall, name: str) -> int:
    async with hall.database.transaction() as connection:
        row = await connection.execute(
            text(
                "insert into fondaco.price_list (uuid, name)"
                " values (gen_random_uuid(), :name) returning id"
            ),
            {"name": name},
        )
        return int(row.scalar_one())


async def _price(hall: Hall, product: ProductId, price_list: int, tier: str, price: str) -> None:
    async with hall.database.transaction() as connection:
        await connection.execute(
            text("insert into fondaco.price_row values (:product, :list, :tier, :price)"),
            {
                "product": product,
                "list": price_list,
                "tier": Decimal(tier),
                "price": Decimal(price),
            },
        )
