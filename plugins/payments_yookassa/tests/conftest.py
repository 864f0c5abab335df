"""The shop as fixtures."""

from fondaco.testing.shop import WorkingShop
from fondaco.testing.shop_fixtures import opened

shop = opened(WorkingShop)
