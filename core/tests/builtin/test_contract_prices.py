"""Contract prices: the contract of the hook, which rule wins, floors that tell nothing."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from sqlalchemy import text

from fondaco.builtin.contract_prices import price_moves
from fondaco.hooks.hall import Hall
from fondaco.testing.wholesaler import CompanyFixture, Wholesaler
from fondaco_sdk.testing.contracts import PriceMovesCase, PriceMovesContract
from fondaco_sdk.testing.factories import price_line
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.price import LinePrice, PriceLine

D = Decimal


class Contracts:
    """A company with four products at 100: brand КРЕПЁЖ, category «Болты» below «Метизы»."""

    def __init__(self, hall: Hall, company: CompanyFixture, products: list[ProductId]) -> None:
        self.hall = hall
        self.company = company
        self.products = products
        self.categories: dict[str, int] = {}

    async def sql(self, statement: str, **values: Any) -> Sequence[Any]:
        async with self.hall.database.transaction() as connection:
            result = await connection.execute(text(statement), values)
            return result.all() if result.returns_rows else ()

    async def category(self, name: str, parent: int | None = None) -> int:
        rows = await self.sql(
            "insert into fondaco.category (uuid, name, parent_id)"
            " values (gen_random_uuid(), :name, :parent) returning id",
            name=name,
            parent=parent,
        )
        self.categories[name] = rows[0][0]
        return int(rows[0][0])

    async def price(self, product: int, price: str, tier: str = "0", **values: Any) -> None:
        own = values.pop("own", False)
        given = {
            "currency": "RUB",
            "vat_included": True,
            "valid_from": "2020-01-01",
            "valid_to": None,
            **values,
        }
        await self.sql(
            "insert into fondaco.individual_price (uuid, company_id, legal_entity_id, product_id,"
            " min_quantity, price, currency, vat_included, valid_from, valid_to) values"
            " (gen_random_uuid(), :company, :entity, :product, :tier, :price, :currency,"
            " :vat_included, cast(cast(:valid_from as text) as date),"
            " cast(cast(:valid_to as text) as date))",
            company=self.company.customer.company_id,
            entity=self.company.customer.legal_entity_id if own else None,
            product=self.products[product - 1],
            tier=D(tier),
            price=D(price),
            **given,
        )

    async def rule(self, percent: str, *, own: bool = False, **goods: Any) -> None:
        given = {"brand": "", "category": None, "price_group": "", "days": 100, **goods}
        await self.sql(
            "insert into fondaco.discount_rule (uuid, company_id, agreement_id, brand, category_id,"
            " price_group, percent, valid_from) values (gen_random_uuid(), :company, :agreement,"
            " :brand, :category, :price_group, :percent, current_date - cast(:days as int))",
            company=self.company.customer.company_id,
            agreement=self.company.customer.agreement_id if own else None,
            percent=D(percent),
            **{**given, "category": self.categories.get(given["category"])},
        )

    async def margin(self, low: str | None, high: str | None = None, **goods: Any) -> None:
        await self.sql(
            "insert into fondaco.margin_rule (uuid, category_id, price_group, min_percent,"
            " max_percent) values (gen_random_uuid(), :category, :group, :low, :high)",
            category=self.categories.get(goods.get("category", "")),
            group=goods.get("price_group", ""),
            low=None if low is None else D(low),
            high=None if high is None else D(high),
        )

    async def cost(self, product: int, cost: str | None, group: str = "", **values: Any) -> None:
        await self.sql(
            "insert into fondaco.product_pricing (product_id, price_group, cost, cost_currency,"
            " cost_vat_included) values (:product, :group, :cost, :currency, :vat)",
            product=self.products[product - 1],
            group=group,
            cost=None if cost is None else D(cost),
            currency=values.get("currency", "RUB"),
            vat=values.get("vat", True),
        )

    async def quote(self, *asked: tuple[int, str]) -> list[LinePrice]:
        lines = [PriceLine(n, self.products[p - 1], D(q)) for n, (p, q) in enumerate(asked)]
        return list((await self.company.ask(self.hall).pricing.quote(lines)).lines)

    async def unit(self, product: int = 1, quantity: str = "1") -> Decimal | None:
        return (await self.quote((product, quantity)))[0].unit_price


@pytest_asyncio.fixture
async def contracts(hall: Hall, wholesaler: Wholesaler) -> Contracts:
    prices = await wholesaler.price_list()
    products = await wholesaler.products(4, price_list=prices)
    company = await wholesaler.company("Ромашка", await wholesaler.seller(), [prices])
    found = Contracts(hall, company, products)
    bolts = await found.category("Болты", await found.category("Метизы"))
    await found.category("Гайки", found.categories["Метизы"])
    await found.sql("update fondaco.product set category_id = :bolts", bolts=bolts)
    return found


class TestContractPrices(PriceMovesContract):
    @pytest_asyncio.fixture
    async def case(self, contracts: Contracts) -> PriceMovesCase:
        """Prices with tiers for entity and company, rules of every kind, a floor and a cap."""
        await contracts.price(1, "90")
        await contracts.price(1, "80", "10", own=True)
        await contracts.rule("5")
        await contracts.rule("-3.5", own=True, brand="КРЕПЁЖ")
        await contracts.rule("7", category="Метизы", price_group="A")
        await contracts.margin("10", "80", category="Метизы")
        await contracts.cost(2, "50", "A")
        lines = [
            price_line(1, product_id=contracts.products[0], quantity=D(9)),
            price_line(2, product_id=contracts.products[0], quantity=D(10)),
            price_line(3, product_id=contracts.products[1]),
            price_line(4, product_id=contracts.products[2]),
        ]
        return PriceMovesCase(price_moves, contracts.company.ask(contracts.hall), lines)


async def test_an_individual_price_replaces_the_list_and_its_tier_follows_the_quantity(
    contracts: Contracts,
) -> None:
    await contracts.price(1, "120")
    await contracts.price(1, "95", "10")
    await contracts.rule("50")
    one, ten = await contracts.quote((1, "1"), (1, "10"))
    assert (one.unit_price, one.list_price, ten.unit_price) == (120, 100, 95)
    assert one.next_tier is not None
    assert (one.next_tier.more, one.next_tier.unit_price) == (9, 95)
    lost = {step.reason.code: step.lost.code for step in one.steps if step.lost}
    assert lost == {"contract.discount": "price.individual_won"}
    assert await contracts.unit(2) == 50


async def test_the_legal_entitys_own_price_comes_before_its_companys(contracts: Contracts) -> None:
    await contracts.price(1, "90")
    await contracts.price(1, "95", own=True)
    (line,) = await contracts.quote((1, "1"))
    assert line.unit_price == 95
    assert [s.lost.code for s in line.steps if s.lost] == ["price.more_specific"]


async def test_a_price_counts_only_within_its_days(contracts: Contracts) -> None:
    await contracts.price(1, "90", valid_to="2020-12-31")
    await contracts.price(2, "90", valid_from="2999-01-01")
    await contracts.price(3, "90", valid_to="2999-01-01")
    assert [line.unit_price for line in await contracts.quote((1, "1"), (2, "1"), (3, "1"))] == [
        100,
        100,
        90,
    ]


async def test_prices_without_vat_and_in_another_currency_are_converted(
    contracts: Contracts,
) -> None:
    await contracts.sql(
        "insert into fondaco.currency_rate (currency, valid_from, nominal, rate)"
        " values ('CNY', '2020-01-01', 10, 120)"
    )
    await contracts.price(1, "5", currency="CNY", vat_included=False)
    assert await contracts.unit(1) == D("73.20")


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([("5", {}), ("10", {"brand": "КРЕПЁЖ"})], "90"),
        ([("5", {"own": True}), ("10", {"brand": "КРЕПЁЖ"})], "95"),
        ([("5", {"brand": "КРЕПЁЖ"}), ("10", {"category": "Болты"})], "95"),
        ([("5", {"category": "Болты"}), ("10", {"price_group": "A"})], "95"),
        ([("5", {"category": "Болты"}), ("10", {"category": "Метизы"})], "95"),
        (
            [("5", {"category": "Метизы", "price_group": "A"}), ("10", {"brand": "КРЕПЁЖ"})],
            "95",
        ),
        ([("10", {"days": 9}), ("5", {"days": 3})], "95"),
        ([("10", {}), ("0", {"brand": "КРЕПЁЖ"})], "100"),
        ([("10", {"category": "Гайки"}), ("20", {"brand": "НЕТ"}), ("30", {"price_group": "B"})],
         "100"),
        ([("-12.5", {})], "112.50"),
    ],
)  # fmt: skip
async def test_the_most_specific_rule_wins_whoever_was_written_first(
    contracts: Contracts, rules: list[tuple[str, dict[str, Any]]], expected: str
) -> None:
    await contracts.cost(1, None, "A")
    for order in (rules, rules[::-1]):
        await contracts.sql("delete from fondaco.discount_rule")
        for percent, goods in order:
            await contracts.rule(percent, **goods)
        assert await contracts.unit() == D(expected)


async def test_a_rule_says_for_what_it_is(contracts: Contracts) -> None:
    await contracts.rule("-3.5", own=True, category="Метизы", brand="КРЕПЁЖ")
    (line,) = await contracts.quote((1, "1"))
    reason = line.steps[-1].reason
    assert reason.ru == "Наценка по договору, бренд «КРЕПЁЖ», раздел «Метизы»: +3,5\u202f%"
    assert reason.en == ("Surcharge under the agreement, brand “КРЕПЁЖ”, category “Метизы”: +3.5%")


async def test_a_floor_binds_in_kopecks_and_tells_nothing_of_the_cost(
    contracts: Contracts,
) -> None:
    await contracts.rule("60")
    await contracts.margin("10")
    await contracts.margin("33.33", category="Метизы", price_group="A")
    await contracts.cost(1, "50.01", "A")
    await contracts.cost(2, "50", vat=False)
    first, second, third = await contracts.quote((1, "1"), (2, "1"), (3, "1"))
    assert first.unit_price == D("66.68")
    assert second.unit_price == D("67.10")
    assert third.unit_price == 40
    step = first.steps[-1]
    assert step.reason.ru == "Минимальная цена товара"
    assert "50.01" not in msgspec.json.encode(first.steps).decode()
    assert not step.reason.params


async def test_a_cap_binds_a_price_that_is_too_high(contracts: Contracts) -> None:
    await contracts.price(1, "500")
    await contracts.margin(None, "20")
    await contracts.cost(1, "100")
    assert await contracts.unit() == 120


async def test_another_companys_conditions_are_not_ours(
    contracts: Contracts, wholesaler: Wholesaler
) -> None:
    await contracts.price(1, "10")
    await contracts.rule("90")
    seller = contracts.company.customer.seller_id
    lists = contracts.company.customer.price_lists
    stranger = await wholesaler.company("Василёк", seller, lists)
    quote = await stranger.ask(contracts.hall).pricing.quote(
        [PriceLine(n, p, D(1)) for n, p in enumerate(contracts.products)]
    )
    assert [line.unit_price for line in quote.lines] == [100] * 4


async def test_one_statement_for_any_number_of_lines(
    contracts: Contracts, wholesaler: Wholesaler, sql_budget: Any
) -> None:
    many = await wholesaler.products(
        500, price_list=contracts.company.customer.price_lists[0], prefix="M"
    )
    contracts.products = many
    await contracts.price(1, "90")
    await contracts.rule("5", brand="КРЕПЁЖ")
    await contracts.margin("10")
    await contracts.cost(1, "50")
    ask = contracts.company.ask(contracts.hall)
    for number in (1, 50, 500):
        lines = [PriceLine(n, product, D(1)) for n, product in enumerate(many[:number])]
        with sql_budget() as count:
            moves = await price_moves(ask, lines)
        assert count.number == 1
        assert len(moves) == number + 2
