"""The played 1C beside states: money, debts, documents, short lines, stock, and its quiet polls."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
import pytest
from exchange_desk import ExchangeShop

from fondaco.exchange.deliveries import deliver_due
from fondaco_erp_1c.sim import doing, goods, letters, told
from fondaco_erp_1c.sim.accounts import Account, Item
from fondaco_erp_1c.sim.books import Books, Impossible, Kept
from fondaco_erp_1c.sim.client import Failure, Onec
from fondaco_erp_1c.sim.over_http import HttpLine
from fondaco_erp_1c.sim.play import Player, Round
from fondaco_sdk.types.order import Order

pytestmark = pytest.mark.plugins("erp_1c")
NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
D = Decimal


def _player(shop: ExchangeShop, folder: Path, **more: Any) -> tuple[Books, Player]:
    books = Books(folder / "books.db")
    return books, Player(books, HttpLine(folder, lambda: shop.onec("sale")), pace=10, **more)


async def _rounds(shop: ExchangeShop, player: Player, since: datetime, number: int = 4) -> None:
    for minute in range(0, 2 * number, 2):
        await player.round(since + timedelta(minutes=minute))
        await deliver_due(shop.hall)


async def _state(shop: ExchangeShop) -> str:
    rows = await shop.all("select state from fondaco.customer_order order by id limit 1")
    return str(rows[0][0])


async def _order(shop: ExchangeShop, *quantities: int) -> Order:
    """A placed order that waits for 1C, of a customer with a tax id that is one."""
    await shop.run("update fondaco.legal_entity set tax_id = '7721581040', kpp = '772101001'")
    order = await shop.order(*quantities)
    async with asyncio.timeout(20):
        while not await shop.all("select 1 from plugin_erp_1c.order_sync"):
            await deliver_due(shop.hall)
    return order


async def _after_delivery(shop: ExchangeShop) -> None:
    await shop.run("update fondaco.payment set before = false")


async def test_what_is_not_paid_stays_until_the_money_has_come(
    shop: ExchangeShop, tmp_path: Path
) -> None:
    order = await _order(shop, 2)
    books, player = _player(shop, tmp_path)
    await _rounds(shop, player, NOON)
    assert await _state(shop) == "confirmed"
    with pytest.raises(Impossible):
        doing.take_payment(books, order.number, order.total + 1, NOON)
    half = doing.take_payment(books, order.number, D("0.01"), NOON)
    await _rounds(shop, player, NOON + timedelta(hours=1))
    assert await _state(shop) == "confirmed"
    rest = doing.take_payment(books, order.number, None, NOON)
    assert half + rest == order.total
    await _rounds(shop, player, NOON + timedelta(hours=2))
    assert await _state(shop) == "shipped"
    # The portal has each payment once, however often it is told.
    found = await shop.all("select external_id, amount from fondaco.erp_payment order by 1")
    assert [row[1] for row in found] == [half, rest]


@pytest.mark.plugins("erp_1c", "documents_ru")
@pytest.mark.skipif(find_spec("fondaco_documents_ru") is None, reason="needs documents_ru")
async def test_the_upd_is_printed_once_and_the_portal_has_its_bytes(
    shop: ExchangeShop, tmp_path: Path
) -> None:
    order = await _order(shop, 2)
    await _after_delivery(shop)
    books, player = _player(shop, tmp_path)
    assert (await player.round(NOON)).fetched == 1
    assert (await player.round(NOON + timedelta(minutes=2))).moved == 1
    assert (await player.round(NOON + timedelta(minutes=4))).moved == 1

    class Silent(HttpLine):
        async def tell(self, *_: Any) -> None:
            raise Failure("the line is dead")

    dead = Player(books, Silent(tmp_path, lambda: shop.onec("sale")), pace=10)
    with pytest.raises(Failure):
        await dead.round(NOON + timedelta(minutes=6))
    (upd,) = [one for one in letters.unsent(books) if one.name == "erp.documents"]
    assert upd.record["number"] == "РТ-000001"
    # Another process finds it in the books, and prints no other.
    books, player = _player(shop, tmp_path)
    await _rounds(shop, player, NOON + timedelta(hours=1))
    assert letters.unsent(books) == [] and letters.refusals(books) == []
    rows = await shop.all(
        "select d.number, d.kind, f.sha256, o.number from fondaco.document d"
        " join fondaco.file f on f.id = d.file_id"
        " join fondaco.customer_order o on o.id = d.order_id where d.origin = 'erp'"
    )
    assert [(row[0], row[1], bytes(row[2]).hex(), row[3]) for row in rows] == [
        ("РТ-000001", "upd", upd.record["sha256"], order.number)
    ]


@pytest.mark.plugins("erp_1c", "credit_limit")
@pytest.mark.skipif(find_spec("fondaco_credit_limit") is None, reason="needs credit_limit")
async def test_a_debt_is_the_portals_until_1c_counts_it(shop: ExchangeShop, tmp_path: Path) -> None:
    order = await _order(shop, 2)
    await _after_delivery(shop)
    books, player = _player(shop, tmp_path)
    (tax_id,) = (await shop.all("select tax_id from fondaco.legal_entity"))[0]
    account = Account(
        tax_id=tax_id, limit=D(500), days=10, items=(Item(amount=D("7.50"), document="УПД 1"),)
    )
    with books.together() as base:
        written = msgspec.json.encode(account).decode()
        base.execute("insert into account values (?, ?)", (tax_id, written))
    await _rounds(shop, player, NOON, 2)
    held = "select limit_amount, erp_exposure from plugin_credit_limit.account"
    assert await shop.all(held) == [(D(500), order.total + D("7.50"))]
    await _rounds(shop, player, NOON + timedelta(hours=1))
    debts = await shop.all(
        "select document, amount, due_on from plugin_credit_limit.debt order by document"
    )
    assert [(row[0], row[1]) for row in debts] == [
        ("УПД 1", D("7.50")),
        ("УПД РТ-000001", order.total),
    ]
    assert debts[1][2].isoformat() == "2026-12-08"
    doing.take_payment(books, order.number, None, NOON)
    await player.round(NOON + timedelta(hours=2))
    assert await shop.all(held) == [(D(500), D("7.50"))]


async def test_a_line_that_1c_cuts_short_is_short_on_the_portal(
    shop: ExchangeShop, tmp_path: Path
) -> None:
    order = await _order(shop, 4, 3)
    await _after_delivery(shop)
    books, player = _player(shop, tmp_path)
    await player.round(NOON)
    await player.round(NOON + timedelta(seconds=15))
    (kept,) = books.documents()
    changed = doing.cut_short(books, kept, NOON)
    await player.round(NOON + timedelta(seconds=20))
    await deliver_due(shop.hall)
    lines = await shop.all("select quantity, total from fondaco.order_line order by position")
    assert [row[0] for row in lines] == [4, 1]
    assert [row[1] for row in lines] == [line.total for line in changed.lines]
    # What the portal tells afterwards does not bring the line back.
    await _rounds(shop, player, NOON + timedelta(hours=1))
    known = told.of_document(books, kept.id)
    assert known is not None and [line.quantity for line in known.lines] == [4, 1]
    assert await _state(shop) == "shipped"
    assert order.number == kept.number


async def test_stock_prices_and_lots_change_the_same_way_for_the_same_seed(
    shop: ExchangeShop, tmp_path: Path
) -> None:
    await shop.run("update fondaco.product set external_id = 'p' || sku")
    await shop.run("update fondaco.place set external_id = 'W' || id")
    await shop.run("update fondaco.price_list set external_id = 'L' || id")
    rows = await shop.all(
        "select p.external_id, w.external_id from fondaco.product p"
        " cross join (select external_id from fondaco.place order by id limit 1) w order by 1"
    )
    lists = await shop.all("select external_id from fondaco.price_list order by id limit 1")

    def books_of(name: str) -> Books:
        books = Books(tmp_path / name / "books.db")
        with books.together() as base:
            base.executemany("insert into stock values (?, ?, '100')", [tuple(row) for row in rows])
            listed = (rows[0][0], lists[0][0])
            base.execute("insert into priced values (?, ?, '0', '50', 1)", listed)
        return books

    def turns(books: Books, seed: int) -> Sequence[letters.Letter]:
        for _ in range(12):
            goods.trade(books, seed, NOON)
        return letters.unsent(books)

    one, same, other = (turns(books_of(n), s) for n, s in (("a", 1), ("b", 1), ("c", 2)))
    assert one == same != other
    assert {letter.name for letter in one} == {"erp.stock", "erp.prices", "erp.lots"}
    books = Books(tmp_path / "a" / "books.db")
    _, player = _player(shop, tmp_path)
    await Player(books, HttpLine(tmp_path, lambda: shop.onec("sale")), pace=10).round(NOON)
    assert letters.refusals(books) == []
    with books.together() as base:
        held = base.execute("select product, quantity from stock order by 1").fetchall()
    found = await shop.all(
        "select p.external_id, s.on_hand from fondaco.stock_row s"
        " join fondaco.product p on p.id = s.product_id"
        " join fondaco.place w on w.id = s.place_id"
        " where w.external_id = :place and s.lot = '' order by 1",
        place=rows[0][1],
    )
    touched = {letter.record["product"] for letter in one if letter.name == "erp.stock"}
    on_portal = dict(found)
    assert touched and {p: D(q) for p, q in held if p in touched} == {
        p: on_portal[p] for p in touched
    }
    assert await player.round(NOON) == Round()


async def test_a_thousand_quiet_polls_leave_no_thousand_rows(
    shop: ExchangeShop, tmp_path: Path
) -> None:
    _, player = _player(shop, tmp_path)
    await player.round(NOON)
    entries = "select count(*) from plugin_erp_1c.entry where mode = 'query'"
    (before,) = (await shop.all(entries))[0]
    for _ in range(5):
        assert await player.round(NOON) == Round()
    assert await shop.all(entries) == [(before,)]
    # The control: a poll that brings something is noted.
    await _order(shop, 1)
    await player.round(NOON)
    assert (await shop.all(entries))[0][0] > before


async def test_a_program_may_bring_records_and_nothing_else(shop: ExchangeShop) -> None:
    onec = shop.onec("sale")
    assert (await onec.records("erp.companies", []))["accepted"] == 0
    assert await onec.records("erp.nothing", []) is None
    with pytest.raises(Failure):
        await Onec(shop.web(), shop.login, "wrong", "sale").records("erp.companies", [])
    web, basic = shop.web(), onec.basic
    for path in ("/api/v1/orders", "/api/v1/me", "/api/v1/products?q=a"):
        answer = await web.get(path, headers={"Authorization": basic})
        assert answer.status_code in (401, 403, 404), path


def test_a_kept_document_and_its_letter_stand_together(tmp_path: Path) -> None:
    books = Books(tmp_path / "books.db")
    books.store([("a", "1", "placed", 5.0)])
    (kept,) = books.documents()
    with pytest.raises(ZeroDivisionError), books.together():
        books.move(kept, "confirmed", None)
        letters.write(books, "erp.stock", "x", {}, at=NOON, id="same")
        raise ZeroDivisionError
    assert (_state_of(books), letters.unsent(books)) == ("placed", [])
    for _ in range(2):
        letters.write(books, "erp.stock", "x", {}, at=NOON, id="same")
    assert len(letters.unsent(books)) == 1


def _state_of(books: Books) -> str:
    found: Kept = books.documents()[0]
    return found.state
