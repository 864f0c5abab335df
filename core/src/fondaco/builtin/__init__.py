"""The kernel's own plugins, behind the same seams as a stranger's."""

from fondaco_sdk.manifest import DocumentKind, Importer, Inbound, On, Plugin, Provider, Text

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
        name="live_prices",
        version=VERSION,
        title=Text("Цены, названные 1С", "Prices named by the ERP"),
        hooks="fondaco.builtin.live_prices",
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
        name="demo_carrier",
        version=VERSION,
        title=Text("Выдуманный перевозчик для демо", "A made-up carrier for the demo"),
        providers=(Provider("carrier", "demo", "fondaco.demo.carrier:create"),),
    ),
    Plugin(
        name="postgres_search",
        version=VERSION,
        title=Text("Поиск в PostgreSQL", "Search in PostgreSQL"),
        providers=(
            Provider("search", "postgres", "fondaco.builtin.postgres_search.engine:create"),
        ),
    ),
    Plugin(
        name="search_index",
        version=VERSION,
        title=Text("Индекс внешнего поиска", "Index of a search engine outside"),
        subscriptions=(On("products.changed.v1", "fondaco.search.indexing:follow"),),
    ),
    Plugin(
        name="quote_layouts",
        version=VERSION,
        title=Text("Счета и коммерческие предложения", "Invoices and quotes"),
        documents=(
            DocumentKind(
                name="invoice",
                title=Text("Счёт на оплату", "Invoice"),
                about="order",
                issued="placed",
            ),
            DocumentKind(
                name="quote",
                title=Text("Коммерческое предложение", "Quote"),
                about="cart",
                formats=("pdf", "xlsx"),
            ),
            DocumentKind(name="other", title=Text("Документ", "Document")),
        ),
        providers=(
            Provider("layout", "invoice", "fondaco.builtin.quote_layouts:invoice"),
            Provider("layout", "quote", "fondaco.builtin.quote_layouts:quote"),
        ),
        subscriptions=(
            On("order.state_changed.v1", "fondaco.documents.issuing:follow_shipments"),
            On("order.amended.v1", "fondaco.documents.correcting:follow_amended"),
            On("order.payment_changed.v1", "fondaco.documents.correcting:follow_payment_changed"),
        ),
    ),
    Plugin(
        name="carriers",
        version=VERSION,
        title=Text("Перевозчики", "Carriers"),
        hooks="fondaco.builtin.carriers",
        subscriptions=(On("order.state_changed.v1", "fondaco.delivery.handing_over:follow"),),
    ),
    Plugin(
        name="erp",
        version=VERSION,
        title=Text("Клиенты из учётной системы", "Customers of the ERP"),
        inbound=(
            Inbound(
                name="sellers",
                function="fondaco.builtin.erp.sellers:take_sellers",
                shape="fondaco.builtin.erp.sellers:SellerRecord",
                title=Text("Продавцы", "Sellers"),
            ),
            Inbound(
                name="managers",
                function="fondaco.builtin.erp.owners:take_managers",
                shape="fondaco.builtin.erp.owners:ManagerRecord",
                title=Text("Менеджеры", "Managers"),
            ),
            Inbound(
                name="companies",
                function="fondaco.builtin.erp.companies:take_companies",
                shape="fondaco.builtin.erp.companies:CompanyRecord",
                title=Text("Компании", "Companies"),
            ),
            Inbound(
                name="legal_entities",
                function="fondaco.builtin.erp.entities:take_entities",
                shape="fondaco.builtin.erp.entities:EntityRecord",
                title=Text("Юрлица", "Legal entities"),
            ),
            Inbound(
                name="outlets",
                function="fondaco.builtin.erp.outlets:take_outlets",
                shape="fondaco.builtin.erp.outlets:OutletRecord",
                title=Text("Торговые точки", "Outlets"),
            ),
            Inbound(
                name="agreements",
                function="fondaco.builtin.erp.agreements:take_agreements",
                shape="fondaco.builtin.erp.agreements:AgreementRecord",
                title=Text("Соглашения", "Agreements"),
            ),
            Inbound(
                name="people",
                function="fondaco.builtin.erp.people:take_people",
                shape="fondaco.builtin.erp.people:PersonRecord",
                title=Text("Люди клиентов", "People of customers"),
            ),
            Inbound(
                name="orders",
                function="fondaco.builtin.erp.orders:take_orders",
                shape="fondaco.builtin.erp.orders:OrderRecord",
                title=Text("Прежние заказы", "Earlier orders"),
            ),
            Inbound(
                name="order_states",
                function="fondaco.builtin.erp.order_states:take_order_states",
                shape="fondaco.builtin.erp.order_states:OrderStateRecord",
                title=Text("Состояния заказов портала", "States of the portal's orders"),
            ),
            Inbound(
                name="payments",
                function="fondaco.builtin.erp.payments:take_payments",
                shape="fondaco.builtin.erp.payments:PaymentRecord",
                title=Text("Оплаты заказов", "Payments of orders"),
            ),
            Inbound(
                name="documents",
                function="fondaco.builtin.erp.documents:take_documents",
                shape="fondaco.builtin.erp.documents:DocumentRecord",
                title=Text("Документы из учётной системы", "Documents of the ERP"),
            ),
            Inbound(
                name="costs",
                function="fondaco.builtin.erp.costs:take_costs",
                shape="fondaco.builtin.erp.costs:CostRecord",
                title=Text("Себестоимость и ценовые группы", "Costs and price groups"),
            ),
            Inbound(
                name="products",
                function="fondaco.builtin.erp.goods:take_products",
                shape="fondaco.builtin.erp.goods:ProductChange",
                title=Text("Изменения товаров", "Changes of products"),
            ),
            Inbound(
                name="prices",
                function="fondaco.builtin.erp.prices:take_prices",
                shape="fondaco.builtin.erp.prices:PriceChange",
                title=Text("Изменения цен", "Changes of prices"),
            ),
            Inbound(
                name="stock",
                function="fondaco.builtin.erp.supply:take_stock",
                shape="fondaco.builtin.erp.supply:StockChange",
                title=Text("Изменения остатков", "Changes of stock"),
            ),
            Inbound(
                name="lots",
                function="fondaco.builtin.erp.supply:take_lots",
                shape="fondaco.builtin.erp.supply:LotChange",
                title=Text("Ожидаемые партии", "Lots on their way"),
            ),
        ),
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
