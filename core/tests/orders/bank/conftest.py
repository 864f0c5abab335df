"""A shop whose staff upload statements."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from fondaco.testing.shop import WorkingShop
from fondaco.testing.shop_fixtures import opened, staff_of_shop

shop = opened(WorkingShop)
staff = staff_of_shop("head_of_sales")
