"""The kernel's own checks and way to pay keep to what every implementation keeps to."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from fondaco.builtin.order_rules import cart_checks, payment_options
from fondaco.hooks.context import AskContext
from fondaco.hooks.hall import Hall
from fondaco_sdk.testing.contracts import (
    CartChecksCase,
    CartChecksContract,
    PaymentOptionsCase,
    PaymentOptionsContract,
)
from fondaco_sdk.testing.factories import buyer, cart_line, customer, priced_cart, product
from fondaco_sdk.types.actor import Scope
from fondaco_sdk.types.cart import PricedCartLine
from fondaco_sdk.types.price import NextTier
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.verdict import Severity


def _ask(hall: Hall) -> AskContext:
    acting = customer(payment_days=14)
    return AskContext(hall, buyer(), Scope.of(acting.company_id), acting)


class TestChecks(CartChecksContract):
    @pytest.fixture
    def case(self, hall: Hall) -> CartChecksCase:
        """Off sale, without a price, a wrong multiple, not enough, and all of it at once."""
        dozen = product(3, multiple=Decimal(12))
        wrong = priced_cart(
            cart_line(1, goods=product(1, orderable=False)),
            cart_line(2, unit_price=None),
            cart_line(3, goods=dozen, quantity=Decimal(30)),
            cart_line(4, goods=dozen, quantity=Decimal(5), missing=Decimal(5)),
            cart_line(5, quantity=Decimal(9), missing=Decimal(2)),
        )
        fine = priced_cart(
            cart_line(1, quantity=Decimal(9)), cart_line(3, goods=dozen, quantity=Decimal(24))
        )
        return CartChecksCase(cart_checks, _ask(hall), wrong, fine)


class TestPayment(PaymentOptionsContract):
    @pytest.fixture
    def case(self, hall: Hall) -> PaymentOptionsCase:
        """A customer with deferred payment."""
        return PaymentOptionsCase(payment_options, _ask(hall), priced_cart(cart_line()))


def _ahead(quantity: str, more: str, unit_price: Decimal | None = Decimal(100)) -> PricedCartLine:
    line = cart_line(1, quantity=Decimal(quantity), unit_price=unit_price)
    price = replace(line.price, next_tier=NextTier(Decimal(more), Decimal(90)))
    return replace(line, price=price)


async def test_two_more_for_the_next_price_are_one_click_away(hall: Hall) -> None:
    (hint,) = await cart_checks(_ask(hall), priced_cart(_ahead("8", "2")))
    assert (hint.severity, hint.quantities) == (Severity.HINT, (10,))
    assert hint.reason.ru == "Ещё 2 шт — по 90,00\u202f₽"
    assert hint.reason.en == "2 шт more at ₽90.00 each"


async def test_nobody_is_told_to_take_more_than_twice_as_much(hall: Hall) -> None:
    assert not await cart_checks(_ask(hall), priced_cart(_ahead("8", "9")))


async def test_a_first_tier_above_the_quantity_is_named(hall: Hall) -> None:
    (said,) = await cart_checks(_ask(hall), priced_cart(_ahead("1", "9", None)))
    assert (said.severity, said.quantities) == (Severity.REFUSAL, (10,))
    assert said.reason.ru == "Цена есть от 10 шт"


async def test_a_missing_rate_refuses_the_line_in_its_own_words(hall: Hall) -> None:
    line = cart_line(1, unit_price=None)
    why = Reason("price.rate_missing", "Нет курса", "No rate")
    told = replace(line, price=replace(line.price, no_price=why))
    (said,) = await cart_checks(_ask(hall), priced_cart(told))
    assert (said.severity, said.reason) == (Severity.REFUSAL, why)
