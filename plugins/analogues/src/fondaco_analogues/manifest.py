"""What the plugin is. Read at every start, so it names its functions and imports none of them."""

from fondaco_sdk.manifest import Plugin, Text

plugin = Plugin(
    name="analogues",
    version="0.1.0",
    title=Text("Аналоги", "Analogues"),
    hooks="fondaco_analogues.hooks",
    migrations="fondaco_analogues",
)
