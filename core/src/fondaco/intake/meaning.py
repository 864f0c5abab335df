"""Which product a row of an article list means; a pure choice, before stock and prices are asked.

The rule, in words:
1. Of the products that plugins propose, those off sale fall out, then those that this customer
   may only see; if nothing is left, the row is refused with that reason.
2. Of the others, those of the best rank count; the buyer sees no others.
3. A quantity that could not be read refuses the row; where no quantity was written at all, the
   smallest that is sold is taken.
4. One product left: that is it. Several: the buyer chooses. A mere likeness is never taken without
   the buyer's word.
5. The quantity goes up to the next multiple of the product.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, Decimal

from msgspec import Struct

from fondaco.assortments.reasons import ASK_FIRST
from fondaco.cart.service import MOST_QUANTITY
from fondaco_sdk.article_key import article_key
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.match import Match, MatchRank
from fondaco_sdk.types.product import Product
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.substitute import Substitute
from fondaco_sdk.types.supply import LineSupply

UNKNOWN = Reason(
    "intake.unknown",
    "Такого артикула нет в каталоге. Проверьте его и исправьте",
    "There is no such article in the catalogue. Check and correct it",
)
OFF_SALE = Reason("intake.off_sale", "Товар снят с продажи", "No longer on sale")
TOO_MUCH = Reason(
    "intake.too_much",
    "Количество слишком велико. Укажите меньшее",
    "The quantity is too large. Enter a smaller one",
)
CHOSEN = Reason("intake.chosen", "Выбрано вами", "Chosen by you")
SEVERAL = Reason(
    "intake.several",
    "Артикул подходит к нескольким товарам: выберите нужный",
    "The article fits several products: choose the right one",
)
SIMILAR = Reason(
    "intake.similar",
    "Точного совпадения нет: проверьте и выберите",
    "There is no exact match: check and choose",
)


class ListRow(Struct, frozen=True, kw_only=True):
    """A row of a list as typed, and what the buyer has decided since.

    `number` is the row of the file. `quantity` is what was typed, in base units, None if nothing
    was or if `problem` says why it cannot be read; `wanted` and `corrected` replace quantity and
    article. `keep`: take all of it although it is short or has no price.
    """

    number: int
    article: str
    quantity_text: str = ""
    name: str = ""
    alternates: tuple[str, ...] = ()
    quantity: Decimal | None = None
    problem: Reason | None = None
    corrected: str = ""
    wanted: Decimal | None = None
    chosen: ProductId | None = None
    keep: bool = False


class Option(Struct, frozen=True):
    """A product that a row may mean, how much of it, and why."""

    product: Product
    quantity: Decimal
    reason: Reason


class Analogue(Struct, frozen=True):
    """A product that may stand in for a row's own, and how much of it."""

    substitute: Substitute
    product: Product
    quantity: Decimal


class Meaning(Struct, frozen=True, kw_only=True):
    """What a row means: a `product` and a `quantity`, or `options` to choose from, or a `refusal`.

    A row that the buyer has chosen for keeps its options; a refused one keeps the product if it is
    known. `changed`: it is not quite what was typed, and `notes` say how. `replaced` is the product
    instead of which the buyer takes this one.
    """

    row: ListRow
    product: Product | None = None
    quantity: Decimal | None = None
    options: tuple[Option, ...] = ()
    notes: tuple[Reason, ...] = ()
    changed: bool = False
    refusal: Reason | None = None
    analogues: tuple[Analogue, ...] = ()
    replaced: Product | None = None

    @property
    def gone(self) -> bool:
        """Whether it is clear what is meant, and this customer cannot have that at all."""
        return self.refusal in (OFF_SALE, ASK_FIRST)

    def unserved(self, supplies: Mapping[int, LineSupply]) -> bool:
        """Whether the row's own product cannot be had, or not all of it."""
        if self.gone or self.refusal or self.product is None or self.quantity is None:
            return self.gone
        return bool(supplies[self.row.number].missing) and not self.row.keep

    def wants_analogue(self, supplies: Mapping[int, LineSupply]) -> bool:
        """Whether it is unserved, and something may stand in."""
        return bool(self.analogues) and self.unserved(supplies)


def meaning_of(
    row: ListRow, matches: Sequence[Match], products: Mapping[ProductId, Product]
) -> Meaning:
    """What a row means, given the matches of this row and the products the buyer may see."""
    best = _of_best_rank(row, matches, products)
    if not best:
        return Meaning(row=row, refusal=_article_problem(row) or UNKNOWN)
    first = products[best[0].product_id]
    if not first.buyable:
        return Meaning(row=row, product=first, refusal=ASK_FIRST if first.orderable else OFF_SALE)
    one = products[best[0].product_id] if len(best) == 1 else None
    typed = row.quantity if row.wanted is None else row.wanted
    if typed is None and row.problem is not None and not _article_problem(row):
        return Meaning(row=row, product=one, refusal=row.problem)
    options = tuple(_option(products[match.product_id], typed, match.reason) for match in best)
    if any(option.quantity > MOST_QUANTITY for option in options):
        return Meaning(row=row, product=one, refusal=TOO_MUCH)
    chosen = next((o for o in options if o.product.id == row.chosen), None)
    certain = len(options) == 1 and best[0].rank < MatchRank.FUZZY
    if chosen is None and not certain:
        note = SIMILAR if best[0].rank >= MatchRank.FUZZY else SEVERAL
        return Meaning(row=row, options=options, notes=(note,))
    option = chosen or options[0]
    match = next(m for m in best if m.product_id == option.product.id)
    changes = (
        *_changes_of_article(row, match, option.product),
        *rounding(typed, option.product, option.quantity),
    )
    return Meaning(
        row=row,
        product=option.product,
        quantity=option.quantity,
        options=() if certain else options,
        notes=(*changes, *(() if certain else (CHOSEN,)), *_hints(typed, match, option)),
        changed=bool(changes),
    )


def _of_best_rank(
    row: ListRow, matches: Sequence[Match], products: Mapping[ProductId, Product]
) -> list[Match]:
    """One match a product, of the best rank that anything on sale has, or else off sale."""
    visible = sorted((m for m in matches if m.product_id in products), key=lambda m: m.rank)
    on_sale = [m for m in visible if products[m.product_id].orderable] or visible
    on_sale = [m for m in on_sale if products[m.product_id].buyable] or on_sale
    best = {m.product_id: m for m in reversed(on_sale) if m.rank == on_sale[0].rank}
    return sorted(best.values(), key=lambda m: (products[m.product_id].sku, m.product_id))


def _article_problem(row: ListRow) -> Reason | None:
    """What reading said of the article, unless the buyer has corrected it."""
    if row.corrected or row.problem is None or not row.problem.code.startswith("article."):
        return None
    return row.problem


def _option(product: Product, typed: Decimal | None, reason: Reason) -> Option:
    packs = (typed or product.multiple) / product.multiple
    return Option(product, packs.to_integral_value(ROUND_CEILING) * product.multiple, reason)


def _changes_of_article(row: ListRow, match: Match, product: Product) -> tuple[Reason, ...]:
    if problem := _article_problem(row):
        return (problem,)
    if match.rank >= MatchRank.CROSS_REFERENCE:
        return (match.reason,)
    if row.corrected or article_key(row.article) == article_key(product.sku):
        return ()
    spelled = next((a for a in row.alternates if article_key(a) == article_key(product.sku)), None)
    return (_respelled(row.article, spelled),) if spelled else ()


def _respelled(typed: str, spelled: str) -> Reason:
    return Reason(
        "intake.respelled",
        f"В файле число {typed}, найден артикул {spelled}: Excel отбросил нули",
        f"The file has the number {typed}, found is {spelled}: Excel dropped the zeros",
        {"typed": typed, "found": spelled},
    )


def rounding(typed: Decimal | None, product: Product, taken: Decimal) -> tuple[Reason, ...]:
    """That more is taken than was typed, and why; nothing where it is the same."""
    if typed is None or typed == taken:
        return ()
    step, was, now = plain(product.multiple), plain(typed), plain(taken)
    return (
        Reason(
            "intake.rounded",
            f"Продаётся кратно {step}: {now} вместо {was}",
            f"Sold in multiples of {step}: {now} instead of {was}",
            {"multiple": step, "was": was, "now": now},
        ),
    )


def _hints(typed: Decimal | None, match: Match, option: Option) -> tuple[Reason, ...]:
    """Worth knowing, though nothing was changed."""
    found: list[Reason] = []
    if MatchRank.EXACT < match.rank < MatchRank.CROSS_REFERENCE:
        found.append(match.reason)
    if typed is None:
        taken = plain(option.quantity)
        found.append(
            Reason(
                "intake.quantity_assumed",
                f"Количество не указано: взято {taken}",
                f"No quantity was given: {taken} taken",
                {"taken": taken},
            )
        )
    return tuple(found)


def plain(value: Decimal) -> str:
    """A quantity in a sentence: no trailing zeros, no exponent."""
    return f"{value.normalize():f}"
