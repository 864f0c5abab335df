"""`fondaco rates import FILE` and `fondaco rates show`: currency rates without a network."""

import asyncio
import sys

from fondaco.cli.site import Site, hall_of, here
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.pricing.cbr import HOME, DayRates, NoRates, read_rates
from fondaco.pricing.rate_store import known_rates, missing_rates, store_rates


def import_rates(site: Site, path: str) -> int:
    """Store the rates of a file as the Bank of Russia writes it."""
    if site.settings.site.currency != HOME:
        print(f"fondaco: these are rates in roubles, the site's currency is"
              f" {site.settings.site.currency}", file=sys.stderr)  # fmt: skip
        return 2
    try:
        day = read_rates(here(path).read_bytes())
    except (OSError, NoRates) as wrong:
        print(f"fondaco: {path}: {wrong}", file=sys.stderr)
        return 2
    stored = asyncio.run(_import(hall_of(site), day, here(path).name))
    print(f"{day.on:%Y-%m-%d}: {len(day.rates)} rates, {stored} new or changed")
    return 0


def show_rates(site: Site) -> int:
    """Print the rates in force with their age; 1 where a currency in use has none."""
    return asyncio.run(_show(hall_of(site)))


async def _import(hall: Hall, day: DayRates, source: str) -> int:
    try:
        async with system_ask(hall).act() as act:
            return await store_rates(act, day, source)
    finally:
        await hall.close()


async def _show(hall: Hall) -> int:
    try:
        ask = system_ask(hall)
        today = ask.now.astimezone(ask.zone).date()
        known = await known_rates(ask, today)
        for rate in known:
            print(
                f"{rate.currency}  {rate.rate.normalize():f} for {rate.nominal}"
                f"  since {rate.valid_from}, {rate.age(today)} days"
                f"{'  OLD' if rate.old(today) else ''}{'  used' if rate.used else ''}"
            )
        missing = await missing_rates(ask, known)
        if missing:
            print(f"no rate, though prices need it: {', '.join(missing)}", file=sys.stderr)
        return 1 if missing else 0
    finally:
        await hall.close()
