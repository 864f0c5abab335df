"""The till and its people, for the tests of this folder."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from till_fixtures import manifests, more_settings, settings, shop, stub

from fondaco.testing.shop_fixtures import buyer_of_shop, staff_of_shop

__all__ = ("manifests", "more_settings", "settings", "shop", "stub")

buyer = buyer_of_shop()
staff = staff_of_shop("head_of_sales")
