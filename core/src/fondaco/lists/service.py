"""The verbs of product lists: who keeps them, who may change them, how long they may grow."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from msgspec import Struct
from sqlalchemy import TextClause
from uuid_utils.compat import uuid7

from fondaco.cart.reading import customer_of
from fondaco.cart.service import check_quantity
from fondaco.hooks.context import ActContext, AskContext
from fondaco.lists import queries
from fondaco_sdk.errors import Conflict, NotFound, UserError
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.reason import Reason

MOST_LISTS = 100
MOST_LINES = 2_000
LONGEST_NAME = 100
OWN, SEE, CHANGE = "own", "see", "change"
SHARINGS = (OWN, SEE, CHANGE)
"""Who of the company a list is for: its owner, whoever wants to see it, or to change it too."""


class KeptList(Struct, frozen=True):
    """A list without its lines. `name` is "" of the favourites; `changed_at` is aware UTC.

    `mine`: the person's own; `may_change`: or one that its owner lets colleagues change.
    """

    id: int
    uuid: UUID
    name: str
    favourites: bool
    sharing: str
    mine: bool
    may_change: bool
    owner: str
    changed_at: datetime
    lines: int


class Holding(Struct, frozen=True):
    """A list that the person may change, and how much of a product it holds; None: nothing."""

    list: KeptList
    quantity: Decimal | None


class ListItem(Struct, frozen=True):
    """What to put into a list: a quantity above zero in base units."""

    product_id: ProductId
    quantity: Decimal


class Lists:
    """The lists that whoever asks may see, in the company for which they act.

    Every verb on a list raises `NotFound` for one that they may not see, or not change.
    """

    def __init__(self, ask: AskContext) -> None:
        self._ask = ask

    async def all(self) -> Sequence[KeptList]:
        """One's own, then those of colleagues. One statement."""
        return tuple(KeptList(*row) for row in await self._ask.fetch(queries.LISTS, self.person))

    async def head(self, uuid: UUID) -> KeptList:
        """One of them. One statement."""
        rows = await self._ask.fetch(queries.HEAD, self._mine(uuid))
        if not rows:
            raise no_list()
        return KeptList(*rows[0])

    async def holding(self, product: ProductId) -> Sequence[Holding]:
        """Those that may be changed, and how much of a product they hold. One statement."""
        rows = await self._ask.fetch(queries.HOLDING, {"product": product, **self.person})
        return tuple(Holding(KeptList(*row[:-1]), row[-1]) for row in rows)

    async def create(self, act: ActContext, name: str) -> UUID:
        """A new list of one's own. Raises `UserError` for its name and beyond 100 lists."""
        named = checked_name(name)
        await act.fetch(queries.LOCK_PERSON, {"user": act.actor.user_id})
        uuid = uuid7()
        made = await act.fetch(
            queries.CREATE, {"uuid": uuid, "name": named, "most": MOST_LISTS, **self.person}
        )
        if not made:
            raise UserError(_TOO_MANY, {"name": _TOO_MANY})
        return uuid

    async def favourites(self, act: ActContext) -> UUID:
        """The list of favourites, which is there from its first product on."""
        rows = await act.fetch(queries.FAVOURITES, {"uuid": uuid7(), **self.person})
        found: UUID = rows[0].uuid
        return found

    async def change(self, act: ActContext, uuid: UUID, name: str, sharing: str) -> None:
        """Another name, other colleagues: of one's own lists, not of the favourites."""
        if sharing not in SHARINGS:
            raise UserError(_SHARING, {"sharing": _SHARING})
        values = {"name": checked_name(name), "sharing": sharing}
        await self._one(act, queries.CHANGE, uuid, **values)

    async def remove(self, act: ActContext, uuid: UUID) -> None:
        """Take one's own list away; within the hour it can be brought back."""
        await act.execute(queries.PURGE, self.person)
        await self._one(act, queries.REMOVE, uuid)

    async def restore(self, act: ActContext, uuid: UUID) -> None:
        """Bring a removed list back."""
        await act.fetch(queries.LOCK_PERSON, {"user": act.actor.user_id})
        await self._one(act, queries.RESTORE, uuid, most=MOST_LISTS)

    async def removed_name(self, uuid: UUID) -> str | None:
        """The name of a removed list that can still be brought back."""
        found = await self._ask.fetch(queries.REMOVED, self._mine(uuid))
        return found[0][0] if found else None

    async def add(self, act: ActContext, uuid: UUID, items: Sequence[ListItem]) -> None:
        """Put products in; those that are there take the new quantity. Constant statements.

        Raises `UserError` for a wrong quantity and beyond 2,000 lines, and nothing is added.
        """
        for item in items:
            check_quantity(item.quantity)
        rows = await act.fetch(queries.LOCK, self._mine(uuid))
        if not rows:
            raise no_list()
        once = {item.product_id: item.quantity for item in items}
        await act.execute(
            queries.ADD,
            {
                "list": rows[0].id,
                "uuids": [uuid7() for _ in once],
                "products": list(once),
                "quantities": list(once.values()),
            },
        )
        counted = await act.fetch(queries.COUNT, {"list": rows[0].id})
        if counted[0][0] > MOST_LINES:
            raise UserError(_TOO_LONG)

    async def set_quantity(
        self, act: ActContext, uuid: UUID, line: UUID, quantity: Decimal
    ) -> None:
        """Another quantity of a line."""
        check_quantity(quantity)
        await self._one(act, queries.SET_QUANTITY, uuid, line=line, quantity=quantity)

    async def move(self, act: ActContext, uuid: UUID, line: UUID, place: int) -> None:
        """A line to another place, counted from 1; the others close up."""
        rows = await act.fetch(queries.LOCK, self._mine(uuid))
        place = min(max(place, 1), MOST_LINES)
        wanted = {"list": rows[0].id if rows else 0, "line": line, "place": place}
        if not await act.execute(queries.MOVE, wanted):
            raise no_list()

    async def take_out(self, act: ActContext, uuid: UUID, line: UUID) -> None:
        """A line out; within the hour it can be put back."""
        await self._one(act, queries.TAKE_OUT, uuid, line=line)

    async def put_back(self, act: ActContext, uuid: UUID, line: UUID) -> None:
        """The line stands again where it stood."""
        await self._one(act, queries.PUT_BACK, uuid, line=line)

    async def mark(self, act: ActContext, item: ListItem) -> None:
        """Among the favourites."""
        await self.add(act, await self.favourites(act), [item])

    async def unmark(self, act: ActContext, product: ProductId) -> None:
        """Out of the favourites; again changes nothing."""
        await act.execute(queries.UNMARK, {"product": product, **self.person})

    async def free_name(self, name: str) -> str:
        """`name`, or with a number after it where one has a list of that name."""
        ways = [name[:LONGEST_NAME], *(f"{name[: LONGEST_NAME - 5]} ({n})" for n in range(2, 100))]
        rows = await self._ask.fetch(queries.NAMES, {"names": ways, **self.person})
        taken = {row[0] for row in rows}
        return next((way for way in ways if way not in taken), ways[0])

    @property
    def person(self) -> dict[str, object]:
        """Whose lists they are, for statements."""
        return {
            "company": customer_of(self._ask).company_id,
            "user": self._ask.actor.user_id,
        }

    def _mine(self, uuid: UUID) -> dict[str, object]:
        return {"uuid": uuid, **self.person}

    async def _one(
        self, act: ActContext, statement: TextClause, uuid: UUID, **values: object
    ) -> None:
        if not await act.execute(statement, {**self._mine(uuid), **values}):
            raise no_list()


def checked_name(name: str) -> str:
    """A name as it is kept. Raises `UserError` for none, and for one that is too long."""
    plain = " ".join(name.replace("\x00", "").split())
    if not plain or len(plain) > LONGEST_NAME:
        raise UserError(_NAME, {"name": _NAME})
    return plain


def no_list() -> NotFound:
    """Absent, of another company, or not for this person to change: they look the same."""
    return NotFound(
        Reason(
            "lists.absent",
            "Такого списка нет, или владелец не разрешил его менять",
            "There is no such list, or its owner lets nobody change it",
        )
    )


def nothing_to_keep() -> Conflict:
    """There is nothing that a list could be made of."""
    return Conflict(
        Reason(
            "lists.nothing",
            "Сохранять нечего: здесь нет товаров каталога",
            "There is nothing to save: no product of the catalogue is here",
        )
    )


_NAME = Reason(
    "lists.name",
    f"Назовите список, не длиннее {LONGEST_NAME} знаков",
    f"Give the list a name of at most {LONGEST_NAME} characters",
)
_SHARING = Reason("lists.sharing", "Выберите, кому виден список", "Choose who sees the list")
_TOO_MANY = Reason(
    "lists.too_many",
    f"Списков уже {MOST_LISTS}, больше нельзя. Удалите ненужный",
    f"There are {MOST_LISTS} lists already, which is the most. Remove one",
)
_TOO_LONG = Reason(
    "lists.too_long",
    f"В списке помещается {MOST_LINES} товаров, ничего не добавлено",
    f"A list holds {MOST_LINES} products; nothing was added",
)
