"""The shop and its people as fixtures; lets the tests of this folder import it by name."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from credit_shop import Shop

from fondaco.testing.shop_fixtures import buyer_of_shop, opened, staff_of_shop

shop = opened(Shop)
buyer = buyer_of_shop()
staff = staff_of_shop("head_of_sales")
