"""Applications with one guard taken off: the negative controls of the promises.

Each must make its promise fail; a promise that holds without its guard proves nothing.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Hashable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from litestar.config.csrf import CSRFConfig
from litestar.types import ASGIApp
from msgspec.structs import replace
from sqlalchemy import text, true
from sqlalchemy.ext.asyncio import AsyncConnection

import fondaco.checkout.service as checkout
from fondaco import app
from fondaco.assortments import sight
from fondaco.availability import reserve
from fondaco.availability.reserve import NOBODY, Holder
from fondaco.builtin.erp import documents as erp_documents
from fondaco.builtin.erp import order_states
from fondaco.builtin.erp import payments as erp_payments
from fondaco.builtin.postgres_search import statements
from fondaco.cart import queries as cart_queries
from fondaco.cart import service as cart
from fondaco.cart.service import Carts
from fondaco.checkout import pages as checkout_pages
from fondaco.checkout import write as writing
from fondaco.customers import spending
from fondaco.db.engine import Database
from fondaco.db.generations import Memory
from fondaco.exchange import inbound
from fondaco.hooks.context import ActContext
from fondaco.hooks.hall import Clock
from fondaco.orders import holds
from fondaco.orders import pages as order_pages
from fondaco.orders import queries as order_queries
from fondaco.orders.bank import queries as bank_queries
from fondaco.orders.bank import service as bank
from fondaco.orders.bank import taking
from fondaco.orders.payments import charges, refunds, staff_pages
from fondaco.orders.payments import service as payments
from fondaco.orders.requests import answering
from fondaco.search import service as searching
from fondaco.serve import application
from fondaco.web import observe
from fondaco_sdk.context import Act
from fondaco_sdk.providers.search import SearchPage
from fondaco_sdk.types.ids import OrderId, ProductId, StockId
from fondaco_sdk.types.order import Order
from fondaco_sdk.types.reason import Reason


def without_stock_guard() -> ASGIApp:
    """D01: reads what is there, thinks, and writes what it read plus its own."""

    async def take(
        act: ActContext,
        stocks: Sequence[StockId],
        quantities: Sequence[Decimal],
        instead: Holder = NOBODY,
    ) -> Sequence[int]:
        found = await act.fetch(
            text("select id, reserved from fondaco.stock_row where id = any(:ids)"),
            {"ids": list(stocks)},
        )
        await asyncio.sleep(0.01)
        reserved = {row.id: row.reserved for row in found}
        for stock, quantity in zip(stocks, quantities, strict=True):
            await act.execute(
                text("update fondaco.stock_row set reserved = :reserved where id = :id"),
                {"id": stock, "reserved": reserved[stock] + quantity},
            )
        return ()

    checkout.take = take
    return application()


def with_unsorted_locks() -> ASGIApp:
    """D03: stock rows are locked in whatever order, and looked at for a moment."""
    slowly = "with l as materialized (select id, pg_sleep(0.002) from ({}) s) select id from l"
    unsorted = reserve.LOCK.text.replace("order by id", "order by random()")
    reserve.LOCK = text(slowly.format(unsorted))
    return application()


def without_idempotency() -> ASGIApp:
    """D07: no key is claimed, and an ordered cart stays as it was."""

    async def claim_key(act: ActContext, claim: Any) -> None:
        return None

    async def nothing(*args: Any) -> None:
        return None

    checkout.claim_key = claim_key  # type: ignore[assignment]
    checkout.keep_answer = nothing
    Carts.clear = nothing  # type: ignore[assignment,method-assign]
    return application()


def taking_every_press_for_the_first() -> ASGIApp:
    """D07, its rooms: whatever comes is taken for new, and done again."""
    from fondaco_credit_limit import erp as credit

    real_book, real_find = payments.book, credit._FIND.text

    async def book(act: ActContext, order_id: OrderId, receipt: payments.Receipt) -> bool:
        return await real_book(act, order_id, replace(receipt, reference=uuid4().hex))

    async def book_shown(act: ActContext, shown: Mapping[UUID, UUID]) -> tuple[int, int]:
        for row in await act.fetch(bank_queries.LOCKED, {"uuids": list(shown)}):
            payment = bank.BankPayment(*row)
            order = text("select id from fondaco.customer_order where uuid = :uuid")
            found = await act.fetch(order, {"uuid": shown[payment.uuid]})
            await bank._book(act, payment, {OrderId(found[0].id): payment.amount}, None)
        return len(shown), 0

    async def any_request(act: ActContext, order: Order, *_: Any) -> Any:
        return await answering.last_request(act, order.id)

    async def no_turn(*_: Any) -> None:
        return None

    charges.KEY_HOURS = 0
    refunds._uuid_of = lambda key, charge: uuid4()  # type: ignore[assignment]
    staff_pages.book = bank.book = erp_payments.book = book  # type: ignore[assignment]
    bank.book_shown = book_shown
    taking.key_of = lambda document: uuid4().hex  # type: ignore[assignment]
    answering._still_waiting = any_request
    answering.moved_meanwhile = lambda *_: {}  # type: ignore[assignment]
    inbound.stand_alone = no_turn  # type: ignore[assignment]
    erp_payments._is_news = lambda *_: True  # type: ignore[assignment]
    erp_documents._KNOWN = text(f"{erp_documents._KNOWN.text} and false")
    order_states._KNOWN = text(order_states._KNOWN.text.replace("e.kind like 'state.%'", "false"))
    credit._FIND = text(real_find.replace("coalesce(a.version, -1)", "-1"))
    credit._DROP_DEBTS = text("select 1 where cast(:entities as bigint[]) is null")
    return without_idempotency()


def committing_each_statement() -> ASGIApp:
    """D08: what belongs together is written statement by statement."""

    @asynccontextmanager
    async def transaction(self: Database) -> AsyncIterator[AsyncConnection]:
        async with self.reading.connect() as connection:
            yield connection

    Database.transaction = transaction  # type: ignore[method-assign]
    return application()


def acknowledging_too_early() -> ASGIApp:
    """D10: now and then a transaction is acknowledged and never committed."""

    @asynccontextmanager
    async def transaction(self: Database) -> AsyncIterator[AsyncConnection]:
        async with self.engine.connect() as connection:
            await connection.begin()
            yield connection
            if random.random() < 0.05:
                await connection.rollback()
            else:
                await connection.commit()

    Database.transaction = transaction  # type: ignore[method-assign]
    return application()


def without_limit_guard() -> ASGIApp:
    """D05: looks at what is left of a limit without holding up whoever looks at it too."""
    spending.LOCK = text("select 1")
    return application()


def without_promotion_guard() -> ASGIApp:
    """D06: a use is written without a look at how many there are."""
    from fondaco_promotions import uses
    from fondaco_promotions.matching import ROOM

    uses.LOCK = text("select 1")
    uses.TAKE = text(uses.TAKE.text.replace(ROOM, "true"))
    return application()


def without_points_guard() -> ASGIApp:
    """D05: takes what the cart showed, without a lock and a look at what was spent since.

    The test takes the constraint of the balance away.
    """
    from fondaco_loyalty import ledger

    ledger.OPEN = {
        "company": text(
            "select a.id, a.holder, a.balance, a.debt from plugin_loyalty.points_account a"
            " where a.company_id = any(cast(:companies as bigint[]))"
            " and (cast(:entities as bigint[]) is not null)"
        )
    }
    ledger.LOTS = text(ledger.LOTS.text.replace("where ", "where p.amount > 0 and ", 1))
    return application()


def without_credit_lock() -> ASGIApp:
    """D05: takes what the checkout offered, without a lock and another look."""
    from fondaco_credit_limit import hooks, placing

    async def take_credit(act: Act, order: Order) -> None:
        entry = (order.legal_entity_id, order.id, "held", placing.credit_of(order))
        await placing.write(act, [entry])

    hooks.take_credit = take_credit
    return application()


def without_fingerprint() -> ASGIApp:
    """D11: whatever was shown, the cart as it is now is ordered."""

    class Anything(str):
        __hash__ = str.__hash__

        def __ne__(self, other: object) -> bool:
            return False

    checkout.fingerprint = lambda cart: Anything()
    return application()


def with_a_clock_ahead() -> ASGIApp:
    """D04: no guard is off, but this machine's clock is wrong, which must not matter."""
    Clock.now = lambda _self: datetime.now(UTC) + timedelta(seconds=90)  # type: ignore[method-assign]
    return application()


def keeping_without_a_look() -> ASGIApp:
    """D04: looks whether the goods are still held, thinks, and keeps what it saw."""

    async def keep(act: ActContext, order_id: OrderId) -> Reason:
        seen = await act.fetch(
            text(
                "select r.id from fondaco.reservation r"
                "  join fondaco.order_line l on l.id = r.order_line_id"
                " where l.order_id = :order and r.expires_at > clock_timestamp()"
            ),
            {"order": order_id},
        )
        await asyncio.sleep(0.5)
        await act.execute(
            text(
                "update fondaco.reservation set state = 'held', expires_at = null"
                " where id = any(:ids)"
            ),
            {"ids": [row.id for row in seen]},
        )
        return holds.KEPT

    order_pages.keep = keep
    return application()


def without_company_scope() -> ASGIApp:
    """S01: orders and whatever hangs on them are found for everybody."""

    def scope_parameters(scope: Any) -> dict[str, Any]:
        return {"everything": True, "company": 0}

    order_queries.scope_parameters = scope_parameters
    return application()


def without_assortments() -> ASGIApp:
    """S04: whoever may see the catalogue sees all of it."""

    async def sight_at(*args: Any) -> sight.Sight:
        return sight.EVERYTHING

    sight.sight_at = sight_at  # type: ignore[assignment]
    return application()


def searching_everything() -> ASGIApp:
    """S04: a search engine that knows no assortments, and finds every product for everybody."""

    class Careless:
        async def query(self, ask: Any, *_: Any) -> SearchPage:
            rows = await ask.fetch(text("select id from fondaco.product order by id desc"))
            ids = tuple(ProductId(row.id) for row in rows)
            return SearchPage(ids, len(ids))

        alike = query

        async def suggest(self, ask: Any, *_: Any) -> Sequence[ProductId]:
            return (await self.query(ask)).ids[:60]

    searching.engine_of = lambda *_: Careless()  # type: ignore[assignment]
    return application()


def without_csrf() -> ASGIApp:
    """S07: no token is asked for, and pages of other sites may post."""

    class Trusting(CSRFConfig):
        def __init__(self, **options: Any) -> None:
            super().__init__(**{**options, "safe_methods": {"GET", "POST", "DELETE"}})

    app.CSRFConfig = Trusting  # type: ignore[attr-defined]
    app.refuse_other_sites = lambda connection, handler: None  # type: ignore[attr-defined]
    return application()


def judging_without_a_look() -> ASGIApp:
    """S04: a search finds and counts what nobody may see; the page leaves out its rows only."""
    statements.visible = lambda: true()  # type: ignore[assignment]
    return application()


async def write_into_the_statement(
    search: searching.Search, typed: str, most: int
) -> searching.Suggested:
    """S18: suggestions by a statement that holds what was typed."""
    rows = await search._ask.fetch(
        text(f"select id from fondaco.product where name ilike '%{typed}%' limit {most}")
    )
    return searching.Suggested(tuple(ProductId(row.id) for row in rows))


def writing_into_the_statement() -> ASGIApp:
    """S18: what is typed into the search box becomes a part of a statement."""
    searching.Search.suggest = write_into_the_statement  # type: ignore[method-assign]
    return application()


def guarded_by_address() -> ASGIApp:
    """S02: who may enter is decided by the address as it was written, before it is routed."""
    app.check_policy = lambda connection, handler: None  # type: ignore[attr-defined]
    inner = application()

    async def asgi(scope: Any, receive: Any, send: Any) -> None:
        raw = scope.get("raw_path") or scope.get("path", "").encode()
        if scope["type"] == "http" and bytes(raw).startswith((b"/staff", b"/-/", b"/p/")):
            await send({"type": "http.response.start", "status": 403, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        await inner(scope, receive, send)

    return asgi


def without_quantity_check() -> ASGIApp:
    """S03: any number is a quantity."""
    cart.check_quantity = lambda quantity: None  # type: ignore[assignment]
    return application()


def taking_prices_of_forms() -> ASGIApp:
    """S03: an order takes a price that came with the form."""
    named: dict[str, str] = {}
    typed_in, line_values = checkout_pages.typed_in, writing._line_values

    def listening(form: Any) -> Any:
        named["unit_price"] = form.text("unit_price")
        return typed_in(form)

    def believing(position: int, shipment: int, line: Any) -> dict[str, Any]:
        price = Decimal(named["unit_price"])
        return {**line_values(position, shipment, line), "unit_price": price}

    checkout_pages.typed_in = listening
    writing._line_values = believing
    return application()


def remembering_forever() -> ASGIApp:
    """A price that has changed: what a process has read once it never reads again."""

    def known(self: Memory, number: int) -> Mapping[Hashable, Any]:
        return self._values

    Memory.known = known  # type: ignore[method-assign]
    return application()


def without_cart_lock() -> ASGIApp:
    """Shares: two tabs of one person write their cells side by side."""
    cart_queries.LOCK_CART = cart_queries.CART_OF
    return application()


def that_may_be_kept() -> ASGIApp:
    """S05: nothing forbids a cache to keep the pages."""
    observe._CACHEABLE = ("/",)
    return application()
