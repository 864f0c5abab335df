"""The kernel's own checks and way to pay keep to what every implementation keeps to."""

from decimal import Decimal

import pytest

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
