"""The carrier that does not exist: at work only where the settings say so, and copied by hand."""

from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from fondaco.cli.pickup_points import _sync
from fondaco.delivery.carriers import carriers_of
from fondaco.demo.carrier import DemoCarrier
from fondaco.hooks.context import AskContext
from fondaco.hooks.hall import Hall
from fondaco.settings import Delivery, Map, Settings
from fondaco_sdk.providers.carrier import Carrier


@pytest.fixture
def manifests() -> tuple[()]:
    """No plugins."""
    return ()


@pytest.fixture
def at_work() -> bool:
    """Whether the settings put it to work."""
    return True


@pytest.fixture
def settings(tmp_path: object, at_work: bool) -> Settings:
    """A site with the made-up carrier, or without."""
    return Settings(
        data_dir=f"{tmp_path}/data", secret="test-secret", delivery=Delivery(demo_carrier=at_work)
    )


async def test_the_command_copies_its_points(
    hall: Hall, ask: AskContext, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await _sync(hall, "demo") == 0
    said = capsys.readouterr().out
    net: Any = None
    told = await DemoCarrier().points(net, 0)
    assert told
    assert said == f"demo: {len(told)} points\n"
    rows = await ask.fetch(text("select count(*) from fondaco.pickup_point"))
    assert rows[0][0] == len(told)


async def test_the_command_knows_no_other(hall: Hall, capsys: pytest.CaptureFixture[str]) -> None:
    assert await _sync(hall, "dellin") == 2
    assert "dellin" in capsys.readouterr().err


def test_it_is_a_carrier_and_says_that_it_is_made_up() -> None:
    assert isinstance(DemoCarrier(), Carrier)
    assert "выдуманный" in DemoCarrier.title.ru
    assert "made up" in DemoCarrier.title.en


@pytest.mark.parametrize("at_work", [False])
async def test_it_is_not_at_work_by_itself(hall: Hall, at_work: bool) -> None:
    assert [one.name for one in carriers_of(hall)] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"tiles": "https://tiles.example/{z}/{x}/{y}.png"},
        {"tiles": "http://tiles.example/{z}/{x}/{y}.png", "attribution": "x"},
        {"tiles": "https://tiles.example/{z}/{x}.png", "attribution": "x"},
        {"tiles": "https://a; script-src *;/{z}/{x}/{y}.png", "attribution": "x"},
        {"tiles": "//tiles.example/{z}/{x}/{y}.png", "attribution": "x"},
    ],
)
def test_a_map_that_cannot_be_is_refused_at_the_start(wrong: dict[str, str]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, Map)


def test_maps_that_can_be() -> None:
    for tiles in ("", "/tiles/{z}/{x}/{y}.png", "https://{s}.tiles.example:8443/{z}/{x}/{y}.png"):
        assert msgspec.convert({"tiles": tiles, "attribution": "x"}, Map).tiles == tiles
