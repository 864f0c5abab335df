"""The kernel's own plugins, behind the same seams as a stranger's."""

from fondaco_sdk.manifest import Plugin, Text

VERSION = "0.1.0"

PLUGINS: tuple[Plugin, ...] = (
    Plugin(
        name="price_lists",
        version=VERSION,
        title=Text("Прайс-листы", "Price lists"),
        hooks="fondaco.builtin.price_lists",
    ),
    Plugin(
        name="stock",
        version=VERSION,
        title=Text("Собственные склады", "Own warehouses"),
        hooks="fondaco.builtin.stock",
    ),
    Plugin(
        name="exact_match",
        version=VERSION,
        title=Text("Точные артикулы", "Exact articles"),
        hooks="fondaco.builtin.exact_match",
    ),
    Plugin(
        name="order_rules",
        version=VERSION,
        title=Text("Правила заказа", "Order rules"),
        hooks="fondaco.builtin.order_rules",
    ),
)
