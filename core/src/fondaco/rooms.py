"""What each room brings to the hall: its service, its pages, its part of the API."""

from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

from litestar.types import ControllerRouterHandler

from fondaco.availability.service import Supply
from fondaco.catalog.service import Catalog
from fondaco.identity import pages as identity_pages
from fondaco.pricing.service import Pricing

SERVICES: Mapping[str, Callable[[Any], Any]] = {
    "catalog": Catalog,
    "pricing": Pricing,
    "supply": Supply,
}

PAGES: Sequence[ModuleType] = (identity_pages,)

API: Sequence[ControllerRouterHandler] = ()
