"""A resolved list as its page shows it: everything a row prints, made once, in the page's language.

A list has hundreds of rows and a template is slow at formatting, so it finds only texts here.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from msgspec import Struct, structs

from fondaco.intake.choose import Group, Outcome, PricedOption
from fondaco.intake.service import ResolvedList
from fondaco.substitutes.choose import Ranked
from fondaco.web import format as formats
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.product import Product
from fondaco_sdk.types.supply import LineSupply

WHOLE = 600
PAGE = 100
ORDER = (Group.CHOOSE, Group.NOT_FOUND, Group.SUBSTITUTED, Group.READY)


class OptionView(Struct, frozen=True):
    """A product to choose, and why it is offered."""

    uuid: str
    sku: str
    name: str
    quantity: str
    price: str
    supply: tuple[str, ...]
    short: bool
    chosen: bool
    why: str


class AnalogueView(Struct, frozen=True):
    """A product that may stand in, with why it stands there; `staff` is for our own people."""

    uuid: str
    sku: str
    name: str
    href: str
    quantity: str
    price: str
    why: tuple[str, ...]
    staff: tuple[str, ...]


class RowView(Struct, frozen=True):
    """A row of the table; texts are empty where there is nothing to say."""

    number: int
    group: str
    typed: str
    typed_name: str
    typed_quantity: str
    corrected: str
    notes: tuple[str, ...]
    sku: str = ""
    name: str = ""
    href: str = ""
    quantity: str = ""
    step: str = "1"
    unit: str = ""
    price: str = ""
    was: str = ""
    total: str = ""
    supply: tuple[str, ...] = ()
    options: tuple[OptionView, ...] = ()
    analogues: tuple[AnalogueView, ...] = ()
    replaced: str = ""
    chosen: bool = False
    take: str = ""
    take_text: str = ""
    keep_text: str = ""
    may_keep: bool = False
    kept: bool = False
    wrong_article: bool = False


class Section(Struct, frozen=True):
    """A group's rows, or a page of them: `first` to `last` of `total`, counted from 1."""

    group: str
    rows: tuple[RowView, ...]
    first: int
    last: int
    total: int
    previous: int = 0
    next: int = 0


class Looks(Struct, frozen=True):
    """How to write things down."""

    locale: str
    currency: str
    today: date


def sections_of(
    resolved: ResolvedList, looks: Looks, group: str = "", page: int = 1
) -> tuple[Section, ...]:
    """The groups that have rows, those that need the buyer first. A list too long for one page
    shows the first of each group, or a page of the one that is asked for."""
    size = WHOLE if len(resolved.outcomes) <= WHOLE else PAGE
    shown = [g for g in ORDER if not group or g == group]
    found = [_section(g, resolved.of(g), looks, size, page if group else 1) for g in shown]
    return tuple(section for section in found if section.total)


def rows_touched(
    resolved: ResolvedList, number: int, before: ResolvedList | None, looks: Looks
) -> tuple[RowView, ...]:
    """The edited row, and those that share a product with it: its stock and its price are theirs.

    `before` is the list before the edit, where the row may have meant another product then.
    """
    products: set[ProductId] = set()
    for known in (before, resolved):
        products |= {p for o in (known.outcomes if known else ()) for p in _meant(o, number)}
    return tuple(
        row_view(outcome, looks)
        for outcome in resolved.outcomes
        if outcome.row.number == number or (outcome.product and outcome.product.id in products)
    )


def row_view(outcome: Outcome, looks: Looks) -> RowView:
    """One row in the page's language."""
    row, product, locale = outcome.row, outcome.product, looks.locale
    typed = RowView(
        number=row.number,
        group=outcome.group.value,
        typed=row.article,
        typed_name=row.name,
        typed_quantity=row.quantity_text,
        corrected=row.corrected,
        notes=tuple(note.text(locale) for note in outcome.notes),
        options=tuple(_option_view(option, row.chosen, looks) for option in outcome.options),
        analogues=tuple(_analogue_view(ranked, looks) for ranked in outcome.analogues),
        quantity=_quantity_shown(outcome),
        wrong_article=outcome.group is Group.NOT_FOUND and product is None,
    )
    if product is None:
        return typed
    return structs.replace(
        typed,
        sku=product.sku,
        name=product.name,
        href=f"/products/{product.uuid}",
        step=formats.plain(product.multiple),
        unit=product.unit.name,
        price=_money(outcome.unit_price, looks),
        was=_was(outcome, looks),
        total=_money(outcome.total, looks),
        supply=supply_texts(outcome.supply, product.unit.name, looks),
        chosen=row.chosen == product.id and bool(outcome.options),
        take="" if outcome.take_now is None else formats.plain(outcome.take_now),
        take_text=_quantity(outcome.take_now, product.unit.name, looks),
        keep_text=_quantity(outcome.quantity, product.unit.name, looks),
        may_keep=outcome.group is Group.CHOOSE and outcome.quantity is not None,
        kept=row.keep,
        replaced=_named(outcome.replaced),
    )


def supply_texts(supply: LineSupply | None, unit: str, looks: Looks) -> tuple[str, ...]:
    """«Москва: 128 шт, завтра, вт», the parts of one place and day together."""
    together: dict[tuple[str, date], Decimal] = {}
    for part in supply.parts if supply else ():
        key = part.place_name, part.promised
        together[key] = together.get(key, Decimal(0)) + part.quantity
    return tuple(
        f"{place}: {_quantity(quantity, unit, looks)}, "
        f"{formats.day(day, looks.locale, looks.today)}"
        for (place, day), quantity in together.items()
    )


def _section(
    group: Group, outcomes: Sequence[Outcome], looks: Looks, size: int, page: int
) -> Section:
    pages = max(1, -(-len(outcomes) // size))
    page = min(max(page, 1), pages)
    shown = outcomes[(page - 1) * size : page * size]
    return Section(
        group.value,
        tuple(row_view(outcome, looks) for outcome in shown),
        (page - 1) * size + 1,
        (page - 1) * size + len(shown),
        len(outcomes),
        previous=page - 1,
        next=page + 1 if page < pages else 0,
    )


def _meant(outcome: Outcome, number: int) -> set[ProductId]:
    if outcome.row.number != number:
        return set()
    own = {product.id for product in (outcome.product, outcome.replaced) if product}
    options = {option.product.id for option in outcome.options}
    return own | options | {analogue.product.id for analogue in outcome.analogues}


def _analogue_view(ranked: Ranked, looks: Looks) -> AnalogueView:
    product, found = ranked.product, ranked.candidate
    return AnalogueView(
        uuid=str(product.uuid),
        sku=product.sku,
        name=product.name,
        href=f"/products/{product.uuid}",
        quantity=_quantity(found.quantity, product.unit.name, looks),
        price=_money(found.unit_price, looks),
        why=tuple(reason.text(looks.locale) for reason in ranked.why),
        staff=tuple(reason.text(looks.locale) for reason in ranked.for_staff),
    )


def _named(product: Product | None) -> str:
    return "" if product is None else product.sku or product.name


def _option_view(option: PricedOption, chosen: ProductId | None, looks: Looks) -> OptionView:
    product = option.product
    return OptionView(
        uuid=str(product.uuid),
        sku=product.sku,
        name=product.name,
        quantity=_quantity(option.quantity, product.unit.name, looks),
        price=_money(option.price.unit_price, looks),
        supply=supply_texts(option.supply, product.unit.name, looks),
        short=option.supply.wanted - option.supply.missing < option.quantity,
        chosen=product.id == chosen,
        why=option.reason.text(looks.locale),
    )


def _quantity_shown(outcome: Outcome) -> str:
    row = outcome.row
    shown = outcome.quantity or row.wanted or row.quantity
    return "" if shown is None else formats.plain(shown)


def _money(amount: Decimal | None, looks: Looks) -> str:
    return "" if amount is None else formats.money(amount, looks.currency, looks.locale)


def _was(outcome: Outcome, looks: Looks) -> str:
    was, now = outcome.list_price, outcome.unit_price
    return _money(was, looks) if was is not None and now is not None and was > now else ""


def _quantity(value: Decimal | None, unit: str, looks: Looks) -> str:
    return "" if value is None else formats.quantity(value, unit, looks.locale)
