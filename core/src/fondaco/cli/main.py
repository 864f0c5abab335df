"""Commands and their arguments; each command's work is in a module of its own."""

import argparse
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from fondaco.db.embedded import EmbeddedServerError
from fondaco.db.migrate import MigrationFailed
from fondaco.hooks.loader import PluginReport
from fondaco.settings import Settings, SettingsError, load_settings

Command = Callable[[Settings, argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code. A mistake of the user is one clear line."""
    parsed = _parser().parse_args(arguments)
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


def _catalogue_size(typed: str) -> int:
    from fondaco.demo.layout import check_size

    size = int(typed)
    try:
        check_size(size)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None
    return size


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="fondaco", description="A B2B wholesale portal.")
    parser.add_argument("--config", help="the settings file (default: fondaco.toml of this folder)")
    parser.add_argument(
        "--without", action="append", default=[], metavar="PLUGIN", help="start without a plugin"
    )
    parser.add_argument("-v", "--verbose", action="store_true")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    demo = _command(commands, "demo", _demo, "a demo wholesaler in this folder, ready to try")
    demo.add_argument("--skus", type=_catalogue_size, default=5000)
    demo.add_argument("--prepare-only", action="store_true", help="fill the database, then stop")
    _command(commands, "run", _run, "serve the site: web and worker")
    _command(commands, "migrate", _migrate, "bring the database to the newest version")
    _command(commands, "worker", _worker, "a worker alone, for sites with several nodes")

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
    return parser


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    function: Command,
    text: str,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text)
    parser.set_defaults(command=function)
    return parser


def _demo(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.demo import demo

    return demo(settings, skus=arguments.skus, prepare_only=arguments.prepare_only)


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
