"""Saved lists through their service: constant statements, long lists, whose they are, the cart."""

import sys
from collections.abc import Iterator, Sequence
from decimal import Decimal
from types import ModuleType
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from fondaco.cart.service import Carts
from fondaco.db.counting import counting
from fondaco.exchange.job import JobContext
from fondaco.exchange.net import Outside
from fondaco.hooks.context import AskContext
from fondaco.hooks.hall import Hall
from fondaco.intake.choose import Group
from fondaco.intake.matching import MATCH_TASK, MatchList, match_list
from fondaco.intake.parse import ParsedList, parse_paste
from fondaco.intake.service import AT_ONCE, ArticleLists
from fondaco.tasks import KERNEL_TASKS
from fondaco.testing.wholesaler import CompanyFixture, Wholesaler
from fondaco_sdk.context import Ask
from fondaco_sdk.errors import Conflict, NotFound, UserError
from fondaco_sdk.hooks import impl
from fondaco_sdk.manifest import Plugin, Text
from fondaco_sdk.types.match import ArticleRow, Match

PROBE = "intake_probe"
ASKED: list[int] = []
BROKEN: list[bool] = []


@impl
async def match_articles(ask: Ask, rows: Sequence[ArticleRow]) -> Sequence[Match]:
    """Counts what it is asked, and breaks when told."""
    ASKED.append(len(rows))
    if BROKEN:
        raise RuntimeError("asleep")
    return ()


@pytest.fixture
def manifests() -> Sequence[Plugin]:
    """A plugin that matches nothing stands beside the built-in ones."""
    module = ModuleType(PROBE)
    vars(module)["match_articles"] = match_articles
    sys.modules[PROBE] = module
    return (Plugin(name="probe", version="0.1.0", title=Text("Проба", "Probe"), hooks=PROBE),)


@pytest.fixture(autouse=True)
def _awake() -> Iterator[None]:
    ASKED.clear()
    BROKEN.clear()
    yield
    BROKEN.clear()


async def _shop(wholesaler: Wholesaler, number: int = 3, on_hand: int = 50) -> CompanyFixture:
    seller, prices = await wholesaler.seller(), await wholesaler.price_list()
    place = await wholesaler.place()
    await wholesaler.products(number, price_list=prices, place=place, on_hand=Decimal(on_hand))
    return await wholesaler.company("Ромашка", seller, [prices])


def _parsed(*rows: tuple[str, object]) -> ParsedList:
    return parse_paste("\n".join(f"{article}\t{quantity}" for article, quantity in rows))


async def _save(ask: AskContext, parsed: ParsedList) -> UUID:
    uuid = uuid4()
    async with ask.act() as act:
        await ArticleLists(act).save(act, uuid, "заявка.xlsx", parsed)
    return uuid


async def _scalar(hall: Hall, sql: str) -> Any:
    async with hall.database.transaction() as connection:
        return (await connection.execute(text(sql))).scalar()


async def test_a_list_is_whole_and_what_was_typed_stays(hall: Hall, wholesaler: Wholesaler) -> None:
    ask = (await _shop(wholesaler)).ask(hall)
    uuid = await _save(ask, _parsed(("A-1", 5), ("a 2", "много"), ("нет\x00такого", 1)))
    lists = ArticleLists(ask)
    async with ask.act() as act:
        verbs = ArticleLists(act)
        await verbs.set_quantity(act, uuid, 2, Decimal(7))
        await verbs.correct_article(act, uuid, 3, "А-3\x00")
    first, second, third = (await lists.resolve(uuid)).outcomes
    assert (first.group, first.quantity) == (Group.READY, 5)
    assert (second.row.article, second.row.quantity_text) == ("a 2", "много")
    assert (second.group, second.quantity) == (Group.READY, 7)
    assert (third.row.article, third.row.corrected) == ("неттакого", "А-3")
    assert third.product is not None and third.product.sku == "A-3"
    async with ask.act() as act:
        verbs = ArticleLists(act)
        await verbs.set_quantity(act, uuid, 2, None)
        await verbs.correct_article(act, uuid, 3, "")
    groups = [o.group for o in (await lists.resolve(uuid)).outcomes]
    assert groups == [Group.READY, Group.NOT_FOUND, Group.NOT_FOUND]


async def test_what_is_off_sale_says_so_unless_something_on_sale_is_meant(
    hall: Hall, wholesaler: Wholesaler
) -> None:
    ask = (await _shop(wholesaler)).ask(hall)
    async with hall.database.transaction() as connection:
        for statement in (
            "update fondaco.product set active = false where sku in ('A-1', 'A-2')",
            "insert into fondaco.product_code (product_id, kind, value, key)"
            " select id, 'erp', 'a2', (select key from fondaco.product_code where value = 'A-2')"
            " from fondaco.product where sku = 'A-3'",
        ):
            await connection.execute(text(statement))
    uuid = await _save(ask, _parsed(("A-1", 5), ("A-2", 5)))
    gone, replaced = (await ArticleLists(ask).resolve(uuid)).outcomes
    assert (gone.group, [note.code for note in gone.notes]) == (
        Group.NOT_FOUND,
        ["intake.off_sale"],
    )
    assert replaced.product is not None and replaced.product.sku == "A-3"


async def test_statements_do_not_depend_on_the_number_of_rows(
    hall: Hall, wholesaler: Wholesaler, sql_budget: type[counting]
) -> None:
    company = await _shop(wholesaler, 500)
    counts = []
    for many in (1, 50, 500):
        ask = company.ask(hall)
        parsed = _parsed(*((f"A-{n}", n % 9 + 1) for n in range(1, many + 1)))
        with sql_budget() as save:
            uuid = await _save(ask, parsed)
        with sql_budget() as resolve:
            resolved = await ArticleLists(ask).resolve(uuid)
        ask = company.ask(hall)
        with sql_budget() as add:
            assert await ArticleLists(ask).to_cart(uuid, 0) == many
        assert resolved.summary.lines == many
        counts.append((save.number, resolve.number, add.number - resolve.number))
    # One to save; of those to resolve, five are hooks of built-in plugins and one is what the buyer
    # sees of the catalogue. Three fill the cart, after two that look whether the buyer may, which a
    # request remembers.
    assert counts == [counts[0]] * 3
    assert counts[0][0] == 1 and counts[0][1] <= 11 and counts[0][2] <= 5
    assert ASKED == [1, 1, 50, 50, 500, 500]


async def test_one_press_is_one_addition(hall: Hall, wholesaler: Wholesaler) -> None:
    ask = (await _shop(wholesaler)).ask(hall)
    uuid = await _save(ask, _parsed(("A-1", 5), ("A-2", 60), ("a1", 2), ("нет", 1)))
    lists = ArticleLists(ask)
    assert await lists.to_cart(uuid, 0) == 1
    assert await lists.to_cart(uuid, 0) is None
    rows = await Carts(ask).rows()
    assert [(row.quantity, row.source, row.source_ref) for row in rows] == [(7, "list", str(uuid))]
    assert await lists.to_cart(uuid, 1) == 1
    assert [row.quantity for row in await Carts(ask).rows()] == [14]


async def test_what_no_cart_holds_is_refused_whole(hall: Hall, wholesaler: Wholesaler) -> None:
    ask = (await _shop(wholesaler)).ask(hall)
    uuid = await _save(ask, _parsed(("A-1", 999999999), ("A-1", 999999999), ("A-2", 1)))
    async with ask.act() as act:
        for number in (1, 2):
            await ArticleLists(act).keep_row(act, uuid, number, True)
    with pytest.raises(UserError):
        await ArticleLists(ask).to_cart(uuid, 0)
    assert await Carts(ask).rows() == ()
    assert await _scalar(hall, "select added_times from fondaco.article_list") == 0


async def test_a_list_is_its_persons_alone(hall: Hall, wholesaler: Wholesaler) -> None:
    company = await _shop(wholesaler)
    lists_of = company.customer.price_lists
    other = await wholesaler.company("Василёк", company.customer.seller_id, lists_of)
    uuid = await _save(company.ask(hall), _parsed(("A-1", 5)))
    stranger = other.ask(hall)
    lists = ArticleLists(stranger)
    assert await lists.recent() == () and await lists.removed_name(uuid) is None
    for question in (lists.resolve(uuid), lists.progress(uuid), lists.to_cart(uuid, 0)):
        with pytest.raises(NotFound):
            await question
    async with stranger.act() as act:
        verbs = ArticleLists(act)
        for deed in (
            verbs.set_quantity(act, uuid, 1, Decimal(1)),
            verbs.choose_product(act, uuid, 1, None),
            verbs.correct_article(act, uuid, 1, "A-2"),
            verbs.keep_row(act, uuid, 1, True),
            verbs.remove(act, uuid),
            verbs.restore(act, uuid),
            verbs.save_again(act, uuid, "", _parsed(("A-2", 1))),
        ):
            with pytest.raises(NotFound):
                await deed
    outcome = (await ArticleLists(company.ask(hall)).resolve(uuid)).outcomes[0]
    assert (outcome.row.article, outcome.row.wanted, outcome.row.keep) == ("A-1", None, False)


async def test_a_row_that_is_not_there_is_absent(hall: Hall, wholesaler: Wholesaler) -> None:
    ask = (await _shop(wholesaler)).ask(hall)
    uuid = await _save(ask, _parsed(("A-1", 5)))
    async with ask.act() as act:
        for number in (0, 2, 2**31, 2**70):
            with pytest.raises(NotFound):
                await ArticleLists(act).set_quantity(act, uuid, number, Decimal(1))


async def test_a_removed_list_comes_back(hall: Hall, wholesaler: Wholesaler) -> None:
    ask = (await _shop(wholesaler)).ask(hall)
    uuid = await _save(ask, _parsed(("A-1", 5)))
    lists = ArticleLists(ask)
    async with ask.act() as act:
        await ArticleLists(act).remove(act, uuid)
    assert await lists.recent() == () and await lists.removed_name(uuid) == "заявка.xlsx"
    with pytest.raises(NotFound):
        await lists.resolve(uuid)
    async with ask.act() as act:
        await ArticleLists(act).restore(act, uuid)
    assert [known.uuid for known in await lists.recent()] == [uuid]


async def test_a_plugin_that_sleeps_is_named_and_the_rest_is_there(
    hall: Hall, wholesaler: Wholesaler
) -> None:
    ask = (await _shop(wholesaler)).ask(hall)
    uuid = await _save(ask, _parsed(("A-1", 5)))
    BROKEN.append(True)
    resolved = await ArticleLists(ask).resolve(uuid)
    assert resolved.degraded == ("probe",)
    assert resolved.summary.counts[Group.READY] == 1


async def test_a_long_list_is_looked_up_by_a_task_in_batches(
    hall: Hall, wholesaler: Wholesaler
) -> None:
    company = await _shop(wholesaler)
    ask, lists = company.ask(hall), ArticleLists(company.ask(hall))
    rows = [("A-1", 1), *((f"нет-{n}", 1) for n in range(AT_ONCE))]
    uuid = await _save(ask, _parsed(*rows))

    assert await lists.progress(uuid) == (True, 0, AT_ONCE + 1)
    assert (await lists.resolve(uuid)).head.matching and ASKED == []
    with pytest.raises(Conflict):
        await lists.to_cart(uuid, 0)
    assert await _scalar(hall, "select entrypoint from fondaco.pgqueuer") == MATCH_TASK
    assert KERNEL_TASKS[MATCH_TASK].payload is MatchList

    BROKEN.append(True)
    payload = MatchList(uuid, ask.actor, company.customer)
    await match_list(JobContext(hall, Outside(), MATCH_TASK, 1), payload)
    BROKEN.clear()
    assert ASKED == [1000, 1000, 1]
    assert await lists.progress(uuid) == (False, AT_ONCE + 1, AT_ONCE + 1)

    ASKED.clear()
    resolved = await lists.resolve(uuid)
    assert ASKED == [] and resolved.degraded == ("probe",)
    assert resolved.summary.counts[Group.READY] == 1
    assert resolved.summary.counts[Group.NOT_FOUND] == AT_ONCE
    async with ask.act() as act:
        await ArticleLists(act).correct_article(act, uuid, 5, "A-2")
    assert (await lists.resolve(uuid)).summary.counts[Group.READY] == 2
    assert ASKED == [1]


async def test_a_task_that_was_stopped_goes_on_where_it_was(
    hall: Hall, wholesaler: Wholesaler
) -> None:
    company = await _shop(wholesaler)
    ask = company.ask(hall)
    uuid = await _save(ask, _parsed(*((f"нет-{n}", 1) for n in range(AT_ONCE + 1))))
    await _scalar(
        hall,
        "with done as (update fondaco.article_list_row set matches = '[]'"
        " where row_number <= 1500 returning 1) select count(*) from done",
    )
    payload = MatchList(uuid, ask.actor, company.customer)
    for _ in range(2):
        await match_list(JobContext(hall, Outside(), MATCH_TASK, 1), payload)
    assert ASKED == [501]
    assert await ArticleLists(ask).progress(uuid) == (False, AT_ONCE + 1, AT_ONCE + 1)
