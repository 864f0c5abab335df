"""`fondaco localities import FILE`: the towns that are offered where no service outside answers."""

import asyncio
import sys

from fondaco.cli.site import Site, hall_of, here
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.lookup.towns import WrongList, replace_localities


def import_localities(site: Site, path: str) -> int:
    """Replace the towns by those of a CSV file in UTF-8; a file with a mistake changes nothing."""
    try:
        written = here(path).read_text("utf-8-sig")
        count = asyncio.run(_import(hall_of(site), written))
    except (OSError, UnicodeDecodeError, WrongList) as wrong:
        print(f"fondaco: {path}: {wrong}", file=sys.stderr)
        return 2
    print(f"{count} localities")
    return 0


async def _import(hall: Hall, written: str) -> int:
    try:
        async with system_ask(hall).act() as act:
            return await replace_localities(act, written)
    finally:
        await hall.close()
