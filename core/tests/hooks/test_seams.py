"""What plugins stand on: views with the columns the SDK names, words, inbound records, slots."""

import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

sys.path.insert(0, str(Path(__file__).parent))

import strangers

from fondaco.hooks.context import AskContext
from fondaco.hooks.loader import PluginReport, load
from fondaco_sdk import views
from fondaco_sdk.manifest import Inbound, Plugin, Slot, Text


async def test_every_view_of_the_sdk_is_there_with_its_columns(ask: AskContext) -> None:
    rows = await ask.fetch(
        text(
            "select table_name, array_agg(column_name::text) as columns"
            " from information_schema.columns where table_schema = 'fondaco_api' group by 1"
        )
    )
    found = {row.table_name: set(row.columns) for row in rows}
    declared = {table.name: {column.name for column in table.columns} for table in views.ALL}
    assert declared == found
    for table in views.ALL:
        await ask.fetch(table.select().limit(1))


def test_figures_read_as_on_pages(ask: AskContext) -> None:
    assert ask.currency == "RUB"
    assert ask.words.money(Decimal("1234.5"), "RUB", "ru") == "1\u202f234,50\u202f₽"
    assert ask.words.money(Decimal("1234.5"), "RUB", "en") == "₽1,234.50"
    assert ask.words.percent(Decimal("7.50"), "en") == "7.5%"
    assert ask.words.quantity(Decimal("2.500"), "л", "ru") == "2,5\u00a0л"


def _inbound(function: str, shape: str) -> Plugin:
    title = Text("Записи", "Records")
    return Plugin(
        name="stranger",
        version="0.1.0",
        title=title,
        inbound=(Inbound("records", function, shape, title),),
    )


@pytest.mark.parametrize(
    ("function", "shape", "complaint"),
    [
        (
            "strangers:handler",
            "strangers:Shape",
            r"takes \(act, event\), it must take \(act, records\)",
        ),
        ("strangers:records", "strangers:handler", "must be a msgspec Struct"),
        ("strangers:records", "strangers:Absent", "does not import"),
    ],
)
def test_inbound_records_are_checked_at_the_start(
    function: str, shape: str, complaint: str
) -> None:
    with pytest.raises(PluginReport, match=complaint):
        load((), [_inbound(function, shape)], settings={})


def test_inbound_records_are_named_after_their_plugin() -> None:
    registry = load((), [_inbound("strangers:records", "strangers:Shape")], settings={})
    assert list(registry.inbound) == ["stranger.records"]
    assert registry.inbound["stranger.records"][2] is strangers.Shape


class TestSlotsThatFail:
    @pytest.fixture
    def manifests(self) -> Sequence[Plugin]:
        return [
            Plugin(
                name=f"{kind}_one",
                version="0.1.0",
                title=Text("Чужой", "Stranger"),
                slots=(Slot("cart.summary", f"strangers:{kind}_slot"),),
            )
            for kind in ("failing", "unprintable", "endless")
        ]

    async def test_the_page_stands_and_names_them(
        self, shop: Any, buyer: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("fondaco.web.respond.SLOT_SECONDS", 0.1)
        await shop.fill(1)
        page = await buyer.get("/cart")
        assert page.status_code == 200
        for kind in ("failing", "unprintable", "endless"):
            assert f"«{kind}_one» сейчас не показана" in page.text
        assert "Болт 1" in page.text


class TestSeveralPiecesOfOnePlugin:
    @pytest.fixture
    def manifests(self) -> Sequence[Plugin]:
        return [
            Plugin(
                name="stranger",
                version="0.1.0",
                title=Text("Чужой", "Stranger"),
                slots=tuple(
                    Slot("cart.summary", f"strangers:{name}")
                    for name in ("first_piece", "failing_slot", "second_piece")
                ),
            )
        ]

    async def test_all_are_shown_in_their_order_and_fail_apart(self, shop: Any, buyer: Any) -> None:
        await shop.fill(1)
        page = (await buyer.get("/cart")).text
        places = [
            page.index(said) for said in ("Первый кусок", "«stranger» сейчас", "Второй кусок")
        ]
        assert places == sorted(places)
