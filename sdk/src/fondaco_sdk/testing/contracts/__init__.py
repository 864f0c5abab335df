"""What every implementation of a hook must keep to, as a suite of tests per hook; and carriers.

A test class inherits the suite and brings a fixture `case`; the suite does the rest:

    class TestPriceMoves(PriceMovesContract):
        @pytest_asyncio.fixture
        async def case(self, hall, wholesaler) -> PriceMovesCase:
            ...
            return PriceMovesCase(price_moves, company.ask(hall), lines)

`CarrierContract` is the suite of providers of kind "carrier"; its case also says how their service
is broken and mended again.

A case must provoke answers: a suite that nobody answers fails. The fixtures `sql_budget` and `hall`
come with `fondaco-core[testing]`.
"""

from fondaco_sdk.testing.contracts.carrier import CarrierCase, CarrierContract
from fondaco_sdk.testing.contracts.cart_checks import CartChecksCase, CartChecksContract
from fondaco_sdk.testing.contracts.cart_moves import CartMovesCase, CartMovesContract
from fondaco_sdk.testing.contracts.delivery_offers import (
    DeliveryOffersCase,
    DeliveryOffersContract,
)
from fondaco_sdk.testing.contracts.document_blocks import (
    DocumentBlocksCase,
    DocumentBlocksContract,
)
from fondaco_sdk.testing.contracts.match_articles import MatchArticlesCase, MatchArticlesContract
from fondaco_sdk.testing.contracts.order_placing import OrderPlacingCase, OrderPlacingContract
from fondaco_sdk.testing.contracts.payment_options import (
    PaymentOptionsCase,
    PaymentOptionsContract,
)
from fondaco_sdk.testing.contracts.price_moves import PriceMovesCase, PriceMovesContract
from fondaco_sdk.testing.contracts.slot import SlotCase, SlotContract
from fondaco_sdk.testing.contracts.substitutes import SubstitutesCase, SubstitutesContract
from fondaco_sdk.testing.contracts.supply_plans import SupplyPlansCase, SupplyPlansContract

__all__ = [
    "CarrierCase",
    "CarrierContract",
    "CartChecksCase",
    "CartChecksContract",
    "CartMovesCase",
    "CartMovesContract",
    "DeliveryOffersCase",
    "DeliveryOffersContract",
    "DocumentBlocksCase",
    "DocumentBlocksContract",
    "MatchArticlesCase",
    "MatchArticlesContract",
    "OrderPlacingCase",
    "OrderPlacingContract",
    "PaymentOptionsCase",
    "PaymentOptionsContract",
    "PriceMovesCase",
    "PriceMovesContract",
    "SlotCase",
    "SlotContract",
    "SubstitutesCase",
    "SubstitutesContract",
    "SupplyPlansCase",
    "SupplyPlansContract",
]
