"""Hook, shipped user, docs page and running example come together."""

import importlib.util
import inspect
import sys
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from uuid import uuid4

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from fondaco.builtin import PLUGINS
from fondaco.cart.service import CartItem, Carts
from fondaco.catalog.service import SaleTerms
from fondaco.checkout.write import Decisions, write_order
from fondaco.delivery.consign import Consignment, Target
from fondaco.hooks.context import AskContext
from fondaco.hooks.hall import Hall
from fondaco.hooks.loader import discover, load
from fondaco.hooks.specs import all_specs
from fondaco.identity.permissions import PERMISSIONS
from fondaco.orders.service import Orders
from fondaco.pricing.batch import Batch
from fondaco.pricing.next_discount import reached
from fondaco.pricing.order_discounts import take_off
from fondaco.pricing.rates import Exchange
from fondaco.testing.wholesaler import Wholesaler
from fondaco_sdk.errors import Conflict
from fondaco_sdk.manifest import Plugin, Text
from fondaco_sdk.types.cart import LineSource, PricedCart
from fondaco_sdk.types.delivery import Parcel, Spot
from fondaco_sdk.types.document import DocumentSubject
from fondaco_sdk.types.match import ArticleRow
from fondaco_sdk.types.price import NextTier, Offer, PriceLine, Stage
from fondaco_sdk.types.supply import StockRow, Want

DOCS = Path(__file__).parents[2] / "docs" / "hooks"
HOOKS = sorted(all_specs())


def _example(hook: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        f"example_{hook}", DOCS / "examples" / f"{hook}.py"
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_has_a_page_that_shows_its_signature_and_its_example(hook: str) -> None:
    page = (DOCS / f"{hook}.md").read_text("utf-8")
    assert f"examples/{hook}.py" in page
    arguments = ", ".join(inspect.signature(all_specs()[hook].function).parameters)
    for argument in arguments.split(", "):
        assert f"{argument}:" in page
    assert hook in (DOCS / "index.md").read_text("utf-8")


@pytest.mark.parametrize("hook", HOOKS)
def test_something_ships_that_uses_the_hook(hook: str) -> None:
    manifests, problems = discover()
    assert not problems
    registry = load(PLUGINS, manifests, settings={}, permissions=PERMISSIONS)
    assert registry.implementations.get(hook), f"nothing uses {hook}"


@pytest.mark.parametrize("hook", HOOKS)
def test_the_loader_takes_the_example(hook: str) -> None:
    module = _example(hook)
    plugin = Plugin(
        name="example", version="1", title=Text("Пример", "Example"), hooks=module.__name__
    )
    assert hook in load((), [plugin], settings={}).implementations


async def test_the_examples_say_what_their_pages_promise(
    hall: Hall, wholesaler: Wholesaler
) -> None:
    seller, prices = await wholesaler.seller(), await wholesaler.price_list()
    place = await wholesaler.place()
    products = await wholesaler.products(2, price_list=prices, place=place)
    ask = (await wholesaler.company("Ромашка", seller, [prices])).ask(hall)

    rows = [ArticleRow(1, "X-A-1"), ArticleRow(2, "A-2")]
    (match,) = await _example("match_articles").match_articles(ask, rows)
    assert (match.row, match.product_id) == (1, products[0])

    await _a_box_of_the_first(hall)
    (box,) = await _example("substitutes").substitutes(ask, products[:1])
    assert (box.product_id, box.substitute_id) == tuple(products)

    lines = [PriceLine(1, products[0], Decimal(100)), PriceLine(2, products[1], Decimal(99))]
    percent, pallet = await _example("price_moves").price_moves(ask, lines)
    assert (percent.line, percent.percent) == (1, 3)
    batch = Batch(lines, [SaleTerms("22", Decimal(22), Decimal(1))] * 2)
    listed = Offer(1, Stage.LIST, Decimal(100), "RUB", True, pallet.reason)
    batch.sort(
        [("lists", listed), ("example", percent), ("example", pallet)], Exchange("RUB", {}), "RUB"
    )
    priced = batch.price(lines[0], "RUB")
    assert priced.unit_price == 97
    assert priced.next_tier == NextTier(Decimal(900), Decimal("67.90"))

    transit = StockRow(1, products[0], place, "transit", Decimal(5), Decimal(0))  # type: ignore[arg-type]
    (way,) = await _example("supply_plans").supply_plans(
        ask, [Want(1, products[0], Decimal(9))], [transit]
    )
    assert (way.ready_on - ask.now.astimezone(ask.zone).date()).days == 3
    assert way.quantity == 5

    async with ask.act() as act:
        await Carts(act).add(act, [CartItem(products[0], Decimal(7), LineSource.SEARCH)])
    cart = (await Carts(ask).view()).cart
    (verdict,) = await _example("cart_checks").cart_checks(ask, cart)
    assert verdict.reason.params == {"missing": "4300.00"}
    (move,) = await _example("cart_moves").cart_moves(ask, cart)
    assert reached(cart.quote, [("example", move)]) == []
    assert take_off(cart.quote, [("example", move)]).total == 686
    (option,) = await _example("payment_options").payment_options(ask, cart)
    assert option.refusal is None

    kilo = Parcel(1, Spot("Москва"), Spot("Тверь"), Decimal(100), "RUB", Decimal(1), None, None)
    offers = await _example("delivery_offers").delivery_offers(
        ask, [kilo, replace(kilo, key=2, weight_kg=Decimal(61)), replace(kilo, weight_kg=None)]
    )
    assert [(offer.parcel, offer.price, offer.refusal is None) for offer in offers] == [
        (1, 300, True),
        (2, 300, False),
    ]

    await _at_most_three_orders(ask, cart)
    await _cash_for_three_orders(ask)

    documents = [
        DocumentSubject(n, kind, uuid4(), 1) for n, kind in enumerate(("invoice", "quote"))
    ]
    (block,) = await _example("document_blocks").document_blocks(ask, documents)
    assert block.key == 0


async def _a_box_of_the_first(hall: Hall) -> None:
    async with hall.database.transaction() as connection:
        await connection.execute(
            text("update fondaco.product set sku = 'A-1-BOX' where sku = 'A-2'")
        )


async def _at_most_three_orders(ask: AskContext, cart: PricedCart) -> None:
    placing = _example("order_placing").order_placing
    for number in range(1, 5):
        try:
            async with ask.act() as act:
                goods = [Consignment(Target("pickup", None, None, ""), cart.lines)]
                written = await write_order(act, cart, goods, Decisions((), "", ""))
                order = (await Orders(act).orders([written.order_id], ask.scope))[written.order_id]
                await placing(act, order)
        except Conflict as refused:
            assert (number, refused.reason.code) == (4, "example.enough")
            return
    raise AssertionError("the fourth order was placed")


async def _cash_for_three_orders(ask: AskContext) -> None:
    """Of the three orders placed before, and one more."""
    paid = text(
        "insert into fondaco.payment (uuid, order_id, position, way, ru, en, amount, currency)"
        " select gen_random_uuid(), id, 9, 'cash', 'x', 'x', 1, currency"
        "   from fondaco.customer_order"
    )
    changing = _example("payments_changing").payments_changing
    async with ask.act() as act:
        await act.execute(paid)
        (row,) = await act.fetch(text("select max(id) from fondaco.customer_order"))
        order = (await Orders(act).orders([row[0]], ask.scope))[row[0]]
        await changing(act, order)
        more = text(
            "insert into fondaco.customer_order (uuid, number, company_id, legal_entity_id,"
            " agreement_id, seller_id, currency, total, vat_total)"
            " select gen_random_uuid(), 'one more', company_id, legal_entity_id, agreement_id,"
            " seller_id, currency, total, vat_total from fondaco.customer_order limit 1"
        )
        await act.execute(more)
        await act.execute(text(f"{paid} where number = 'one more'"))
        with pytest.raises(Conflict, match="cash"):
            await changing(act, order)
