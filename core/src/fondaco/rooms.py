"""What each room brings to the hall: its service, its pages, its part of the API."""

from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

from litestar.types import ControllerRouterHandler

from fondaco.availability.service import Supply
from fondaco.cart.service import Carts
from fondaco.catalog.service import Catalog
from fondaco.checkout.service import Checkout
from fondaco.identity import pages as identity_pages
from fondaco.orders.service import Orders
from fondaco.pricing.service import Pricing

SERVICES: Mapping[str, Callable[[Any], Any]] = {
    "catalog": Catalog,
    "pricing": Pricing,
    "supply": Supply,
    "orders": Orders,
    "cart": Carts,
    "checkout": Checkout,
}

PAGES: Sequence[ModuleType] = (identity_pages,)

API: Sequence[ControllerRouterHandler] = ()
