"""What the plugin is. Read at every start, so it names its functions and imports none of them."""

from fondaco_sdk.manifest import Plugin, Provider, Text

plugin = Plugin(
    name="search_meilisearch",
    version="0.1.0",
    title=Text("Поиск в Meilisearch", "Search in Meilisearch"),
    settings="fondaco_search_meilisearch.settings:Meilisearch",
    providers=(Provider("search", "meilisearch", "fondaco_search_meilisearch.engine:create"),),
)
