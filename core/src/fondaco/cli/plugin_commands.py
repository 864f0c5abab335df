"""Commands that plugins bring, and those of them that the demo runs beside the site."""

import importlib
import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path

import msgspec

from fondaco.cli.site import Site
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.hooks.loader import PluginReport, discover
from fondaco.identity.machines import machines_of, make_machine, revoke_machine
from fondaco.settings import Settings
from fondaco_sdk.manifest import Command, Plugin, Terminal


def commands_of(plugins: Iterable[Plugin]) -> Mapping[str, Command]:
    """Their commands by name. Raises `PluginReport` where two have the same."""
    found: dict[str, Command] = {}
    owners: dict[str, str] = {}
    for plugin in plugins:
        for command in plugin.commands:
            if command.name in found:
                other = owners[command.name]
                problem = f"{plugin.name}: the command {command.name!r} is already that of {other}"
                raise PluginReport([f"{problem}; uninstall one"])
            found[command.name], owners[command.name] = command, plugin.name
    return found


def installed_commands(without: Iterable[str] = ()) -> Mapping[str, Command]:
    """Those of the installed plugins; one whose manifest does not load has none."""
    return commands_of(discover(without)[0])


def run_command(settings: Settings, command: Command, arguments: Sequence[str]) -> int:
    """Run it as somebody typed it; in the folder of a demo it has the access made there."""
    return _call(command.function, _terminal(settings, command), arguments)


def _terminal(settings: Settings, command: Command) -> Terminal:
    kept = _password_file(settings, command)
    password = kept.read_text() if kept.exists() else ""
    login = command.name if password else ""
    return Terminal(settings.data, settings.site.url, login, password)


def _call(function: str, terminal: Terminal, arguments: Sequence[str]) -> int:
    module, _, name = function.partition(":")
    found: Callable[[Terminal, Sequence[str]], int] = getattr(importlib.import_module(module), name)
    return found(terminal, arguments)


async def give_access(hall: Hall, command: Command) -> None:
    """An access for a command of the demo, once; its password stays in the demo's folder."""
    kept = _password_file(hall.settings, command)
    if kept.exists():
        return
    async with system_ask(hall).act() as act:
        for machine in await machines_of(act):
            if machine.login == command.name:
                await revoke_machine(act, machine.uuid)
        password = await make_machine(act, command.name, command.name)
    _keep(kept, password)


def _keep(path: Path, password: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(password)


def _password_file(settings: Settings, command: Command) -> Path:
    return settings.data / "demo" / f"{command.name}.password"


def start_beside(site: Site, command: Command, port: int = 0) -> BaseProcess:
    """The command as a process of its own; it ends with the one that starts it."""
    terminal = msgspec.structs.replace(_terminal(site.settings, command), port=port)
    process = multiprocessing.get_context("spawn").Process(
        target=_beside,
        args=(command.function, terminal, command.demo),
        name=f"fondaco-{command.name}",
    )
    process.start()
    return process


def _beside(function: str, terminal: Terminal, arguments: Sequence[str]) -> None:
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    # Ctrl-C is its parent's affair, which ends it after the web.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _call(function, terminal, arguments)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)
