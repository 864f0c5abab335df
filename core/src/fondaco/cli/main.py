"""Commands and their arguments; each command's work is in a module of its own."""

import argparse
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import msgspec

from fondaco.db.embedded import EmbeddedServerError
from fondaco.db.migrate import MigrationFailed
from fondaco.hooks.loader import PluginReport
from fondaco.settings import Settings, SettingsError, load_settings
from fondaco_sdk.manifest import Command as PluginCommand

Command = Callable[[Settings, argparse.Namespace], int]
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


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
    parser, commands = _parser()
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
    _site_options(site)
    site.add_argument("rest", nargs=argparse.REMAINDER)
    options, unknown = site.parse_known_args(typed)
    return options, [] if unknown else options.rest


def _run_plugin_command(command: PluginCommand, arguments: list[str]) -> Command:
    def run(settings: Settings, _: argparse.Namespace) -> int:
        from fondaco.cli.plugin_commands import run_command

        return run_command(settings, command, arguments)

    return run


def _catalogue_size(typed: str) -> int:
    from fondaco.demo.layout import check_size

    size = int(typed)
    try:
        check_size(size)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None
    return size


def _site_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", help="the settings file (default: fondaco.toml of this folder)")
    parser.add_argument(
        "--without", action="append", default=[], metavar="PLUGIN", help="start without a plugin"
    )
    parser.add_argument("-v", "--verbose", action="store_true")


def _parser() -> "tuple[argparse.ArgumentParser, Commands]":
    parser = argparse.ArgumentParser(prog="fondaco", description="A B2B wholesale portal.")
    _site_options(parser)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    demo = _command(commands, "demo", _demo, "a demo wholesaler in this folder, ready to try")
    demo.add_argument("--skus", type=_catalogue_size, default=5000)
    demo.add_argument(
        "--without-erp", action="store_true", help="without the program that plays the ERP"
    )
    demo.add_argument("--prepare-only", action="store_true", help="fill the database, then stop")
    _command(commands, "run", _run, "serve the site: web and worker")
    _command(commands, "migrate", _migrate, "bring the database to the newest version")
    _command(commands, "worker", _worker, "a worker alone, for sites with several nodes")

    _command(commands, "asyncapi", _asyncapi, "describe the messages of the broker (AsyncAPI 3)")

    importing = _command(commands, "import", _import, "load a package of the ERP")
    importing.add_argument("path")
    importing.add_argument("--importer", default="", help="the dialect (default: by the file)")
    importing.add_argument("--mapping", default="", help="the saved columns of a list, by name")

    data = _command(commands, "demo-data", _demo_data, "write CommerceML packages and order lists")
    data.add_argument("--skus", type=_catalogue_size, default=5000)
    data.add_argument("--seed", type=int, default=1)
    data.add_argument("--to", default="demo-data")
    data.add_argument("--pictures", type=int, default=0)
    data.add_argument("--list-rows", type=int, default=500)

    plugins = commands.add_parser("plugin", help="list, check, make or remove plugins")
    kinds = plugins.add_subparsers(required=True, metavar="ACTION")
    _command(kinds, "list", _plugin_list, "the plugins at work")
    _command(kinds, "check", _plugin_check, "load every plugin and report what is wrong")
    making = _command(kinds, "new", _plugin_new, "a new plugin that works, to be made your own")
    making.add_argument("name")
    making.add_argument("--to", default=".", metavar="FOLDER", help="where its folder is made")
    removing = _command(kinds, "remove", _plugin_remove, "dump and drop a plugin's tables")
    removing.add_argument("name")
    removing.add_argument("--dump-to", default=".", help="the folder for the dump")

    explain = commands.add_parser("price", help="explain a price, replay those of orders")
    why = explain.add_subparsers(required=True, metavar="ACTION")
    explaining = _command(
        why, "explain", _price_explain, "the steps of a price, winners and losers"
    )
    explaining.add_argument("article")
    explaining.add_argument("--email", required=True, help="the buyer for whom to price")
    explaining.add_argument("--quantity", default="1")
    _command(why, "replay", _price_replay, "does every order come to its totals from its steps?")

    searching = commands.add_parser("search", help="the engine that answers searches")
    doing = searching.add_subparsers(required=True, metavar="ACTION")
    _command(doing, "status", _search_status, "which engine is chosen, and does it answer")
    _command(doing, "rebuild", _search_rebuild, "give the chosen engine the catalogue anew")

    towns = commands.add_parser("localities", help="towns for addresses, without a service")
    taking = towns.add_subparsers(required=True, metavar="ACTION")
    towns_file = _command(taking, "import", _localities_import, "have the towns of a CSV file")
    towns_file.add_argument("path")

    points = commands.add_parser("pickup-points", help="where carriers hand out parcels")
    fetching = points.add_subparsers(required=True, metavar="ACTION")
    syncing = _command(fetching, "sync", _points_sync, "copy them at once, as every night")
    syncing.add_argument("--carrier", default="", help="of this one only")

    rates = commands.add_parser("rates", help="currency rates")
    actions = rates.add_subparsers(required=True, metavar="ACTION")
    loading = _command(
        actions,
        "import",
        _rates_import,
        "store a day's rates from an XML file of the Bank of Russia",
    )
    loading.add_argument("path")
    _command(actions, "show", _rates_show, "the rates in force, with their age")
    return parser, commands


def _command(
    commands: Commands,
    name: str,
    function: Command,
    text: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(command=function)
    return parser


def _demo(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.demo import demo

    return demo(
        settings,
        skus=arguments.skus,
        prepare_only=arguments.prepare_only,
        erp=not arguments.without_erp,
    )


def _run(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.run import run
    from fondaco.cli.site import open_site

    with open_site(settings) as site:
        run(site)
    return 0


def _migrate(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.site import open_site, prepare

    with open_site(settings) as site:
        registry = prepare(site)
    print(f"The database is up to date, with {len(registry.plugins)} plugins.")
    return 0


def _asyncapi(settings: Settings, _: argparse.Namespace) -> int:
    from fondaco.exchange.asyncapi import describe
    from fondaco.hall import load_registry

    found = describe(load_registry(settings), settings.amqp)
    print(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
    return 0


def _worker(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.site import open_site
    from fondaco.cli.worker import worker_process

    with open_site(settings) as site:
        worker_process(site.settings, site.url)
    return 0


def _import(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.imports import import_path
    from fondaco.cli.site import open_site, prepare

    with open_site(settings) as site:
        return import_path(
            site, prepare(site), arguments.path, arguments.importer, arguments.mapping
        )


def _demo_data(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.demo_data import write_demo_data

    return write_demo_data(
        arguments.to,
        skus=arguments.skus,
        seed=arguments.seed,
        pictures=arguments.pictures,
        list_rows=arguments.list_rows,
    )


def _plugin_list(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.plugins import list_plugins

    return list_plugins(settings)


def _plugin_check(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.plugins import check_plugins

    return check_plugins(settings)


def _plugin_new(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.new_plugin import new_plugin

    return new_plugin(arguments.name, Path(arguments.to))


def _plugin_remove(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.plugins import remove_plugin

    return remove_plugin(settings, arguments.name, Path(arguments.dump_to))


def _price_explain(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.explain import explain_price
    from fondaco.cli.site import open_site

    with open_site(settings) as site:
        return explain_price(site, arguments.article, arguments.email, arguments.quantity)


def _price_replay(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.replay import replay_prices
    from fondaco.cli.site import open_site

    with open_site(settings) as site:
        return replay_prices(site)


def _localities_import(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.localities import import_localities
    from fondaco.cli.site import open_site

    with open_site(settings) as site:
        return import_localities(site, arguments.path)


def _points_sync(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.pickup_points import sync_points
    from fondaco.cli.site import open_site

    with open_site(settings) as site:
        return sync_points(site, arguments.carrier)


def _rates_import(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.rates import import_rates
    from fondaco.cli.site import open_site

    with open_site(settings) as site:
        return import_rates(site, arguments.path)


def _rates_show(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.rates import show_rates
    from fondaco.cli.site import open_site

    with open_site(settings) as site:
        return show_rates(site)


def _search_status(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.search import search_status
    from fondaco.cli.site import open_site

    with open_site(settings) as site:
        return search_status(site)


def _search_rebuild(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.search import rebuild_search
    from fondaco.cli.site import open_site

    with open_site(settings) as site:
        return rebuild_search(site)
