"""Slips of the hand in an uploaded list: proposed, never taken unasked, by one look-up."""

from collections.abc import Mapping, Sequence
from uuid import uuid4

import pytest
from sqlalchemy import text

from fondaco.assortments.service import Goods, add_assortment, add_rule, bind
from fondaco.cart.service import Carts
from fondaco.db.counting import counting
from fondaco.hooks.context import AskContext, system_ask
from fondaco.hooks.hall import Hall
from fondaco.intake.choose import Group, Outcome
from fondaco.intake.parse import parse_paste
from fondaco.intake.service import ArticleLists
from fondaco.testing.wholesaler import CompanyFixture, Wholesaler
from fondaco_sdk.article_key import article_key

ARTICLES = ("RVSK-23957", "WD-40", "SKF 6205-2RS", "MG 1180 O", "KM-44018")


async def shop(wholesaler: Wholesaler, articles: Sequence[str]) -> CompanyFixture:
    """A company that may buy products of these articles."""
    seller, prices = await wholesaler.seller(), await wholesaler.price_list()
    place = await wholesaler.place()
    ids = await wholesaler.products(len(articles), price_list=prices, place=place)
    async with wholesaler.hall.database.transaction() as connection:
        named = {"ids": ids, "skus": list(articles), "keys": list(map(article_key, articles))}
        await connection.execute(
            text(
                "with named as (select * from unnest(cast(:ids as bigint[]), cast(:skus as text[]),"
                " cast(:keys as text[])) as n (id, sku, key)), renamed as (update fondaco.product p"
                " set sku = n.sku from named n where n.id = p.id)"
                " update fondaco.product_code c set value = n.sku, key = n.key from named n"
                " where n.id = c.product_id"
            ),
            named,
        )
    return await wholesaler.company("Ромашка", seller, [prices])


async def resolve(ask: AskContext, articles: Sequence[str]) -> Sequence[Outcome]:
    """What becomes of a pasted list."""
    parsed = parse_paste("\n".join(f"{article}\t2" for article in articles))
    uuid = uuid4()
    async with ask.act() as act:
        await ArticleLists(act).save(act, uuid, "Список", parsed)
    resolved = await ArticleLists(ask).resolve(uuid)
    await ArticleLists(ask).to_cart(uuid, 0)
    return resolved.outcomes


def proposals(outcome: Outcome) -> Mapping[str, str]:
    """The articles to choose from, with the words beside them."""
    return {option.product.sku: option.reason.ru for option in outcome.options}


async def test_a_slip_is_proposed_with_what_it_is_like_and_not_put_into_the_cart(
    hall: Hall, wholesaler: Wholesaler
) -> None:
    company = await shop(wholesaler, ARTICLES)
    ask = company.ask(hall)
    slips = {
        "RVSK-23975": ("RVSK-23957", "переставлены"),
        "RVSK-2957": ("RVSK-23957", "пропущен"),
        "RVSK-233957": ("RVSK-23957", "лишний"),
        "MG 1180 0": ("MG 1180 O", "похожий"),
        "SKF 6205-2R5": ("SKF 6205-2RS", "похожий"),
        "KM-44O18": ("KM-44018", "похожий"),
        "KM-44019": ("KM-44018", "другой"),
    }
    for (typed, (article, slip)), outcome in zip(
        slips.items(), await resolve(ask, list(slips)), strict=True
    ):
        assert outcome.group is Group.CHOOSE, typed
        assert outcome.notes[0].code == "intake.similar", typed
        [(found, words)] = proposals(outcome).items()
        assert found == article and slip in words and "Похоже на" in words, (typed, words)
    assert await Carts(company.ask(hall)).rows() == ()


async def test_what_matches_exactly_is_offered_nothing_else(
    hall: Hall, wholesaler: Wholesaler
) -> None:
    company = await shop(wholesaler, ["KM-44018", "KM-44019", "KM-44081"])
    outcomes = await resolve(company.ask(hall), ["KM-44018", "KM-4401B", "XX-1"])
    assert [one.group for one in outcomes] == [Group.READY, Group.CHOOSE, Group.NOT_FOUND]
    assert list(proposals(outcomes[1])) == ["KM-44018"]


async def test_statements_do_not_depend_on_the_number_of_slips(
    hall: Hall, wholesaler: Wholesaler, sql_budget: type[counting]
) -> None:
    articles = [f"KM-{n * 7919 % 100_000:05d}" for n in range(1, 501)]
    company = await shop(wholesaler, articles)
    counts = []
    for many in (1, 50, 500):
        ask = company.ask(hall)
        slips = [f"{one[:4]}{one[5]}{one[4]}{one[6:]}" for one in articles[:many]]
        typed = [articles[-1], *slips]
        async with ask.act() as act:
            uuid = uuid4()
            parsed = parse_paste("\n".join(f"{one}\t1" for one in typed))
            await ArticleLists(act).save(act, uuid, "Список", parsed)
        with sql_budget() as count:
            resolved = await ArticleLists(ask).resolve(uuid)
        counts.append(count.number)
        assert len(resolved.of(Group.CHOOSE)) > 0.8 * many
    assert counts == [counts[0]] * 3


@pytest.mark.parametrize("article", ["KM-44018", "KM-44019"])
async def test_what_is_hidden_is_like_nothing(
    hall: Hall, wholesaler: Wholesaler, article: str
) -> None:
    """Nor does a row of its very article answer otherwise than one of nothing at all."""
    company = await shop(wholesaler, ["KM-44018", "KM-44017"])
    ask = system_ask(hall)
    [(hidden,)] = await ask.fetch(text("select id from fondaco.product where sku = 'KM-44018'"))
    async with ask.act() as act:
        assortment = await add_assortment(act, "Без одного", "")
        await add_rule(act, assortment, Goods(product=hidden), excludes=True)
        await bind(act, assortment, "hidden", company.customer.company_id)
    [outcome] = await resolve(company.ask(hall), [article])
    assert proposals(outcome) == {"KM-44017": "Похоже на KM-44017: другой знак"}
