"""The quay and its people as fixtures; lets the tests of this folder import it by name."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from quay import Quay

from fondaco.testing.shop_fixtures import buyer_of_shop, opened, staff_of_shop

shop = opened(Quay)
buyer = buyer_of_shop()
staff = staff_of_shop("head_of_sales")


@pytest.fixture
def quay(shop: Quay) -> Quay:
    """The shop, by what it is here."""
    return shop
