"""`fondaco` itself: reads what is typed, runs the command, words its mistakes."""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from fondaco.cli.commands import Command, command_parser, site_options
from fondaco.db.embedded import EmbeddedServerError
from fondaco.db.migrate import MigrationFailed
from fondaco.hooks.loader import PluginReport
from fondaco.settings import Settings, SettingsError, load_settings
from fondaco_sdk.manifest import Command as PluginCommand


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code. A mistake of the user is one clear line."""
    parsed = _parsed(list(sys.argv[1:] if arguments is None else arguments))
    logging.basicConfig(level=logging.INFO if parsed.verbose else logging.WARNING)
    try:
        settings = load_settings(Path(parsed.config) if parsed.config else None)
        if parsed.without:
            settings = msgspec.structs.replace(
                settings, without=(*settings.without, *parsed.without)
            )
        command: Command = parsed.command
        return command(settings, parsed)
    except PluginReport as report:
        print("Plugins cannot be loaded:", file=sys.stderr)
        for problem in report.problems:
            print(f"  - {problem}", file=sys.stderr)
        return 2
    except (SettingsError, EmbeddedServerError, MigrationFailed) as wrong:
        print(f"fondaco: {wrong}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _parsed(typed: list[str]) -> argparse.Namespace:
    """Manifests are read only for a command that is none of ours, or for the list of them all."""
    parser, commands = command_parser()
    options, rest = _before(typed)
    if rest and rest[0] in commands.choices:
        return parser.parse_args(typed)
    from fondaco.cli.plugin_commands import installed_commands

    theirs = installed_commands(options.without)
    if rest and rest[0] in theirs:
        options.command = _run_plugin_command(theirs[rest[0]], rest[1:])
        return options
    for name, command in theirs.items():
        if name not in commands.choices:
            commands.add_parser(name, help=command.help.en)
    return parser.parse_args(typed)


def _before(typed: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """The options before the command, and what is typed from the command on."""
    site = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    site_options(site)
    site.add_argument("rest", nargs=argparse.REMAINDER)
    options, unknown = site.parse_known_args(typed)
    return options, [] if unknown else options.rest


def _run_plugin_command(command: PluginCommand, arguments: list[str]) -> Command:
    def run(settings: Settings, _: argparse.Namespace) -> int:
        from fondaco.cli.plugin_commands import run_command

        return run_command(settings, command, arguments)

    return run
