"""Rows of the date files, as questions to the engine and to `allocate()`."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from fondaco.availability.allocate import allocate
from fondaco.cart.split import Share, Split, split_over
from fondaco_sdk.types.cart import CartPart, CartWay
from fondaco_sdk.types.ids import OutletId, PlaceId, ProductId, StockId
from fondaco_sdk.types.supply import LineSupply, StockRow, Want
from fondaco_sourcing.calendar import Calendar, Special
from fondaco_sourcing.network import Network, Site, Transfer
from fondaco_sourcing.plans import plans
from fondaco_sourcing.strategy import Strategy

Given: TypeAlias = dict[str, Any]
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PLENTY = Decimal(100)
OUTLET = OutletId(1)


def expected(row: Given) -> Given:
    """What the row says that is promised."""
    if "refused" in row:
        return {"refused": row["refused"], "why": row["why"], "pochemu": row["pochemu"]}
    if "ready" in row:
        return {"ready": row["ready"], "why": row["why"], "pochemu": row["pochemu"]}
    if "deliveries" in row or "as_ready" in row:
        return {"promised": row["promised"]}
    promised = [(part["quantity"], part["place"], part["on"]) for part in row["promised"]]
    return {"promised": promised, "missing": row.get("missing", 0)}


def answered(file: Given, row: Given) -> Given:
    """What the house says."""
    names = {name: PlaceId(number) for number, name in enumerate(file["places"], 1)}
    now: datetime = row["now"]
    stocked = row.get("stock", [{"place": row.get("from"), **_lot(row)}])
    network = Network(
        {
            names[name]: _site(names[name], place, now, stocked, name)
            for name, place in file["places"].items()
        },
        _transfers(file, names),
        {OUTLET: frozenset(names[name] for name in row.get("served_by", []))},
    )
    stock = [_stock_row(number, names, given) for number, given in enumerate(stocked, 1)]
    titles = {names[name]: name for name in file["places"]}

    def supplied(wants: Sequence[Want]) -> Sequence[LineSupply]:
        found = plans(network, now, wants, stock, Strategy(row.get("strategy", "own_first")))
        return allocate(wants, stock, [("sourcing", way) for way in found], titles)

    if "deliveries" in row or "as_ready" in row:
        return {"promised": [_share(share) for share in _split(row, supplied).shares[1]]}
    (line,) = supplied([Want(1, ProductId(1), Decimal(row.get("want", 1)), OUTLET)])
    if "promised" in row:
        parts = [(part.quantity, part.place_name, part.promised) for part in line.parts]
        return {"promised": parts, "missing": line.missing}
    if not line.parts:
        reason = line.rejected[0].reason
        return {"refused": reason.code, "why": _plain(reason.en), "pochemu": _plain(reason.ru)}
    reason = line.parts[0].reason
    return {"ready": line.promised, "why": _plain(reason.en), "pochemu": _plain(reason.ru)}


def _split(row: Given, supplied: Callable[[Sequence[Want]], Sequence[LineSupply]]) -> Split:
    """The one line of the row in its parts, with their goods."""
    deliveries = row.get("deliveries", [])
    way = CartWay.DELIVERIES if deliveries else CartWay.AS_READY
    parts = [
        (number, CartPart(str(number), outlet=OUTLET, wanted_on=one.get("wanted")))
        for number, one in enumerate(deliveries, 1)
    ]
    given = {number: Decimal(one["quantity"]) for number, one in enumerate(deliveries, 1)}
    whole = sum(given.values()) or Decimal(row["as_ready"])
    split = split_over([(1, whole, given)], parts, way)
    return split.supplied([1], supplied(split.wants([(1, ProductId(1))])))


def _share(share: Share) -> Given:
    assert share.supply is not None
    goods = [
        {"quantity": part.quantity, "place": part.place_name, "on": part.promised}
        for part in share.supply.parts
    ]
    found: Given = {"quantity": share.quantity, "goods": goods}
    if share.supply.missing:
        found["missing"] = share.supply.missing
    elif share.part:
        found["on"] = share.part.day(share.supply.promised)
    return found


def _lot(row: Given) -> Given:
    return {"arrives": row["arrives"]} if "arrives" in row else {}


def _site(id_: PlaceId, place: Given, now: datetime, stocked: list[Given], name: str) -> Site:
    ages = [
        given["reported_hours_ago"]
        for given in stocked
        if given["place"] == name and "reported_hours_ago" in given
    ]
    partner = place.get("partner", False)
    return Site(
        id=id_,
        name=place["name"],
        calendar=Calendar(
            ZoneInfo(place["zone"]),
            tuple(_clock(hours) for hours in place["hours"]),
            place["holidays"],
            {**_specials(place.get("closed", [])), **_specials(place.get("open", []))},
        ),
        partner=partner,
        lead_days=place.get("lead", 0),
        receiving_days=place.get("receiving", 0),
        ships=place.get("ships", True),
        carrier_days=place.get("carrier", 0),
        cost=Decimal(place.get("cost", 0)),
        report_hours=48 if partner else None,
        reported_at=now - timedelta(hours=max(ages, default=1)),
    )


def _specials(days: list[Given]) -> dict[date, Special]:
    return {
        one["day"]: Special(_clock(one.get("until", "")), one.get("ru", ""), one.get("en", ""))
        for one in days
    }


def _transfers(file: Given, names: dict[str, PlaceId]) -> dict[PlaceId, list[Transfer]]:
    found: dict[PlaceId, list[Transfer]] = {}
    for one in file.get("transfers", []):
        found.setdefault(names[one["from"]], []).append(
            Transfer(
                names[one["from"]],
                names[one["to"]],
                tuple(WEEK.index(day) for day in one["days"]),
                time.fromisoformat(one["cut_off"]),
                one["road"],
            )
        )
    return found


def _stock_row(number: int, names: dict[str, PlaceId], given: Given) -> StockRow:
    arrives = given.get("arrives")
    return StockRow(
        StockId(number),
        ProductId(1),
        names[given["place"]],
        str(number) if arrives else "",
        Decimal(given.get("quantity", PLENTY)),
        Decimal(given.get("reserved", 0)),
        arrives,
    )


def _clock(hours: str) -> time | None:
    return time.fromisoformat(hours) if hours else None


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ")
