"""Lists made of what is there already: the cart, an order, typed articles."""

from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from uuid import UUID

from fondaco.cart.by_article import products_meant, why_not
from fondaco.cart.reading import CartReading
from fondaco.cart.service import check_quantity
from fondaco.hooks.context import ActContext, AskContext
from fondaco.lists.service import MOST_LINES, ListItem, Lists, nothing_to_keep
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.product import Product
from fondaco_sdk.types.reason import Reason

NAMED = 20


async def keep_as_list(act: ActContext, name: str, items: Sequence[ListItem]) -> UUID:
    """A new list of what may be seen of `items`. Raises `Conflict` where that is nothing."""
    seen = await act.catalog.products([item.product_id for item in items])
    kept = summed(item for item in items if item.product_id in seen)
    if not kept:
        raise nothing_to_keep()
    lists = Lists(act)
    uuid = await lists.create(act, await lists.free_name(name))
    await lists.add(act, uuid, kept)
    return uuid


async def keep_cart(act: ActContext, name: str) -> UUID:
    """The cart of the person who asks as a list; the cart stays as it is."""
    rows = await CartReading(act).rows()
    return await keep_as_list(act, name, [ListItem(row.product_id, row.quantity) for row in rows])


def summed(items: Iterable[ListItem]) -> Sequence[ListItem]:
    """One item a product, its quantities added up, in the order of the first."""
    found: dict[ProductId, Decimal] = {}
    for item in items:
        found[item.product_id] = found.get(item.product_id, Decimal(0)) + item.quantity
    return [ListItem(product, quantity) for product, quantity in found.items()]


async def typed_items(ask: AskContext, typed: str) -> Sequence[ListItem]:
    """Articles with quantities, one a line, as they are typed or pasted from a table.

    A quantity is what stands after a tab or a semicolon; without one it is a pack. Raises
    `UserError` that names every line which means no product, or several, and then nothing counts.
    """
    rows = [_parted(line) for line in typed.splitlines() if line.strip()]
    if not rows or len(rows) > MOST_LINES:
        raise UserError(_ROWS, {"text": _ROWS})
    articles = list(dict.fromkeys(article for article, _ in rows))
    meant = dict(zip(articles, await products_meant(ask, articles), strict=True))
    items, wrong = [], []
    for number, (article, quantity) in enumerate(rows, 1):
        found = _item(article, quantity, meant[article])
        if isinstance(found, Reason):
            wrong.append((number, found))
        else:
            items.append(found)
    if wrong:
        said = _wrong(wrong)
        raise UserError(said, {"text": said})
    return summed(items)


def _parted(line: str) -> tuple[str, str]:
    article, _, quantity = line.replace(";", "\t").partition("\t")
    return article.strip(), quantity.partition("\t")[0].strip()


def _item(article: str, typed: str, meant: Sequence[Product]) -> ListItem | Reason:
    # Access does not matter: what has to be asked for may be kept, too.
    if not meant:
        return why_not(article, meant) or _several(article)
    if len(meant) > 1:
        return _several(article)
    quantity = meant[0].multiple
    if typed:
        try:
            quantity = Decimal(typed.replace(" ", "").replace("\xa0", "").replace(",", "."))
            check_quantity(quantity)
        except (InvalidOperation, UserError):
            return Reason(
                "lists.typed_quantity",
                f"количество «{typed[:50]}» не читается",
                f"the quantity “{typed[:50]}” cannot be read",
            )
    return ListItem(meant[0].id, quantity)


def _several(article: str) -> Reason:
    return Reason(
        "lists.typed_several",
        f"артикул «{article[:100]}» есть у нескольких товаров",
        f"several products have the article “{article[:100]}”",
    )


def _wrong(rows: Sequence[tuple[int, Reason]]) -> Reason:
    more = len(rows) - NAMED
    ru = "; ".join(f"строка {number}: {why.ru}" for number, why in rows[:NAMED])
    en = "; ".join(f"line {number}: {why.en}" for number, why in rows[:NAMED])
    return Reason(
        "lists.typed_wrong",
        f"Ничего не добавлено. {ru[:1].upper()}{ru[1:]}" + (f"; и ещё {more}" if more > 0 else ""),
        f"Nothing was added. {en[:1].upper()}{en[1:]}" + (f"; and {more} more" if more > 0 else ""),
    )


_ROWS = Reason(
    "lists.typed_rows",
    f"Введите артикулы, по одному в строке, не больше {MOST_LINES}",
    f"Type articles, one a line, at most {MOST_LINES}",
)
