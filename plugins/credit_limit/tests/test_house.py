"""What holds for every plugin: contracts, tables that come and go, sums that add up, pages."""

from decimal import Decimal
from pathlib import Path

import pytest
import pytest_asyncio
from credit_shop import Shop
from msgspec.structs import replace
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

import fondaco_credit_limit
from fondaco.hooks.hall import Hall
from fondaco.testing.plugin_checks import (
    assert_demo_repeats,
    broken_invariants,
    modules_of_manifest,
    tables_come_and_go,
    template_findings,
)
from fondaco_credit_limit.hooks import cart_checks, order_placing, payment_options
from fondaco_credit_limit.manifest import plugin
from fondaco_sdk.context import Act
from fondaco_sdk.testing.contracts import (
    CartChecksCase,
    CartChecksContract,
    OrderPlacingCase,
    OrderPlacingContract,
    PaymentOptionsCase,
    PaymentOptionsContract,
)
from fondaco_sdk.testing.quality import quality_problems
from fondaco_sdk.types.cart import PricedCart
from fondaco_sdk.types.order import Order

pytestmark = pytest.mark.plugins("credit_limit")

_LAST_ORDER = text("select id from fondaco.customer_order order by id desc limit 1")


class TestPaymentOptions(PaymentOptionsContract):
    @pytest_asyncio.fixture
    async def case(self, shop: Shop) -> PaymentOptionsCase:
        await shop.limits({"version": 1, "limit": "500"})
        await shop.fill(7)
        return PaymentOptionsCase(payment_options, shop.ask, (await shop.cart()).cart)


class TestCartChecks(CartChecksContract):
    @pytest_asyncio.fixture
    async def case(self, shop: Shop) -> CartChecksCase:
        await shop.limits({"version": 1, "limit": "500", "status": "stopped"})
        await shop.fill(2, 3)
        wrong = (await shop.cart()).cart
        return CartChecksCase(cart_checks, shop.ask, wrong, replace(wrong, lines=()))


class TestOrderPlacing(OrderPlacingContract):
    @pytest_asyncio.fixture
    async def case(self, shop: Shop) -> OrderPlacingCase:
        await shop.limits({"version": 1, "limit": "1000"})
        order = await shop.buy(3)
        await shop.cancel(order.id)
        await shop.fill(1)
        priced = (await shop.cart()).cart

        async def last(act: Act) -> tuple[Order, PricedCart]:
            copied = await act.fetch(_COPY, {"order": order.id})
            (part,) = order.payments
            whole = replace(part, amount=Decimal(1000))
            return replace(order, id=copied[0][0], payments=(whole,)), priced

        async def left() -> int:
            return int((await shop.standing()).available)

        return OrderPlacingCase(order_placing, shop.ask.act, last, left, statements=3)


_COPY = text(
    """
    insert into fondaco.customer_order
           (uuid, number, company_id, legal_entity_id, agreement_id, seller_id, user_id, currency,
            total, vat_total)
    select gen_random_uuid(), number || '-' || gen_random_uuid(), company_id, legal_entity_id,
           agreement_id, seller_id, user_id, currency, total, vat_total
      from fondaco.customer_order where id = :order returning id
    """
)


async def test_its_tables_leave_without_a_trace_and_come_back(
    hall: Hall, database_url: str
) -> None:
    await tables_come_and_go(hall, database_url, "credit_limit")


async def test_the_journal_is_only_added_to(shop: Shop) -> None:
    await shop.limits({"version": 1, "limit": "1000"})
    await shop.buy(1)
    for change in (
        "update plugin_credit_limit.entry set amount = 0",
        "delete from plugin_credit_limit.entry",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"):
            await shop.run(change)


async def test_invariants_hold_and_find_what_is_broken(shop: Shop) -> None:
    await shop.limits({"version": 1, "limit": "1000", "items": [{"amount": "5"}]})
    order = await shop.buy(3)
    await shop.cancel(order.id)
    assert await broken_invariants(shop.hall, "credit_limit") == set()
    await shop.run("update plugin_credit_limit.account set balance = 7, erp_exposure = 7")
    await shop.run(
        "insert into plugin_credit_limit.entry (legal_entity_id, order_id, kind, amount)"
        " select legal_entity_id, order_id, 'changed', 1 from plugin_credit_limit.entry limit 1"
    )
    assert await broken_invariants(shop.hall, "credit_limit") == {
        invariant.name for invariant in plugin.invariants
    }


async def test_the_demo_shows_two_accounts_and_can_be_started_again(shop: Shop) -> None:
    await shop.run("update fondaco.legal_entity set tax_id = '7798003268', kpp = ''")
    await assert_demo_repeats(shop.hall, "credit_limit")


def test_pages_keep_the_policy_and_have_their_texts(hall: Hall) -> None:
    assert template_findings(hall, "credit_limit") == []


def test_the_ladder_of_quality() -> None:
    assert quality_problems(Path(fondaco_credit_limit.__file__).parent / "quality.toml") == []


def test_the_manifest_imports_nothing_of_the_plugin() -> None:
    assert modules_of_manifest("fondaco_credit_limit.manifest") == [
        "fondaco_credit_limit",
        "fondaco_credit_limit.manifest",
    ]
