"""A shop that ships, as a fixture; lets the tests of this folder import its samples by name."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from shipping_shop import ShippingShop

from fondaco.testing.shop_fixtures import buyer_of_shop, opened, staff_of_shop

shop = opened(ShippingShop)
buyer = buyer_of_shop()
staff = staff_of_shop("manager")
