"""What the engine asks the database: one statement a search, prepared once a shape of filters."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import (
    ARRAY,
    CTE,
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Double,
    Integer,
    Select,
    Text,
    TextClause,
    any_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal_column,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import REGCONFIG

from fondaco.builtin.postgres_search.details import (
    ALL_BUT_ONE,
    DESCRIBED,
    IN_STOCK,
    MOST_DETAILED,
    PRICED,
    details,
)
from fondaco.catalog.queries import visible
from fondaco.catalog.tables import product, product_code
from fondaco.search.tables import search_document

MOST_COUNTED = 30_000
MOST_CODES = 1_000
MOST_SIMILAR = 1_000
MOST_LOOKED_AT = 200

EXACT, BEGINS, HOLDS, NAMED, WORDED = range(5)


Passes: TypeAlias = Sequence[ColumnElement[bool] | TextClause]
Meant: TypeAlias = Callable[[Passes, int], Select[Any] | CompoundSelect[Any]]
"""What is meant, of what passes, up to a number of products."""


class Shape(NamedTuple):
    """Which filters are set, whether details of the answer are wanted, and `aside`: also of what
    fails by one attribute alone."""

    by_category: bool
    by_brand: bool
    by_attributes: bool
    by_price: bool
    in_stock: bool
    detailed: bool
    aside: bool


NOTHING = Shape(*(False,) * 7)

_doc, _code = search_document.c, product_code.c
_KEY = bindparam("key", type_=Text)
_PART = bindparam("part", type_=Text)
_PLAIN = bindparam("plain", type_=Text)
_RUSSIAN = cast(literal_column("'russian'"), REGCONFIG)
_TSQUERY = func.to_tsquery(_RUSSIAN, bindparam("tsquery", type_=Text))


# Numbers written out, so that the planner knows them when it prepares the statement.
def _number(number: int) -> ColumnElement[int]:
    return literal_column(str(number), Integer)


def _tier(number: int) -> ColumnElement[int]:
    return literal_column(str(number), Integer).label("tier")


@cache
def search(by_part: bool, shape: Shape) -> Select[Any]:
    """Products whose codes or words are meant."""
    return _answer(_meant(by_part, True), shape)


@cache
def suggest(by_part: bool, by_words: bool) -> Select[Any]:
    """The first of what a search would find among the first products with the words."""
    found = _meant(by_part, by_words)(_passes(NOTHING), MOST_LOOKED_AT).cte("found").c
    return (
        select(found.id)
        .order_by(found.tier, found.words.collate("C"), found.id)
        .limit(bindparam("limit", type_=Integer))
    )


def _meant(by_part: bool, by_words: bool) -> Meant:
    coded = _coded(by_part)
    lexeme = func.unnest(func.tsvector_to_array(func.to_tsvector(_RUSSIAN, _PLAIN))).column_valued(
        "lexeme"
    )
    beginnings = func.array(select(lexeme.concat("%")).scalar_subquery(), type_=ARRAY(Text))
    by_code = _shelf(coded.c.tier).join(coded, coded.c.product_id == product.c.id)
    worded = (
        _shelf(case((_doc.words.like(any_(beginnings)), _number(NAMED)), else_=_number(WORDED)))
        .where(_doc.vector.op("@@")(_TSQUERY))
        .where(_doc.product_id.not_in(select(coded.c.product_id)))
    )

    def meant(passes: Passes, most: int) -> Select[Any] | CompoundSelect[Any]:
        coded_first = by_code.where(*passes)
        if not by_words:
            return coded_first
        rest = worded.where(*passes).limit(_number(most))
        return union_all(coded_first, rest.subquery().select())

    return meant


@cache
def among(by_code: bool, by_part: bool, checked: bool, shape: Shape) -> Select[Any]:
    """Products whose codes are meant, then those that were proposed, in their order."""
    return _answer(_proposed(by_code, by_part, checked), shape)


@cache
def suggest_among(by_part: bool, checked: bool) -> Select[Any]:
    """The first of the same."""
    found = _proposed(True, by_part, checked)(_passes(NOTHING), 0).cte("found").c
    return (
        select(found.id)
        .order_by(found.tier, found.words.collate("C"), found.id)
        .limit(bindparam("limit", type_=Integer))
    )


def _proposed(by_code: bool, by_part: bool, checked: bool) -> Meant:
    """`checked`: only what has every word, in whatever ending. All that was proposed, always."""
    one = (
        func.unnest(bindparam("proposed", type_=ARRAY(BigInteger)))
        .table_valued("id", with_ordinality="place", name="proposed")
        .render_derived()
    )
    proposed = _shelf(cast(one.c.place, Integer) + _number(WORDED)).join(
        one, one.c.id == product.c.id
    )
    if checked:
        proposed = proposed.where(_doc.vector.op("@@")(_TSQUERY))
    if not by_code:
        return lambda passes, _: proposed.where(*passes)
    coded = _coded(by_part)
    coded_first = _shelf(coded.c.tier).join(coded, coded.c.product_id == product.c.id)
    rest = proposed.where(product.c.id.not_in(select(coded.c.product_id)))
    return lambda passes, _: union_all(
        coded_first.where(*passes), rest.where(*passes).subquery().select()
    )


@cache
def browse(shape: Shape) -> Select[Any]:
    """Everything that passes the filters."""
    everything = _shelf(_number(WORDED))
    return _answer(_first_of(everything), shape)


@cache
def alike(by_part: bool, shape: Shape) -> Select[Any]:
    """Products with words, or for a number with codes, that differ in a letter or two."""
    like: ColumnElement[bool] = _PLAIN.op("<%")(_doc.words)
    distance: ColumnElement[Any] = _PLAIN.op("<<->", return_type=Double())(_doc.words)
    if by_part:
        like = or_(like, _KEY.op("<%")(_doc.codes))
        distance = func.least(distance, _KEY.op("<<->", return_type=Double())(_doc.codes))
    alike = _shelf(func.round(distance * 20)).where(like)
    return _answer(_first_of(alike), shape, MOST_SIMILAR)


@cache
def nearly(shape: Shape) -> Select[Any]:
    """Products with all words but one, those first whose words are most alike."""
    tsquery = func.to_tsquery(_RUSSIAN, bindparam("nearly", type_=Text))
    distance: ColumnElement[Any] = _PLAIN.op("<<->", return_type=Double())(_doc.words)
    found = _shelf(func.round(distance * 20)).where(_doc.vector.op("@@")(tsquery))
    return _answer(_first_of(found), shape, MOST_SIMILAR)


@cache
def near(shape: Shape) -> Select[Any]:
    """Products by articles near the one typed, the likeliest slip first."""
    keys = func.unnest(
        bindparam("near", type_=ARRAY(Text)), bindparam("ranks", type_=ARRAY(Integer))
    )
    slip = keys.table_valued("key", "rank").render_derived(name="slip")
    ranked = (
        select(_code.product_id, func.min(slip.c.rank).label("rank"))
        .join_from(slip, product_code, _code.key == slip.c.key)
        .where(_code.kind == literal_column("'sku'"))
        .group_by(_code.product_id)
        .cte("ranked")
    )
    found = _shelf(ranked.c.rank).join(ranked, ranked.c.product_id == product.c.id)
    return _answer(lambda passes, _: found.where(*passes), shape)


def _first_of(found: Select[Any]) -> Meant:
    return lambda passes, most: found.where(*passes).limit(_number(most))


def _coded(by_part: bool) -> CTE:
    """Products by a code, each with the best of the ways in which it was meant."""
    begins = (
        select(_code.product_id, _tier(BEGINS))
        .where(
            _code.kind != literal_column("'barcode'"),
            func.length(_KEY) > 2,
            _code.key.op("~>=~")(_KEY),
            _code.key.op("~<~")(bindparam("after", type_=Text)),
        )
        .limit(_number(MOST_CODES))
    )
    holds = (
        select(_doc.product_id, _tier(HOLDS))
        .where(
            _doc.codes.like(_PART),
            exists()
            .where(_code.product_id == _doc.product_id, _code.key.like(_PART))
            .where(_code.kind == literal_column("'sku'")),
        )
        .limit(_number(MOST_CODES))
    )
    ways = union_all(
        select(_code.product_id, _tier(EXACT)).where(_code.key == _KEY),
        begins.subquery().select(),
        *((holds.subquery().select(),) if by_part else ()),
    ).subquery()
    return (
        select(ways.c.product_id, func.min(ways.c.tier).label("tier"))
        .group_by(ways.c.product_id)
        .cte("coded")
    )


def _shelf(tier: ColumnElement[Any]) -> Select[Any]:
    """What is kept of a found product to sort and to count it."""
    return select(
        product.c.id, product.c.category_id, product.c.brand, _doc.words, tier.label("tier")
    ).join_from(product, search_document, _doc.product_id == product.c.id)


def _passes(shape: Shape, attributes: TextClause = DESCRIBED) -> Passes:
    """On sale, in sight, and what the filters want."""
    wanted = bindparam("categories", type_=ARRAY(BigInteger))
    return (
        product.c.active,
        visible(),
        *((product.c.category_id == any_(wanted),) if shape.by_category else ()),
        *((product.c.brand == bindparam("brand", type_=Text),) if shape.by_brand else ()),
        *((attributes,) if shape.by_attributes else ()),
        *((PRICED,) if shape.by_price else ()),
        *((IN_STOCK,) if shape.in_stock else ()),
    )


def _answer(meant: Meant, shape: Shape, most: int = MOST_COUNTED + 1) -> Select[Any]:
    """The wanted ids, how many there are, and how many of each category and brand.

    A document begins with the name in lower case with е for ё, so it sorts as names do.
    """
    found = meant(_passes(shape), most).cte("found")
    column = found.c
    ids = (
        select(column.id)
        .order_by(column.tier, column.words.collate("C"), column.id)
        .offset(bindparam("offset", type_=Integer))
        .limit(bindparam("limit", type_=Integer))
    )
    counts = (
        select(column.category_id, column.brand, func.count().label("products"))
        .group_by(column.category_id, column.brand)
        .subquery()
    )
    facets = select(
        func.json_agg(
            func.json_build_array(counts.c.category_id, counts.c.brand, counts.c.products)
        )
    )
    answer = select(
        func.array(ids.scalar_subquery()),
        select(func.count()).select_from(found).scalar_subquery(),
        facets.scalar_subquery(),
        details(shape.aside) if shape.detailed else null(),
    )
    if not shape.aside:
        return answer
    return answer.add_cte(meant(_passes(shape, ALL_BUT_ONE), MOST_DETAILED + 1).cte("aside"))
