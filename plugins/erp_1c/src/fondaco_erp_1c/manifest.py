"""Exchange with 1C. Version one reads CommerceML packages; orders and live exchange come later."""

from fondaco_sdk.manifest import Importer, Plugin, Text

plugin = Plugin(
    name="erp_1c",
    version="0.1.0",
    title=Text("Обмен с 1С", "Exchange with 1C"),
    locales="fondaco_erp_1c:locales",
    importers=(
        Importer(
            name="commerceml",
            title=Text("Выгрузка 1С (CommerceML)", "Export of 1C (CommerceML)"),
            reader="fondaco_erp_1c.importer:read",
            images="fondaco_erp_1c.importer:images",
            accepts=(".xml", ".zip"),
            apart=True,
        ),
    ),
)
