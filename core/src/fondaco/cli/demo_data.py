"""`fondaco demo-data`: CommerceML packages and order lists of any size."""

import sys

from fondaco.cli.site import here
from fondaco.demo import write_order_list, write_package


def write_demo_data(to: str, *, skus: int, seed: int, pictures: int, list_rows: int) -> int:
    """Write a package and two order lists, a clean one and one as buyers send them."""
    if not 1 <= list_rows <= skus:
        print(f"fondaco: --list-rows must be from 1 to {skus}", file=sys.stderr)
        return 2
    folder = here(to)
    folder.mkdir(parents=True, exist_ok=True)
    summary = write_package(folder / "package", skus=skus, seed=seed, pictures=pictures)
    write_order_list(
        folder / "order-clean.xlsx", skus=skus, seed=seed, rows=list_rows, kind="clean"
    )
    write_order_list(
        folder / "order-dirty.xlsx", skus=skus, seed=seed, rows=list_rows, kind="dirty"
    )
    print(f"{folder}: {summary}")
    return 0
