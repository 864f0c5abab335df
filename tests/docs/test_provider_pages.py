"""The pages of providers: their examples run, and what they name is there."""

import importlib.util
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any, get_args, get_type_hints

import pytest
from openpyxl import load_workbook

from fondaco.builtin import PLUGINS
from fondaco.documents.press import KernelPress
from fondaco.exchange.erp_live.gateway import whole
from fondaco.hooks.loader import discover
from fondaco_sdk.manifest import DocumentKind
from fondaco_sdk.providers.carrier import Carrier
from fondaco_sdk.providers.erp import AskedLine, AskedPlace, ErpGateway, LiveAsk, Terms
from fondaco_sdk.providers.layout import Layout, Paper, Press
from fondaco_sdk.testing.contracts import CarrierCase, CarrierContract
from fondaco_sdk.types.delivery import Parcel, Spot
from fondaco_sdk.types.paper import Delivery, Letterhead, Line, Party

DOCS = Path(__file__).parents[2] / "docs" / "providers"
PAGE = (DOCS / "layout.md").read_text("utf-8")


def _example(name: str = "packing_list") -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        f"example_{name}", DOCS / "examples" / f"{name}.py"
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_page_tells_what_a_kind_may_be_about_and_what_a_press_lends() -> None:
    named = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
    about = get_args(get_type_hints(DocumentKind)["about"])
    assert set(filter(None, about)) == set(named) - {"about"}
    assert "layout.md" in (DOCS / "index.md").read_text("utf-8")
    for name in ("typeset", "workbook"):
        assert hasattr(Press, name)
        assert f"press.{name}" in PAGE


def test_something_ships_that_brings_a_layout() -> None:
    manifests, problems = discover()
    assert not problems
    brought = [
        p.name for p in (*PLUGINS, *manifests) if any(q.kind == "layout" for q in p.providers)
    ]
    assert {"quote_layouts", "documents_ru"} <= set(brought)


def test_the_example_draws_what_it_says() -> None:
    layout: Layout = _example().create(None)
    party = Party(name="ООО «Опт»", tax_id="7701234567")
    day = date(2026, 11, 27)
    lines = [
        Line(
            number=1,
            sku="A-1",
            name="Болт",
            unit="шт",
            quantity=Decimal(7),
            price=Decimal(10),
            total=Decimal(70),
            vat_rate="22",
            vat_amount=Decimal("12.62"),
        )
    ]
    delivery = Delivery(
        number="26-000001",
        date=day,
        shipped_on=day,
        seller=party,
        buyer=party,
        order="26-000009",
        order_date=day,
        lines=lines,
        total=Decimal(70),
        vat_totals=(),
    )
    paper = Paper(
        kind="packing_list", format="xlsx", locale="ru", content=delivery, letterhead=Letterhead()
    )
    sheet = load_workbook(BytesIO(layout.draw(paper, KernelPress(paper)))).active
    rows = [row for row in sheet.iter_rows(values_only=True) if any(row)]
    assert rows[-1] == ("A-1", "Болт", 7)
    assert rows[0][0] == "Упаковочный лист № 26-000001"


async def test_the_example_of_an_erp_answers_the_whole_question() -> None:
    gateway = _example("fixed_erp").create(None)
    assert isinstance(gateway, ErpGateway)
    terms = Terms("entity", "agreement", ("list",), "RUB")
    line = AskedLine("bolt", Decimal(5), Decimal(100), (AskedPlace("moscow", Decimal(5)),))
    question = LiveAsk(terms, (line,))
    answer = await gateway.confirm(NotImplemented, question)
    assert whole(question, answer)
    assert (await gateway.prices(NotImplemented, terms, ["bolt"])).prices == {
        "bolt": Decimal("99.90")
    }


async def test_the_example_carrier_carries_what_it_says() -> None:
    carrier = _example("cargo_bikes").create(None)
    assert isinstance(carrier, Carrier)

    def parcel(kilograms: str, town: str) -> Parcel:
        return Parcel(
            key=0,
            origin=Spot("Склад"),
            destination=Spot(f"г {town}, ул Мира, д 1"),
            value=Decimal(1),
            currency="RUB",
            weight_kg=Decimal(kilograms),
            box=None,
            ready_on=date(2026, 12, 1),
        )

    net: Any = None
    parcels = [parcel("12.5", "Тверь"), parcel("41", "Тверь"), parcel("1", "Москва")]
    light, heavy, far = await carrier.quotes(net, parcels)
    assert [(one.price, one.arrives_until) for one in light] == [(Decimal(225), date(2026, 12, 2))]
    assert not heavy
    assert not far
    (workshop,) = await carrier.points(net, 0) or ()
    assert workshop.takes(parcels[0])
    assert not workshop.takes(parcels[1])
    assert await carrier.points(net, 1) is None


class TestTheExampleCarrier(CarrierContract):
    """It keeps the contract that its page tells of."""

    @pytest.fixture
    def case(self) -> CarrierCase:
        @asynccontextmanager
        async def way_out() -> AsyncIterator[Any]:
            yield None

        bikes = _example("cargo_bikes").create(None)
        day = datetime.now(UTC).date() + timedelta(days=1)
        goal = Spot("г Тверь, ул Мира, д 1")
        parcels = [
            Parcel(number, Spot("Склад"), goal, Decimal(1), "RUB", Decimal(kg), None, day)
            for number, kg in enumerate(("2", "12.5"))
        ]
        return CarrierCase(bikes, way_out, parcels)


def test_the_page_of_carriers_names_what_they_have() -> None:
    page = (DOCS / "carrier.md").read_text("utf-8")
    assert "carrier.md" in (DOCS / "index.md").read_text("utf-8")
    assert CarrierContract.__name__ in page
    for name in ("quotes", "points"):
        assert f"async def {name}(" in page
        assert hasattr(Carrier, name)
    manifests, _ = discover()
    brought = [p.name for p in manifests if any(q.kind == "carrier" for q in p.providers)]
    assert "delivery_cdek" in brought
