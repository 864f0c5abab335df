"""The kernel's own plugins, behind the same seams as a stranger's."""

from fondaco_sdk.manifest import Importer, Plugin, Provider, Text

VERSION = "0.1.0"

PLUGINS: tuple[Plugin, ...] = (
    Plugin(
        name="price_lists",
        version=VERSION,
        title=Text("Прайс-листы", "Price lists"),
        hooks="fondaco.builtin.price_lists",
    ),
    Plugin(
        name="contract_prices",
        version=VERSION,
        title=Text("Договорные цены", "Contract prices"),
        hooks="fondaco.builtin.contract_prices",
    ),
    Plugin(
        name="manual_prices",
        version=VERSION,
        title=Text("Цены менеджера", "Manual prices"),
        hooks="fondaco.builtin.manual_prices",
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
        settings="fondaco.builtin.order_minimum:OrderRules",
    ),
    Plugin(
        name="postgres_search",
        version=VERSION,
        title=Text("Поиск в PostgreSQL", "Search in PostgreSQL"),
        providers=(Provider("search", "postgres", "fondaco.builtin.postgres_search:create"),),
    ),
    Plugin(
        name="sheets",
        version=VERSION,
        title=Text("Прайс-листы и остатки из таблиц", "Prices and stock from spreadsheets"),
        locales="fondaco.builtin:locales",
        importers=(
            Importer(
                name="sheet",
                title=Text("Таблица с ценами и остатками", "Spreadsheet of prices and stock"),
                reader="fondaco.builtin.sheet_importer:read",
                accepts=(".xlsx", ".xlsm", ".xls", ".ods", ".csv"),
                folders=False,
                options="fondaco.intake.sheets.model:SheetMapping",
            ),
        ),
    ),
)
