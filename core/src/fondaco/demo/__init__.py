"""The demo wholesaler: a house of spare parts that does not exist, as its 1C would export it.

Everything follows from the seed and the number of a product, so packages, packages of changes and
order lists for the same `skus` and `seed` speak about the same catalogue.
"""

from fondaco.demo.changes import ChangesSummary, write_changes
from fondaco.demo.companies import (
    DemoAgreement,
    DemoCompany,
    DemoCustomers,
    DemoLegalEntity,
    DemoOutlet,
    DemoSeller,
    DemoUser,
    write_companies,
)
from fondaco.demo.order_files import write_order_list
from fondaco.demo.orders import OrderRow, Spelling, order_rows
from fondaco.demo.prices import PRICE_TYPES, PriceType
from fondaco.demo.products import Goods, Product, product_at
from fondaco.demo.snapshot import PackageSummary, write_package
from fondaco.demo.stock import WAREHOUSES, Warehouse

__all__ = [
    "PRICE_TYPES",
    "WAREHOUSES",
    "ChangesSummary",
    "DemoAgreement",
    "DemoCompany",
    "DemoCustomers",
    "DemoLegalEntity",
    "DemoOutlet",
    "DemoSeller",
    "DemoUser",
    "Goods",
    "OrderRow",
    "PackageSummary",
    "PriceType",
    "Product",
    "Spelling",
    "Warehouse",
    "order_rows",
    "product_at",
    "write_changes",
    "write_companies",
    "write_order_list",
    "write_package",
]
