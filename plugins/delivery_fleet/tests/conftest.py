"""A shop and its people as fixtures."""

from fondaco.testing.shop import WorkingShop
from fondaco.testing.shop_fixtures import buyer_of_shop, opened, staff_of_shop

shop = opened(WorkingShop)
buyer = buyer_of_shop()
staff = staff_of_shop("head_of_sales")
