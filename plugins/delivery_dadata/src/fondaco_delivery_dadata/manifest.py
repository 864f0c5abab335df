"""What the plugin is. Read at every start, so it names its functions and imports none of them."""

from fondaco_sdk.manifest import Plugin, Provider, Text

plugin = Plugin(
    name="delivery_dadata",
    version="0.1.0",
    title=Text("Адреса и реквизиты DaData", "Addresses and requisites from DaData"),
    settings="fondaco_delivery_dadata.settings:DaData",
    providers=(Provider("lookup", "dadata", "fondaco_delivery_dadata.service:create"),),
)
