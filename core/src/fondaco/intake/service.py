"""The verbs of article lists. A list belongs to one person of one company."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from msgspec import Struct
from sqlalchemy import TextClause

from fondaco.availability.service import Supply
from fondaco.cart.reading import customer_of
from fondaco.cart.service import Carts, check_quantity
from fondaco.hooks.context import ActContext, AskContext
from fondaco.intake import queries
from fondaco.intake.analogues import (
    costed,
    full_and_ready,
    nothing_for,
    offer,
    replaceable,
    with_analogues,
)
from fondaco.intake.choose import (
    Group,
    Outcome,
    Summary,
    choose,
    price_lines_of,
    summarise,
    wants_of,
)
from fondaco.intake.into_cart import cart_items
from fondaco.intake.matching import MATCH_TASK, MatchList, match_rows
from fondaco.intake.meaning import Meaning, meaning_of
from fondaco.intake.parse import ParsedList
from fondaco.intake.stored import (
    MATCHING,
    READY,
    ListHead,
    StoredList,
    article_row,
    columns_to_save,
    storable_text,
    stored_list,
)
from fondaco.substitutes.service import Ranking, proposed_for
from fondaco_sdk.errors import Conflict, NotFound
from fondaco_sdk.types.actor import Actor
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.match import Match
from fondaco_sdk.types.reason import Reason

AT_ONCE = 2_000
"""Lists up to this many rows are matched while the page waits; longer ones by a task."""

RECENT = 20
_LONGEST_NAME = 200
_LONGEST_ARTICLE = 100
_MOST_ROWS = 2**31


class RecentList(Struct, frozen=True):
    """A line of the list of lists; `created_at` is aware UTC."""

    uuid: UUID
    name: str
    state: str
    rows_total: int
    rows_done: int
    added_times: int
    created_at: datetime


class ResolvedList(Struct, frozen=True):
    """A list with what became of each row, in the customer's currency, VAT included.

    While a task still looks the articles up (`head.matching`) there are no outcomes. `degraded`
    names plugins that did not answer: their matches, analogues or dates are missing. `wanted` are
    the products that rows are short of and nothing stands in for.
    """

    head: ListHead
    outcomes: tuple[Outcome, ...]
    summary: Summary
    currency: str
    degraded: tuple[str, ...] = ()
    wanted: tuple[ProductId, ...] = ()

    def of(self, group: Group) -> tuple[Outcome, ...]:
        """The rows of a group, in their order."""
        return tuple(outcome for outcome in self.outcomes if outcome.group is group)


class ArticleLists:
    """The lists of the person who asks, for the company for which they act.

    Every verb on a list raises `NotFound` for one that is not theirs.
    """

    def __init__(self, ask: AskContext) -> None:
        self._ask = ask

    async def save(self, act: ActContext, uuid: UUID, name: str, parsed: ParsedList) -> None:
        """Keep a list as it was read, before anything is done with it. One statement.

        A long one is handed to a task, if and only if the transaction commits.
        """
        long = len(parsed.rows) > AT_ONCE
        await act.execute(
            queries.SAVE,
            {
                **self._mine(uuid),
                "name": storable_text(name)[:_LONGEST_NAME],
                "state": MATCHING if long else READY,
                **columns_to_save(parsed),
            },
        )
        if long:
            person = Actor(self._ask.actor.kind, self._ask.actor.user_id)
            await act.enqueue(MATCH_TASK, MatchList(uuid, person, customer_of(self._ask)))

    async def save_again(self, act: ActContext, uuid: UUID, name: str, parsed: ParsedList) -> None:
        """Replace a list by another reading of it; what was decided on its rows is forgotten."""
        await self._one(act, queries.FORGET, uuid)
        await self.save(act, uuid, name, parsed)

    async def recent(self) -> Sequence[RecentList]:
        """The person's lists, the newest first. One statement."""
        rows = await self._ask.fetch(queries.RECENT, {**self._person(), "most": RECENT})
        return tuple(RecentList(*row) for row in rows)

    async def head(self, uuid: UUID) -> ListHead:
        """A list without its rows."""
        return (await self._load(uuid)).head

    async def progress(self, uuid: UUID) -> tuple[bool, int, int]:
        """Whether a task still works on a list; how many rows are done, of how many."""
        found = await self._ask.fetch(queries.STATE, self._mine(uuid))
        if not found:
            raise _no_list()
        state, total, done = found[0]
        return state == MATCHING, done, total

    async def resolve(self, uuid: UUID) -> ResolvedList:
        """Match, price and source a whole list; statements do not depend on its length."""
        ask = self._ask
        currency = customer_of(ask).currency
        stored = await self._load(uuid)
        if stored.head.matching:
            nothing = await ask.pricing.quote(())
            return ResolvedList(stored.head, (), summarise((), nothing), currency)
        read, failed = await self._meanings(stored)
        proposed = await proposed_for(ask, replaceable(read))
        meanings = tuple(with_analogues(meaning, proposed) for meaning in read)
        supply = Supply(ask)
        supplies = {found.line: found for found in await supply.supply(wants_of(meanings))}
        quote = await ask.pricing.quote(price_lines_of(meanings, supplies))
        ranking = await Ranking.over(ask, costed(meanings, supplies), quote.currency)
        outcomes = offer(meanings, choose(meanings, supplies, quote), supplies, quote, ranking)
        degraded = dict.fromkeys(
            (*stored.head.degraded, *failed, *proposed.failed, *supply.degraded)
        )
        return ResolvedList(
            stored.head,
            outcomes,
            summarise(outcomes, quote),
            quote.currency,
            tuple(degraded),
            nothing_for(meanings, outcomes, supplies) if proposed.answered else (),
        )

    async def set_quantity(
        self, act: ActContext, uuid: UUID, number: int, quantity: Decimal | None
    ) -> None:
        """Another quantity for a row; None goes back to what was typed."""
        if quantity is not None:
            check_quantity(quantity)
        await self._row(act, queries.SET_QUANTITY, uuid, number, quantity=quantity)

    async def choose_product(
        self, act: ActContext, uuid: UUID, number: int, product: UUID | None
    ) -> None:
        """Which product a row means; None takes the choice back."""
        await self._row(act, queries.CHOOSE, uuid, number, product=product)

    async def take_analogues(self, uuid: UUID) -> int:
        """Take the best analogue of every row that waits and has a full one; how many rows.

        They can be put back together.
        """
        taken = full_and_ready((await self.resolve(uuid)).outcomes)
        if taken:
            values = {"numbers": list(taken), "products": list(taken.values())}
            async with self._ask.act() as act:
                await act.execute(queries.TAKE_ANALOGUES, {**self._mine(uuid), **values})
        return len(taken)

    async def put_analogues_back(self, act: ActContext, uuid: UUID) -> None:
        """The rows as they were before `take_analogues`, but for those decided otherwise since."""
        await self._one(act, queries.PUT_ANALOGUES_BACK, uuid)

    async def correct_article(self, act: ActContext, uuid: UUID, number: int, article: str) -> None:
        """Another article for a row, looked up anew; "" goes back to what was typed."""
        corrected = storable_text(article)[:_LONGEST_ARTICLE]
        await self._row(act, queries.CORRECT, uuid, number, article=corrected)

    async def keep_row(self, act: ActContext, uuid: UUID, number: int, keep: bool) -> None:
        """Take all of a row although it is short or has no price; or no longer."""
        await self._row(act, queries.KEEP, uuid, number, keep=keep)

    async def to_cart(self, uuid: UUID, seen: int) -> int | None:
        """Put what is decided into the cart; returns the number of lines.

        `seen` is the list's `added_times` as the page showed it: if it has been added since, by a
        second press of the button, nothing happens and None is returned. Raises `UserError` for a
        sum of quantities that no cart holds, `Conflict` while the list is still looked up.
        """
        resolved = await self.resolve(uuid)
        if resolved.head.matching:
            raise Conflict(STILL_MATCHING)
        items = cart_items(resolved.outcomes)
        async with self._ask.act() as act:
            if not await act.execute(queries.ADDED, {**self._mine(uuid), "seen": seen}):
                return None
            return await Carts(act).add(act, items, ref=str(uuid))

    async def remove(self, act: ActContext, uuid: UUID) -> None:
        """Take a list away; within the hour it can be brought back."""
        await act.execute(queries.PURGE, self._person())
        await self._one(act, queries.REMOVE, uuid)

    async def restore(self, act: ActContext, uuid: UUID) -> None:
        """Bring a removed list back."""
        await self._one(act, queries.RESTORE, uuid)

    async def removed_name(self, uuid: UUID) -> str | None:
        """The name of a removed list that can still be brought back."""
        found = await self._ask.fetch(queries.REMOVED, self._mine(uuid))
        return found[0][0] if found else None

    def _person(self) -> dict[str, object]:
        customer = customer_of(self._ask)
        return {"company": customer.company_id, "user": self._ask.actor.user_id}

    def _mine(self, uuid: UUID) -> dict[str, object]:
        return {"uuid": uuid, **self._person()}

    async def _load(self, uuid: UUID) -> StoredList:
        found = await self._ask.fetch(queries.LOAD, self._mine(uuid))
        if not found:
            raise _no_list()
        return stored_list(found)

    async def _meanings(self, stored: StoredList) -> tuple[tuple[Meaning, ...], tuple[str, ...]]:
        """What each row means, and which plugins did not answer."""
        unknown = [
            article_row(row.number, row.article, row.alternates, row.corrected)
            for row in stored.rows
            if row.number not in stored.matches
        ]
        matched = await match_rows(self._ask, unknown)
        by_row: dict[int, list[Match]] = {n: list(found) for n, found in stored.matches.items()}
        for match in matched.matches:
            by_row.setdefault(match.row, []).append(match)
        stored_ids = {match.product_id for found in stored.matches.values() for match in found}
        products = dict(matched.products)
        if stored_ids:
            products |= await self._ask.catalog.products(sorted(stored_ids))
        meanings = tuple(
            meaning_of(row, by_row.get(row.number, ()), products) for row in stored.rows
        )
        return meanings, matched.failed

    async def _one(self, act: ActContext, statement: TextClause, uuid: UUID) -> None:
        if not await act.execute(statement, self._mine(uuid)):
            raise _no_list()

    async def _row(
        self, act: ActContext, statement: TextClause, uuid: UUID, number: int, **values: object
    ) -> None:
        found = 0
        if 0 < number < _MOST_ROWS:
            found = await act.execute(statement, {**self._mine(uuid), "number": number, **values})
        if not found:
            raise _no_list()


STILL_MATCHING = Reason(
    "intake.still_matching",
    "Список ещё сверяется с каталогом. Подождите немного и повторите",
    "The list is still being looked up. Wait a moment and try again",
)


def _no_list() -> NotFound:
    return NotFound(
        Reason(
            "intake.no_list",
            "Такого списка нет: его удалили, или он принадлежит другому сотруднику",
            "There is no such list: it was removed, or it belongs to another person",
        )
    )
