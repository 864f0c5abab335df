"""The services of the rooms, by the name under which a context offers them."""

from collections.abc import Callable, Mapping
from typing import Any

from fondaco.availability.service import Supply
from fondaco.catalog.service import Catalog
from fondaco.pricing.service import Pricing

SERVICES: Mapping[str, Callable[[Any], Any]] = {
    "catalog": Catalog,
    "pricing": Pricing,
    "supply": Supply,
}
