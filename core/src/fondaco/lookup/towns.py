"""The list of localities: imported from a CSV file, or the few largest towns that come with us."""

import asyncio
import csv
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from io import StringIO
from typing import Any

from msgspec import Struct
from sqlalchemy import TextClause, delete, insert, text

from fondaco.hooks.context import ActContext, AskContext
from fondaco.lookup.localities import Localities, Locality
from fondaco.lookup.tables import locality

SECONDS = 600.0
MOST_ROWS = 200_000
BATCH = 2_000
_NEEDED = ("city", "region", "population")
_READ: TextClause = text(
    "select name, region, label, postal_code, fias_id, lat, lon, population from fondaco.locality"
)


class WrongList(Exception):
    """A file that is no list of localities; the message says why."""


class _Known(Struct):
    localities: Localities
    until: float


async def localities_of(ask: AskContext) -> Localities:
    """Read once in ten minutes a process. One statement then."""
    now = asyncio.get_running_loop().time()
    known = ask.hall.providers.get(("localities", ""))
    if not isinstance(known, _Known) or known.until < now:
        rows = [Locality(*row) for row in await ask.fetch(_READ)]
        known = _Known(Localities(rows or list(_largest())), now + SECONDS)
        ask.hall.providers["localities", ""] = known
    return known.localities


async def replace_localities(act: ActContext, csv_text: str) -> int:
    """Have the localities of this file and no others; returns how many. Raises `WrongList`.

    The columns are those of github.com/hflabs/city; `region` and `city` are needed, and the towns
    that stand in `area` or `settlement` are found there.
    """
    rows = list(_rows(csv_text))
    await act.execute(delete(locality))
    for start in range(0, len(rows), BATCH):
        await act.execute(insert(locality), rows[start : start + BATCH])
    await act.audit("localities.import", "localities", None, {"localities": len(rows)})
    return len(rows)


def _rows(csv_text: str) -> Iterator[dict[str, Any]]:
    reader = csv.DictReader(StringIO(csv_text))
    missing = [name for name in _NEEDED if name not in (reader.fieldnames or ())]
    if missing:
        raise WrongList(f"it has no column {', '.join(missing)}")
    number = 1
    for number, row in enumerate(reader, 2):
        if number > MOST_ROWS:
            raise WrongList(f"it has more than {MOST_ROWS} rows")
        name = _name(row)
        if not name:
            raise WrongList(f"line {number} names no town")
        region = _region(row)
        yield {
            "name": name,
            "region": region,
            "label": row.get("address") or ", ".join(filter(None, (region, name))),
            "postal_code": row.get("postal_code") or "",
            "fias_id": row.get("fias_id") or "",
            "lat": _number(row, "geo_lat", number),
            "lon": _number(row, "geo_lon", number),
            "population": int(_number(row, "population", number) or 0),
        }
    if number == 1:
        raise WrongList("it has no rows")


def _name(row: Mapping[str, str | None]) -> str:
    """Of a federal city it stands in `region`, of some towns in `area`."""
    area = row.get("area") if row.get("area_type") == "г" else ""
    return row.get("city") or row.get("settlement") or area or row.get("region") or ""


def _region(row: Mapping[str, str | None]) -> str:
    kind, name = row.get("region_type") or "", row.get("region") or ""
    if kind == "г":
        return ""
    first = kind == "Респ" and not name.endswith("ая")
    return " ".join(filter(None, (kind, name) if first else (name, kind)))


def _number(row: Mapping[str, str | None], column: str, line: int) -> Decimal | None:
    written = (row.get(column) or "").strip()
    if not written:
        return None
    try:
        found = Decimal(written)
    except InvalidOperation:
        raise WrongList(f"line {line}: {column} is {written!r}, not a number") from None
    if not found.is_finite() or abs(found) > 10**8:
        raise WrongList(f"line {line}: {column} is {written!r}, not a number")
    return found


def _largest() -> Iterator[Locality]:
    with (files("fondaco.lookup") / "largest.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield Locality(
                row["name"],
                row["region"],
                row["label"],
                lat=Decimal(row["lat"]),
                lon=Decimal(row["lon"]),
                population=int(row["population"]),
            )
