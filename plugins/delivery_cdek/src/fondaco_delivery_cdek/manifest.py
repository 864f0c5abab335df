"""What the plugin is. Read at every start, so it names its functions and imports none of them."""

from fondaco_sdk.manifest import Plugin, Provider, Text

plugin = Plugin(
    name="delivery_cdek",
    version="0.1.0",
    title=Text("Доставка СДЭК", "Delivery by CDEK"),
    settings="fondaco_delivery_cdek.settings:Cdek",
    providers=(Provider("carrier", "cdek", "fondaco_delivery_cdek.service:create"),),
)
