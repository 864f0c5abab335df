"""The commands with their arguments and their help."""

import argparse
from collections.abc import Callable
from typing import TypeAlias

from fondaco.cli import actions
from fondaco.settings import Settings

Command = Callable[[Settings, argparse.Namespace], int]
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def command_parser() -> "tuple[argparse.ArgumentParser, Commands]":
    """The parser, and the commands it knows by name."""
    parser = argparse.ArgumentParser(prog="fondaco", description="A B2B wholesale portal.")
    site_options(parser)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    demo = _add(commands, "demo", actions.demo, "a demo wholesaler in this folder, ready to try")
    demo.add_argument("--skus", type=_catalogue_size, default=5000)
    demo.add_argument(
        "--without-erp", action="store_true", help="without the program that plays the ERP"
    )
    demo.add_argument("--prepare-only", action="store_true", help="fill the database, then stop")
    _add(commands, "run", actions.run_site, "serve the site: web and worker")
    _add(commands, "migrate", actions.migrate, "bring the database to the newest version")
    _add(commands, "worker", actions.worker, "a worker alone, for sites with several nodes")

    _add(commands, "asyncapi", actions.asyncapi, "describe the messages of the broker (AsyncAPI 3)")

    importing = _add(commands, "import", actions.import_package, "load a package of the ERP")
    importing.add_argument("path")
    importing.add_argument("--importer", default="", help="the dialect (default: by the file)")
    importing.add_argument("--mapping", default="", help="the saved columns of a list, by name")

    data = _add(
        commands, "demo-data", actions.demo_data, "write CommerceML packages and order lists"
    )
    data.add_argument("--skus", type=_catalogue_size, default=5000)
    data.add_argument("--seed", type=int, default=1)
    data.add_argument("--to", default="demo-data")
    data.add_argument("--pictures", type=int, default=0)
    data.add_argument("--list-rows", type=int, default=500)

    plugins = commands.add_parser("plugin", help="list, check, make or remove plugins")
    kinds = plugins.add_subparsers(required=True, metavar="ACTION")
    _add(kinds, "list", actions.plugin_list, "the plugins at work")
    _add(kinds, "check", actions.plugin_check, "load every plugin and report what is wrong")
    making = _add(kinds, "new", actions.plugin_new, "a new plugin that works, to be made your own")
    making.add_argument("name")
    making.add_argument("--to", default=".", metavar="FOLDER", help="where its folder is made")
    removing = _add(kinds, "remove", actions.plugin_remove, "dump and drop a plugin's tables")
    removing.add_argument("name")
    removing.add_argument("--dump-to", default=".", help="the folder for the dump")

    explain = commands.add_parser("price", help="explain a price, replay those of orders")
    why = explain.add_subparsers(required=True, metavar="ACTION")
    explaining = _add(
        why, "explain", actions.price_explain, "the steps of a price, winners and losers"
    )
    explaining.add_argument("article")
    explaining.add_argument("--email", required=True, help="the buyer for whom to price")
    explaining.add_argument("--quantity", default="1")
    _add(why, "replay", actions.price_replay, "does every order come to its totals from its steps?")

    searching = commands.add_parser("search", help="the engine that answers searches")
    doing = searching.add_subparsers(required=True, metavar="ACTION")
    _add(doing, "status", actions.search_status, "which engine is chosen, and does it answer")
    _add(doing, "rebuild", actions.search_rebuild, "give the chosen engine the catalogue anew")

    towns = commands.add_parser("localities", help="towns for addresses, without a service")
    taking = towns.add_subparsers(required=True, metavar="ACTION")
    towns_file = _add(taking, "import", actions.localities_import, "have the towns of a CSV file")
    towns_file.add_argument("path")

    points = commands.add_parser("pickup-points", help="where carriers hand out parcels")
    fetching = points.add_subparsers(required=True, metavar="ACTION")
    syncing = _add(fetching, "sync", actions.points_sync, "copy them at once, as every night")
    syncing.add_argument("--carrier", default="", help="of this one only")

    rates = commands.add_parser("rates", help="currency rates")
    having = rates.add_subparsers(required=True, metavar="ACTION")
    loading = _add(
        having,
        "import",
        actions.rates_import,
        "store a day's rates from an XML file of the Bank of Russia",
    )
    loading.add_argument("path")
    _add(having, "show", actions.rates_show, "the rates in force, with their age")
    return parser, commands


def _add(
    commands: Commands,
    name: str,
    function: Command,
    text: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(command=function)
    return parser


def site_options(parser: argparse.ArgumentParser) -> None:
    """What may stand before each command."""
    parser.add_argument("--config", help="the settings file (default: fondaco.toml of this folder)")
    parser.add_argument(
        "--without", action="append", default=[], metavar="PLUGIN", help="start without a plugin"
    )
    parser.add_argument("-v", "--verbose", action="store_true")


def _catalogue_size(typed: str) -> int:
    from fondaco.demo.layout import check_size

    size = int(typed)
    try:
        check_size(size)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None
    return size
