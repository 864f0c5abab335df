"""Individual prices, the discount matrix, and the floors and caps of products.

An individual price wins over the matrix, the legal entity's own over its company's. Of the matrix
the most specific rule wins: `fondaco.pricing.conditions` says in words which one that is.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache

from fondaco.pricing.conditions import Margin, Rule, Scopes, conditions_of
from fondaco.pricing.tiers import reached_and_next
from fondaco_sdk.context import Ask, Words
from fondaco_sdk.hooks import impl
from fondaco_sdk.types.price import Bound, Discount, Offer, PriceLine, PriceMove, Stage
from fondaco_sdk.types.reason import Reason

# The same words on every product, so that they tell nothing of what it costs us.
FLOOR = Reason("contract.floor", "Минимальная цена товара", "The lowest price of this product")
CAP = Reason("contract.cap", "Предельная цена товара", "The highest price of this product")


@impl
async def price_moves(ask: Ask, lines: Sequence[PriceLine]) -> Sequence[PriceMove]:
    """Everything that was agreed with the customer for these products, and their bounds."""
    if ask.customer is None or not lines:
        return ()
    today = ask.now.astimezone(ask.zone).date()
    agreed = await conditions_of(ask, ask.customer, [line.product_id for line in lines], today)
    if not (agreed.prices or agreed.rules or agreed.margins):
        return ()
    fitting = {rule.id: rule for rules in agreed.rules.values() for rule in rules}
    said = {id: rule_reason(ask.words, rule) for id, rule in fitting.items()}
    moves: list[PriceMove] = []
    for line in lines:
        product = line.product_id
        if product in agreed.prices:
            moves += _offers(line, agreed.prices[product])
        for rank, rule in enumerate(agreed.rules.get(product, ())):
            moves.append(
                Discount(line.line, Stage.CONTRACT, said[rule.id], percent=rule.percent, rank=rank)
            )
        if product in agreed.margins:
            moves += _bounds(line, agreed.margins[product])
    return moves


def _offers(line: PriceLine, scopes: Scopes) -> Iterator[Offer]:
    for rank, tiers in enumerate(scopes):
        for agreed in reached_and_next(tiers, line.quantity):
            yield Offer(
                line.line,
                Stage.CONTRACT,
                agreed.price,
                agreed.currency,
                agreed.vat_included,
                price_reason(agreed.own, agreed.tier),
                rank=rank,
                min_quantity=agreed.tier,
            )


def _bounds(line: PriceLine, margin: Margin) -> Iterator[Bound]:
    if margin.floor is not None:
        yield Bound(line.line, "min", margin.floor, margin.currency, margin.vat_included, FLOOR)
    if margin.cap is not None:
        yield Bound(line.line, "max", margin.cap, margin.currency, margin.vat_included, CAP)


@lru_cache(maxsize=1_000)
def price_reason(own: bool, tier: Decimal) -> Reason:
    """Why an individual price: for whom, and from which quantity on."""
    ru = "Индивидуальная цена юрлица" if own else "Индивидуальная цена компании"
    en = "Individual price of the legal entity" if own else "Individual price of the company"
    of = {"of": "legal_entity" if own else "company"}
    if not tier:
        return Reason("contract.price", ru, en, of)
    amount = f"{tier.normalize():f}"
    return Reason(
        "contract.tier", f"{ru}, от {amount}", f"{en}, from {amount}", {**of, "from": amount}
    )


def rule_reason(words: Words, rule: Rule) -> Reason:
    """Which rule of the matrix: of the agreement or the company, for which goods, how much."""
    named = {"brand": rule.brand, "category": rule.category, "price_group": rule.price_group}
    return Reason(
        "contract.discount" if rule.percent >= 0 else "contract.surcharge",
        f"{_title_ru(rule)}, {_goods(named, _RU)}: {_change(words, rule.percent, 'ru')}",
        f"{_title_en(rule)}, {_goods(named, _EN)}: {_change(words, rule.percent, 'en')}",
        {
            "rule": str(rule.id),
            "percent": f"{rule.percent.normalize():f}",
            **{name: value for name, value in named.items() if value},
        },
    )


_RU = {
    "brand": "бренд «{}»",
    "category": "раздел «{}»",
    "price_group": "группа «{}»",
    "": "все товары",
}
_EN = {
    "brand": "brand “{}”",
    "category": "category “{}”",
    "price_group": "group “{}”",
    "": "all goods",
}


def _goods(named: dict[str, str], words: dict[str, str]) -> str:
    found = [words[name].format(value) for name, value in named.items() if value]
    return ", ".join(found) or words[""]


def _title_ru(rule: Rule) -> str:
    what = "Скидка" if rule.percent >= 0 else "Наценка"
    return f"{what} по договору" if rule.own else f"{what} для компании"


def _title_en(rule: Rule) -> str:
    what = "Discount" if rule.percent >= 0 else "Surcharge"
    return f"{what} under the agreement" if rule.own else f"{what} of the company"


def _change(words: Words, percent: Decimal, locale: str) -> str:
    shown = words.percent(abs(percent), locale)
    return f"{'−' if percent > 0 else '+' if percent < 0 else ''}{shown}"
