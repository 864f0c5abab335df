"""What plugins run beside the demo, and the settings with which the site finds it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from fondaco.cli.plugin_commands import commands_of
from fondaco.cli.run import free_port
from fondaco.settings import Settings
from fondaco_sdk.manifest import Command, Plugin

HOST, FIRST_PORT = "127.0.0.1", 8490


class Beside(Struct, frozen=True):
    """`callers` call the site, as an ERP does, and have an access; `servers` do not. What is called
    by the site is at the `ports` by their names.
    """

    callers: Sequence[Command] = ()
    servers: Sequence[Command] = ()
    ports: Mapping[str, int] = {}

    @property
    def commands(self) -> Sequence[Command]:
        """All of them."""
        return (*self.callers, *self.servers)


def beside_demo(
    settings: Settings, plugins: Iterable[Plugin], *, erp: bool
) -> tuple[Settings, Beside]:
    """What is run, and the settings that name the servers; what a site has set stays.

    Without `erp` the callers are left out. Nothing is served to a plugin that has settings.
    """
    manifests = list(plugins)
    commands_of(manifests)
    found = Beside()
    for plugin in manifests:
        for command in plugin.commands:
            if command.demo and (erp or not _calls(command)):
                settings, found = _with(settings, found, plugin, command)
    return settings, found


def _with(
    settings: Settings, found: Beside, plugin: Plugin, command: Command
) -> tuple[Settings, Beside]:
    served = bool(command.demo_settings) and plugin.name not in settings.plugins
    ports = found.ports
    if served:
        port = free_port(HOST, FIRST_PORT + len(ports) * 20, search=True)
        ports = {**ports, command.name: port}
        settings = _served(settings, plugin, _at(command.demo_settings, port))
    if _calls(command):
        return settings, replace(found, callers=(*found.callers, command), ports=ports)
    servers = (*found.servers, command) if served else found.servers
    return settings, replace(found, servers=servers, ports=ports)


def _served(settings: Settings, plugin: Plugin, own: Mapping[str, Any]) -> Settings:
    gateways = [one.name for one in plugin.providers if one.kind == "erp"]
    erp = settings.erp
    if gateways and not erp.gateway:
        erp = replace(erp, gateway=gateways[0])
    return replace(settings, plugins={**settings.plugins, plugin.name: own}, erp=erp)


def _calls(command: Command) -> bool:
    return command.calls or not command.demo_settings


def _at(said: Mapping[str, Any], port: int) -> Mapping[str, Any]:
    return {
        name: value.replace("{port}", str(port)) if isinstance(value, str) else _at(value, port)
        for name, value in said.items()
    }
