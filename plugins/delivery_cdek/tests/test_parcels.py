"""What an order at CDEK says, and how its states are read."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest
from msgspec.structs import replace

from fondaco_delivery_cdek.parcels import MOST_ITEMS, Told, order_of, read_of
from fondaco_delivery_cdek.service import CdekCarrier
from fondaco_delivery_cdek.settings import Cdek
from fondaco_sdk.providers.carriage import (
    CarriageState,
    CarriageWanted,
    CarriedItem,
    Party,
    Registers,
)
from fondaco_sdk.types.delivery import Parcel, Spot, box

D = Decimal
ITEM = CarriedItem("A-1", "Диск", D(3), D("4.5"), D("100.00"))
WANTED = CarriageWanted(
    key=UUID(int=7),
    order="26-1",
    tariff="136",
    point_code="",
    parcel=Parcel(
        0, Spot("Москва, склад"), Spot("Тверь, Мира 1", city="Тверь"), D(100), "RUB", D("4.5"),
        box(D(10), D(5), D(2)), None,
    ),
    sender=Party("ООО Продавец", "7700000000", "+7495"),
    recipient=Party("ООО Покупатель", "6900000000", "+7482", "a@b.example"),
    items=(ITEM,),
)  # fmt: skip


def _items(*items: CarriedItem) -> list[dict[str, Any]]:
    (package,) = order_of(replace(WANTED, items=items), Cdek())["packages"]
    return list(package["items"])


def test_it_registers() -> None:
    assert isinstance(CdekCarrier(Cdek()), Registers)


def test_pieces_have_their_own_weight_and_cost_never_rounded_down() -> None:
    (item,) = _items(ITEM)
    assert (item["amount"], item["weight"], item["cost"]) == (3, 1500, D("33.34"))
    # Half a metre is no whole number of pieces.
    (item,) = _items(replace(ITEM, quantity=D("0.5")))
    assert (item["amount"], item["weight"], item["cost"]) == (1, 4500, D(100))


def test_of_too_many_lines_the_last_are_told_as_one() -> None:
    told = _items(*(replace(ITEM, sku=f"A-{n}", quantity=D(1)) for n in range(200)))
    assert len(told) == MOST_ITEMS
    assert sum(one["weight"] * one["amount"] for one in told) == 200 * 4500
    assert len(_items(*([ITEM] * MOST_ITEMS))) == MOST_ITEMS


def test_from_an_office_or_from_the_warehouse() -> None:
    assert order_of(WANTED, Cdek())["from_location"]["address"] == "Москва, склад"
    from_office = order_of(WANTED, Cdek(shipment_point="MSK5"))
    assert from_office["shipment_point"] == "MSK5"
    assert "from_location" not in from_office
    from_door = order_of(replace(WANTED, tariff="139"), Cdek(shipment_point="MSK5"))
    assert "from_location" in from_door
    assert "shipment_point" not in from_door


def _told(*steps: tuple[str, str], state: str = "SUCCESSFUL", number: str = "11") -> Told:
    said = {
        "entity": {
            "uuid": "u",
            "cdek_number": number,
            "statuses": [{"code": code, "date_time": at} for code, at in steps],
        },
        "requests": [{"type": "CREATE", "state": state}],
    }
    return msgspec.convert(said, Told)


def test_the_latest_state_counts_whatever_their_order() -> None:
    later = ("DELIVERED", "2026-03-01T10:00:00+0300")
    read = read_of(_told(later, ("CREATED", "2026-03-01T12:00:00+0700")))
    assert read.state is CarriageState.DELIVERED
    assert read.url.endswith("order_id=11")


@pytest.mark.control
def test_what_is_not_known_has_no_state_and_what_is_no_moment_is_refused() -> None:
    read = read_of(_told(("SENT_TO_THE_MOON", "2026-03-01T10:00:00+0300")))
    assert (read.state, read.told, read.refused) == (None, "SENT_TO_THE_MOON", None)
    assert read_of(_told(state="INVALID")).refused is not None
    assert read_of(_told(("REMOVED", "2026-03-01T10:00:00+0300"))).refused is not None
    assert read_of(_told(number="")).state is CarriageState.PENDING
    with pytest.raises(msgspec.ValidationError):
        read_of(_told(("CREATED", "yesterday"), ("CREATED", "2026-03-01T10:00:00+0300")))
