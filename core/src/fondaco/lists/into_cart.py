"""A list into the cart: what can be had goes in at once, the rest is named with its reason."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct

from fondaco.cart.service import CartItem, Carts
from fondaco.hooks.context import ActContext
from fondaco.lists.reading import GONE, ListLine, read_list
from fondaco.lists.service import Lists, no_list
from fondaco_sdk.errors import Conflict
from fondaco_sdk.types.cart import LineSource
from fondaco_sdk.types.reason import Reason

NAMED = 5


class PutIn(Struct, frozen=True):
    """How many lines went in, and those that did not, each with `why_not`."""

    added: int
    left_out: tuple[ListLine, ...]

    @property
    def notice(self) -> Reason:
        """What the buyer is told."""
        ru, en = (_sentence(self.left_out, locale) for locale in ("ru", "en"))
        return Reason(
            "lists.put_in",
            f"Строк добавлено: {self.added}. Цены и сроки сегодняшние. {ru}".strip(),
            f"Lines added: {self.added}. Prices and dates are of today. {en}".strip(),
        )


async def put_into_cart(act: ActContext, uuid: UUID, line: UUID | None = None) -> PutIn:
    """All lines of a list, or one; constant statements. Raises `NotFound`.

    Raises `Conflict` where nothing of it can be had.
    """
    read = await read_list(act, await Lists(act).head(uuid))
    lines = [one for one in read.lines if line in (None, one.uuid)]
    if line is not None and not lines:
        raise no_list()
    items = [
        CartItem(one.product.id, one.quantity, LineSource.LIST)
        for one in lines
        if one.product is not None and one.why_not is None
    ]
    put_in = PutIn(len(items), tuple(one for one in lines if one.why_not is not None))
    if not items:
        raise Conflict(_none(put_in.left_out))
    await Carts(act).add(act, items, ref=str(uuid))
    return put_in


def _none(left_out: Sequence[ListLine]) -> Reason:
    if not left_out:
        return Reason("lists.empty", "В списке нет товаров", "The list has no products")
    ru, en = (_sentence(left_out, locale) for locale in ("ru", "en"))
    return Reason("lists.nothing_to_put", ru, en)


def _sentence(left_out: Sequence[ListLine], locale: str) -> str:
    """The lines that stay, by their reasons; of those out of sight only how many."""
    if not left_out:
        return ""
    by_reason: dict[str, list[ListLine]] = {}
    for line in left_out:
        by_reason.setdefault((line.why_not or GONE).text(locale), []).append(line)
    begin = "Не добавлены: " if locale == "ru" else "Not added: "
    return begin + "; ".join(f"{why} — {_named(of, locale)}" for why, of in by_reason.items())


def _named(lines: Sequence[ListLine], locale: str) -> str:
    names = [line.product.sku or line.product.name for line in lines if line.product is not None]
    if not names:
        return str(len(lines))
    more = len(names) - NAMED
    tail = (f" и ещё {more}" if locale == "ru" else f" and {more} more") if more > 0 else ""
    return ", ".join(names[:NAMED]) + tail
