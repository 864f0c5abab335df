"""What the plugin is. Read at every start, so it names its functions and imports none of them."""

from fondaco_sdk.manifest import DocumentKind, DocumentRight, Plugin, Provider, Text

_PAPER: tuple[DocumentRight, ...] = ("view", "download", "original")
_BOTH = ("pdf", "xlsx")

plugin = Plugin(
    name="documents_ru",
    version="0.1.0",
    title=Text("Российские документы", "Russian documents"),
    settings="fondaco_documents_ru.settings:DocumentsRuSettings",
    documents=(
        DocumentKind(
            name="upd",
            title=Text("УПД", "UPD"),
            about="shipment",
            issued="shipped",
            formats=_BOTH,
            rights=_PAPER,
            locale="ru",
        ),
        DocumentKind(
            name="torg12",
            title=Text("Товарная накладная ТОРГ-12", "Waybill TORG-12"),
            about="shipment",
            issued="shipped",
            formats=_BOTH,
            rights=_PAPER,
            locale="ru",
        ),
        DocumentKind(
            name="reconciliation",
            title=Text("Акт сверки", "Reconciliation act"),
            about="period",
            formats=_BOTH,
            rights=_PAPER,
            locale="ru",
        ),
        DocumentKind(
            name="contract",
            title=Text("Договор поставки", "Supply contract"),
            about="agreement",
            formats=("pdf",),
            rights=_PAPER,
            locale="ru",
        ),
    ),
    providers=(
        Provider("layout", "upd", "fondaco_documents_ru.layouts:upd"),
        Provider("layout", "torg12", "fondaco_documents_ru.layouts:torg12"),
        Provider("layout", "reconciliation", "fondaco_documents_ru.layouts:reconciliation"),
        Provider("layout", "contract", "fondaco_documents_ru.layouts:contract"),
    ),
)
