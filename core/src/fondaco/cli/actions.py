"""What each command runs; imports stand where they are needed, so that a command starts at once."""

import argparse
from pathlib import Path

import msgspec

from fondaco.settings import Settings


def demo(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.demo import demo

    return demo(
        settings,
        skus=arguments.skus,
        prepare_only=arguments.prepare_only,
        erp=not arguments.without_erp,
    )


def run_site(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.run import run
    from fondaco.cli.site import open_site

    with open_site(settings) as site:
        run(site)
    return 0


def migrate(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.site import open_site, prepare

    with open_site(settings) as site:
        registry = prepare(site)
    print(f"The database is up to date, with {len(registry.plugins)} plugins.")
    return 0


def asyncapi(settings: Settings, _: argparse.Namespace) -> int:
    from fondaco.exchange.asyncapi import describe
    from fondaco.hall import load_registry

    found = describe(load_registry(settings), settings.amqp)
    print(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
    return 0


def worker(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.site import open_site
    from fondaco.cli.worker import worker_process

    with open_site(settings) as site:
        worker_process(site.settings, site.url)
    return 0


def import_package(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.imports import import_path
    from fondaco.cli.site import open_site, prepare

    with open_site(settings) as site:
        return import_path(
            site, prepare(site), arguments.path, arguments.importer, arguments.mapping
        )


def demo_data(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.demo_data import write_demo_data

    return write_demo_data(
        arguments.to,
        skus=arguments.skus,
        seed=arguments.seed,
        pictures=arguments.pictures,
        list_rows=arguments.list_rows,
    )


def plugin_list(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.plugins import list_plugins

    return list_plugins(settings)


def plugin_check(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.plugins import check_plugins

    return check_plugins(settings)


def plugin_new(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.new_plugin import new_plugin

    return new_plugin(arguments.name, Path(arguments.to))


def plugin_remove(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.plugins import remove_plugin

    return remove_plugin(settings, arguments.name, Path(arguments.dump_to))


def price_explain(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.explain import explain_price
    from fondaco.cli.site import open_site

    with open_site(settings) as site:
        return explain_price(site, arguments.article, arguments.email, arguments.quantity)


def price_replay(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.replay import replay_prices
    from fondaco.cli.site import open_site

    with open_site(settings) as site:
        return replay_prices(site)


def localities_import(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.localities import import_localities
    from fondaco.cli.site import open_site

    with open_site(settings) as site:
        return import_localities(site, arguments.path)


def points_sync(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.pickup_points import sync_points
    from fondaco.cli.site import open_site

    with open_site(settings) as site:
        return sync_points(site, arguments.carrier)


def rates_import(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.rates import import_rates
    from fondaco.cli.site import open_site

    with open_site(settings) as site:
        return import_rates(site, arguments.path)


def rates_show(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.rates import show_rates
    from fondaco.cli.site import open_site

    with open_site(settings) as site:
        return show_rates(site)


def search_status(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.search import search_status
    from fondaco.cli.site import open_site

    with open_site(settings) as site:
        return search_status(site)


def search_rebuild(settings: Settings, arguments: argparse.Namespace) -> int:
    from fondaco.cli.search import rebuild_search
    from fondaco.cli.site import open_site

    with open_site(settings) as site:
        return rebuild_search(site)
