"""The played 1C against the exchange: each order once, whatever stops it; asleep it is silent."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from exchange_desk import ExchangeShop

from fondaco.exchange.deliveries import deliver_due
from fondaco_erp_1c.sim.books import Books
from fondaco_erp_1c.sim.client import Failure, Onec
from fondaco_erp_1c.sim.over_http import HttpLine
from fondaco_erp_1c.sim.play import Player, Round
from fondaco_sdk.types.order import OrderState

pytestmark = pytest.mark.plugins("erp_1c")
NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


class Lost(Exception):
    """The line is dead."""


class DeadLine(Onec):
    """An exchange that breaks at one call: it reaches the portal, its answer does not come back."""

    broken = ""

    async def call(self, mode: str, *args: Any, **said: Any) -> Any:
        answer = await super().call(mode, *args, **said)
        if mode == self.broken:
            raise Lost
        return answer


def _player(
    shop: ExchangeShop, folder: Path, call: Callable[[], Onec] | None = None, *, seed: int = 1
) -> Player:
    line = HttpLine(folder, call or (lambda: shop.onec("sale")))
    return Player(Books(folder / "books.db"), line, pace=10, seed=seed)


async def _after_delivery(shop: ExchangeShop) -> None:
    """The customer pays when it has the goods."""
    await shop.run("update fondaco.payment set before = false")


async def _until_shipped(shop: ExchangeShop, player: Player, now: datetime) -> list[str]:
    """Rounds two minutes apart; the state on the portal after each."""
    states = []
    for minute in range(4):
        await player.round(now + timedelta(minutes=2 * minute))
        await deliver_due(shop.hall)
        rows = await shop.all("select state from fondaco.customer_order order by id limit 1")
        states.append(str(rows[0][0]))
    return states


async def test_it_takes_an_order_confirms_it_and_ships_it(
    shop: ExchangeShop, tmp_path: Path
) -> None:
    order = await shop.order(2, deliver=True)
    await _after_delivery(shop)
    player = _player(shop, tmp_path)
    assert await player.round(NOON) == Round(fetched=1)
    # Nothing is told before its time.
    assert await player.round(NOON + timedelta(seconds=7)) == Round()
    states = await _until_shipped(shop, player, NOON + timedelta(minutes=1))
    assert states == ["confirmed", "picking", "shipped", "shipped"]
    (kept,) = Books(tmp_path / "books.db").documents()
    assert (kept.number, kept.heard, kept.state) == (order.number, 1, "shipped")
    rows = await shop.all("select number, shipped_number from plugin_erp_1c.document")
    assert rows == [("УТ-000001", "РТ-000001")]


# A file that was only sent says nothing yet, and 1C has moved on when it tells again.
@pytest.mark.parametrize(
    ("broken", "confirmed"), [("query", 1), ("success", 1), ("file", 0), ("import", 1)]
)
async def test_an_answer_that_is_lost_makes_no_second_order(
    shop: ExchangeShop, tmp_path: Path, broken: str, confirmed: int
) -> None:
    await shop.order(2, deliver=True)
    await _after_delivery(shop)

    def dead() -> Onec:
        found = DeadLine(shop.web(), shop.login, shop.password, "sale")
        found.broken = broken
        return found

    if broken in ("file", "import"):
        await _player(shop, tmp_path).round(NOON)
    with pytest.raises(Lost):
        await _player(shop, tmp_path, dead).round(NOON + timedelta(minutes=1))
    # Another process opens the same books and goes on.
    states = await _until_shipped(shop, _player(shop, tmp_path), NOON + timedelta(minutes=2))
    assert states[-1] == "shipped"
    assert len(Books(tmp_path / "books.db").documents()) == 1
    told = await shop.all(
        "select count(*) from fondaco.outbox where type = 'order.state_changed.v1'"
        " and payload->>'after' = 'confirmed'"
    )
    assert told == [(confirmed,)]


async def test_what_1c_told_is_not_sent_back_however_late_the_events_are(
    shop: ExchangeShop, tmp_path: Path
) -> None:
    await shop.order(1, deliver=True)
    await _after_delivery(shop)
    player = _player(shop, tmp_path)
    for minute in range(0, 8, 2):
        await player.round(NOON + timedelta(minutes=minute))
    await deliver_due(shop.hall)
    assert await player.round(NOON + timedelta(hours=1)) == Round()
    assert [one.state for one in Books(tmp_path / "books.db").documents()] == ["shipped"]


async def test_asleep_it_calls_nobody_and_then_takes_all_in_their_order(
    shop: ExchangeShop, tmp_path: Path
) -> None:
    def nobody() -> Onec:
        raise AssertionError("1C calls in its sleep")

    orders = [await shop.order(1, deliver=True) for _ in range(5)]
    books = Books(tmp_path / "books.db")
    books.note("asleep", "yes")
    assert await _player(shop, tmp_path, nobody).round(NOON) == Round()
    books.note("asleep", "")
    # The control: awake it does call.
    with pytest.raises(AssertionError):
        await _player(shop, tmp_path, nobody).round(NOON)
    assert (await _player(shop, tmp_path).round(NOON)).fetched == 5
    assert [one.number for one in books.documents()] == [order.number for order in orders]


async def test_more_orders_than_one_answer_holds(shop: ExchangeShop, tmp_path: Path) -> None:
    for _ in range(3):
        await shop.order(1, deliver=True)
    await shop.run(
        "insert into plugin_erp_1c.order_sync (order_id)"
        " select id from fondaco.customer_order on conflict do nothing"
    )
    player = _player(shop, tmp_path)
    assert (await player.round(NOON)).fetched == 3
    assert (await player.round(NOON)).fetched == 0


async def test_an_order_that_the_portal_cancels_does_not_move_on(
    shop: ExchangeShop, tmp_path: Path
) -> None:
    order = await shop.order(1, deliver=True)
    player = _player(shop, tmp_path)
    await player.round(NOON)
    await shop.report(order.id, OrderState.CANCELLED)
    await deliver_due(shop.hall)
    assert await player.round(NOON + timedelta(seconds=1)) == Round(fetched=1)
    assert await player.round(NOON + timedelta(days=1)) == Round()
    (kept,) = Books(tmp_path / "books.db").documents()
    assert (kept.state, kept.heard) == ("cancelled", 2)


def test_an_order_that_is_not_paid_waits_until_it_is(tmp_path: Path) -> None:
    books = Books(tmp_path / "books.db")
    books.store([("a", "1", "awaiting_payment", None)])
    books.store([("a", "1", "awaiting_payment", None)])
    assert books.due(1e12) == []
    books.store([("a", "1", "placed", 5.0)])
    assert [one.number for one in books.due(5)] == ["1"]
    # What 1C has moved on itself is not set back by what the portal says later.
    books.move(books.documents()[0], "confirmed", 9.0)
    books.store([("a", "1", "placed", 1.0)])
    assert [(one.state, one.due) for one in books.documents()] == [("confirmed", 9.0)]


async def test_a_wrong_password_is_said_and_loses_nothing(
    shop: ExchangeShop, tmp_path: Path
) -> None:
    await shop.order(1, deliver=True)

    def stranger() -> Onec:
        return Onec(shop.web(), shop.login, "wrong", "sale")

    with pytest.raises(Failure):
        await _player(shop, tmp_path, stranger).round(NOON)
    assert (await _player(shop, tmp_path).round(NOON)).fetched == 1


async def test_the_pauses_are_the_same_for_the_same_seed(tmp_path: Path) -> None:
    def pause(seed: int) -> float | None:
        line = HttpLine(tmp_path, _never)
        player = Player(Books(tmp_path / "b.db"), line, pace=10, seed=seed)
        return player._due("a", OrderState.PLACED, NOON)

    assert pause(1) == pause(1) != pause(2)


def _never() -> Onec:
    raise AssertionError
