"""The pure choice: what a row means, and which of the four groups it goes to."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from fondaco.intake.choose import (
    Group,
    Outcome,
    Summary,
    choose,
    price_lines_of,
    summarise,
    wants_of,
)
from fondaco.intake.meaning import ListRow, Meaning, meaning_of
from fondaco_sdk.types.ids import PlaceId, ProductId, StockId
from fondaco_sdk.types.match import Match, MatchRank
from fondaco_sdk.types.price import LinePrice, Quote
from fondaco_sdk.types.product import Product, Unit
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.supply import LineSupply, SupplyPart, Want

TODAY, LATER = date(2026, 11, 22), date(2026, 11, 25)
REASON = Reason("match.article", "Артикул совпал", "The article matches")


def product(id: int, sku: str = "", multiple: str = "1", orderable: bool = True) -> Product:
    return Product(
        ProductId(id),
        UUID(int=id),
        sku or f"A-{id}",
        f"Болт {id}",
        "",
        Unit("796", "шт"),
        Decimal(multiple),
        (),
        "22",
        "",
        None,
        "",
        orderable,
    )


class Shop:
    """Some products, how much there is of each (today, later), and what they cost."""

    def __init__(
        self,
        *products: Product,
        stock: dict[int, tuple[int, int]] | None = None,
        prices: dict[int, str | None] | None = None,
        tiers: dict[int, tuple[int, str]] | None = None,
    ) -> None:
        self.products = {p.id: p for p in products}
        self._stock, self._prices, self._tiers = stock or {}, prices or {}, tiers or {}

    def means(self, row: ListRow, matches: Sequence[tuple[int, MatchRank]]) -> Meaning:
        found = [Match(row.number, ProductId(id), rank, REASON) for id, rank in matches]
        return meaning_of(row, found, self.products)

    def choose(self, *meanings: Meaning) -> tuple[tuple[Outcome, ...], Summary]:
        supplies = {s.line: s for s in self._serve(wants_of(meanings))}
        asked = price_lines_of(meanings, supplies)
        assert len({line.line for line in asked}) == len(asked)
        lines = tuple(self._price(line.line, line.product_id, line.quantity) for line in asked)
        quote = Quote("RUB", lines, Decimal(0), Decimal(0), 0)
        outcomes = choose(meanings, supplies, quote)
        return outcomes, summarise(outcomes, quote)

    def one(self, row: ListRow, *matches: tuple[int, MatchRank]) -> Outcome:
        return self.choose(self.means(row, matches))[0][0]

    def _serve(self, wants: Iterable[Want]) -> Iterable[LineSupply]:
        left = {
            id: dict(zip((TODAY, LATER), both, strict=True)) for id, both in self._stock.items()
        }
        for want in wants:
            parts, missing = [], want.quantity
            for day, there in left.get(want.product_id, {TODAY: 10**6}).items():
                taken = min(missing, Decimal(there))
                if taken > 0:
                    reason = Reason("stock", "", "")
                    parts.append(
                        SupplyPart(StockId(1), PlaceId(1), "Москва", taken, day, "stock", reason)
                    )
                    missing -= taken
                    left.setdefault(want.product_id, {TODAY: 10**6})[day] -= int(taken)
            yield LineSupply(want.line, want.product_id, want.quantity, tuple(parts), missing)

    def _price(self, line: int, id: ProductId, quantity: Decimal) -> LinePrice:
        known = self._prices.get(id, "100")
        first, tier = self._tiers.get(id, (10**9, ""))
        unit = None if known is None else Decimal(tier if quantity >= first else known)
        listed = None if known is None else Decimal("100")
        total = None if unit is None else unit * quantity
        zero = Decimal(0)
        return LinePrice(line, id, quantity, unit, listed, total, "22", zero, zero, ())


def row(
    number: int = 2, article: str = "A-1", quantity: str | None = "5", **more: object
) -> ListRow:
    values = {"number": number, "article": article, **more}
    return ListRow(quantity=None if quantity is None else Decimal(quantity), **values)  # type: ignore[arg-type]


def codes(outcome: Outcome) -> list[str]:
    return [note.code for note in outcome.notes]


def test_one_product_in_stock_with_a_price_is_ready() -> None:
    found = Shop(product(1)).one(row(), (1, MatchRank.EXACT))
    assert (found.group, found.quantity, found.total) == (Group.READY, 5, 500)
    assert found.notes == () and found.ordered


def test_the_best_rank_wins_and_the_rest_is_not_shown() -> None:
    shop = Shop(product(1), product(2))
    found = shop.one(row(), (2, MatchRank.NORMALISED), (1, MatchRank.EXACT))
    assert found.product == product(1) and found.options == ()


def test_a_product_found_twice_is_one_product() -> None:
    found = Shop(product(1)).one(row(), (1, MatchRank.EXACT), (1, MatchRank.EXACT))
    assert found.group is Group.READY


def test_several_of_the_best_rank_are_the_buyers_choice() -> None:
    shop = Shop(product(1), product(2, multiple="4"))
    found = shop.one(row(), (2, MatchRank.EXACT), (1, MatchRank.EXACT))
    assert found.group is Group.CHOOSE and found.product is None
    assert [(o.product.id, o.quantity) for o in found.options] == [(1, 5), (2, 8)]
    assert codes(found) == ["intake.several"]


def test_the_choice_of_the_buyer_is_taken_and_can_be_taken_back() -> None:
    shop = Shop(product(1), product(2))
    matches = ((1, MatchRank.EXACT), (2, MatchRank.EXACT))
    found = shop.one(row(chosen=ProductId(2)), *matches)
    assert (found.group, found.product) == (Group.READY, product(2))
    assert codes(found) == ["intake.chosen"] and len(found.options) == 2
    assert shop.one(row(chosen=ProductId(77)), *matches).group is Group.CHOOSE


def test_a_likeness_is_never_taken_without_the_buyers_word() -> None:
    shop = Shop(product(1))
    assert shop.one(row(), (1, MatchRank.FUZZY)).group is Group.CHOOSE
    chosen = shop.one(row(chosen=ProductId(1)), (1, MatchRank.FUZZY))
    assert chosen.group is Group.SUBSTITUTED


def test_a_cross_reference_is_a_replacement_that_says_so() -> None:
    found = Shop(product(1)).one(row(), (1, MatchRank.CROSS_REFERENCE))
    assert (found.group, codes(found)) == (Group.SUBSTITUTED, ["match.article"])


@pytest.mark.parametrize("rank", [MatchRank.BARCODE, MatchRank.ERP_ID, MatchRank.NORMALISED])
def test_another_number_of_the_same_product_is_only_a_hint(rank: MatchRank) -> None:
    found = Shop(product(1)).one(row(), (1, rank))
    assert (found.group, codes(found)) == (Group.READY, ["match.article"])


@pytest.mark.parametrize(
    ("typed", "multiple", "taken"), [("5", "12", "12"), ("12", "12", "12"), ("0.7", "0.5", "1.0")]
)
def test_a_quantity_goes_up_to_the_multiple(typed: str, multiple: str, taken: str) -> None:
    found = Shop(product(1, multiple=multiple)).one(row(quantity=typed), (1, MatchRank.EXACT))
    assert found.quantity == Decimal(taken)
    rounded = Decimal(typed) != Decimal(taken)
    assert found.group is (Group.SUBSTITUTED if rounded else Group.READY)
    if rounded:
        assert found.notes[0].ru.startswith(f"Продаётся кратно {multiple}: ")
        assert found.notes[0].en.endswith(f"instead of {typed}")


def test_without_a_quantity_the_smallest_is_taken_and_said() -> None:
    found = Shop(product(1, multiple="6")).one(row(quantity=None), (1, MatchRank.EXACT))
    assert (found.group, found.quantity) == (Group.READY, 6)
    assert codes(found) == ["intake.quantity_assumed"]


def test_a_quantity_that_cannot_be_read_is_refused_until_it_is_given() -> None:
    problem = Reason("quantity.zero", "Ноль", "Zero")
    shop = Shop(product(1))
    found = shop.one(row(quantity=None, problem=problem), (1, MatchRank.EXACT))
    assert (found.group, found.notes, found.product) == (Group.NOT_FOUND, (problem,), product(1))
    mended = row(quantity=None, problem=problem, wanted=Decimal(3))
    assert shop.one(mended, (1, MatchRank.EXACT)).group is Group.READY


def test_more_than_a_cart_holds_is_refused() -> None:
    shop = Shop(product(1, multiple="7"))
    found = shop.one(row(quantity="999999999"), (1, MatchRank.EXACT))
    assert (found.group, codes(found)) == (Group.NOT_FOUND, ["intake.too_much"])


def test_what_is_unknown_unseen_or_off_sale_is_not_found() -> None:
    shop = Shop(product(1, orderable=False))
    assert codes(shop.one(row())) == ["intake.unknown"]
    assert codes(shop.one(row(), (9, MatchRank.EXACT))) == ["intake.unknown"]
    gone = shop.one(row(), (1, MatchRank.EXACT))
    assert (gone.group, codes(gone), gone.product) == (
        Group.NOT_FOUND,
        ["intake.off_sale"],
        product(1, orderable=False),
    )


def test_of_several_those_off_sale_fall_out() -> None:
    shop = Shop(product(1, orderable=False), product(2))
    found = shop.one(row(), (1, MatchRank.EXACT), (2, MatchRank.EXACT))
    assert (found.group, found.product) == (Group.READY, product(2))


def test_zeros_that_excel_dropped_are_named() -> None:
    shop = Shop(product(1, sku="000123"))
    found = shop.one(row(article="123", alternates=("000123",)), (1, MatchRank.EXACT))
    assert (found.group, codes(found)) == (Group.SUBSTITUTED, ["intake.respelled"])
    assert "000123" in found.notes[0].ru


def test_a_date_that_was_an_article_must_be_looked_at() -> None:
    problem = Reason("article.became_date", "Excel превратил артикул в дату", "A date")
    shop = Shop(product(1, sku="5-12"))
    typed = row(article="05.12.2026", alternates=("5-12",), problem=problem)
    assert shop.one(typed, (1, MatchRank.EXACT)).notes == (problem,)
    assert shop.one(typed, (1, MatchRank.EXACT)).group is Group.SUBSTITUTED
    assert shop.one(typed).notes == (problem,)
    corrected = row(article="05.12.2026", problem=problem, corrected="нет")
    assert codes(shop.one(corrected)) == ["intake.unknown"]


def test_a_short_row_is_the_buyers_decision() -> None:
    shop = Shop(product(1, multiple="2"), stock={1: (2, 1)})
    found = shop.one(row(quantity="8"), (1, MatchRank.EXACT))
    assert (found.group, found.take_now) == (Group.CHOOSE, 2)
    assert found.notes[0].ru == "В наличии только 3 шт"
    taken = shop.one(row(quantity="8", wanted=Decimal(2)), (1, MatchRank.EXACT))
    assert (taken.group, taken.quantity) == (Group.READY, 2)
    kept = shop.one(row(quantity="8", keep=True), (1, MatchRank.EXACT))
    assert (kept.group, kept.quantity, kept.ordered) == (Group.READY, 8, True)
    assert codes(kept)[:2] == ["intake.short", "intake.kept"]


def test_nothing_at_all_says_so_and_offers_nothing_to_take() -> None:
    found = Shop(product(1), stock={1: (0, 0)}).one(row(), (1, MatchRank.EXACT))
    assert (found.group, codes(found), found.take_now) == (Group.CHOOSE, ["intake.none"], None)


def test_a_row_without_a_price_is_the_buyers_decision() -> None:
    shop = Shop(product(1), prices={1: None})
    found = shop.one(row(), (1, MatchRank.EXACT))
    assert (found.group, codes(found), found.total) == (Group.CHOOSE, ["intake.no_price"], None)
    assert shop.one(row(keep=True), (1, MatchRank.EXACT)).ordered


def test_rows_of_one_product_share_its_stock_and_its_price() -> None:
    shop = Shop(product(1), stock={1: (6, 4)}, tiers={1: (10, "90")})
    rows = [row(n, quantity="5") for n in (2, 7, 9)]
    outcomes, summary = shop.choose(*(shop.means(r, [(1, MatchRank.EXACT)]) for r in rows))
    assert [o.group for o in outcomes] == [Group.READY, Group.READY, Group.CHOOSE]
    assert [o.total for o in outcomes[:2]] == [450, 450]
    assert outcomes[1].notes[0].ru == "Повтор строки 2"
    assert codes(outcomes[2]) == ["intake.none", "intake.repeats"]
    assert (summary.lines, summary.total, summary.saving) == (1, 900, 100)
    assert summary.latest == LATER


def test_products_still_to_be_chosen_take_nothing_from_each_other() -> None:
    shop = Shop(product(1), product(2), stock={1: (5, 0), 2: (5, 0)})
    both = [(1, MatchRank.EXACT), (2, MatchRank.EXACT)]
    outcomes, summary = shop.choose(*(shop.means(row(n), both) for n in (2, 3, 4)))
    assert all(not option.supply.missing for o in outcomes for option in o.options)
    assert (summary.lines, summary.total, summary.latest) == (0, 0, None)
    assert summary.counts[Group.CHOOSE] == 3


def test_a_choice_takes_from_the_rows_after_it() -> None:
    shop = Shop(product(1), product(2), stock={1: (5, 0)})
    both = [(1, MatchRank.EXACT), (2, MatchRank.EXACT)]
    chosen = shop.means(row(2, chosen=ProductId(1)), both)
    after = shop.means(row(3), [(1, MatchRank.EXACT)])
    outcomes, _ = shop.choose(chosen, after)
    assert [o.group for o in outcomes] == [Group.READY, Group.CHOOSE]


def test_every_group_is_counted() -> None:
    shop = Shop(product(1), product(2, multiple="12"), stock={1: (50, 0), 2: (50, 0)})
    means = [
        shop.means(row(2), [(1, MatchRank.EXACT)]),
        shop.means(row(3), [(2, MatchRank.EXACT)]),
        shop.means(row(4, quantity="500"), [(1, MatchRank.EXACT)]),
        shop.means(row(5), []),
    ]
    _, summary = shop.choose(*means)
    assert list(summary.counts.values()) == [1, 1, 1, 1]
    assert (summary.lines, summary.total) == (2, 500 + 1200)
