"""Messages of one queue, in groups: those of one kind that follow each other are one transaction.

In it stands the inbox row of each message, so that what comes twice has its effect once; the
message itself is settled after the commit. Where a plugin fails on a group, each message is tried
alone, and the guilty one is rejected with its reason. Records that are refused of a message whose
others are in force are kept as a message of their own.

A message that came back without an end may be killing its process: from its third delivery on it is
tried alone and counted before, and refused after a few of these.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from uuid_utils.compat import uuid7

from fondaco.crash import crash_point
from fondaco.exchange import dead_messages
from fondaco.exchange.amqp.consuming import Arrived
from fondaco.exchange.amqp.envelope import LONGEST_ID, encode
from fondaco.exchange.amqp.opening import Opened, Unfit, filled, key_of, open_message, sender_of
from fondaco.exchange.amqp.replay import with_id
from fondaco.exchange.dead_messages import Refused
from fondaco.exchange.inbound import hand_over, is_away, reason_of, shown_of, stand_alone
from fondaco.exchange.inbound_runs import note_run
from fondaco.exchange.misfit import misfit
from fondaco.exchange.peers import Clocks
from fondaco.exchange.storable import storable
from fondaco.hooks.context import ActContext, system_ask
from fondaco.hooks.hall import Hall
from fondaco_sdk.manifest import Queue
from fondaco_sdk.types.inbound import Report, Unmatched
from fondaco_sdk.types.reason import Reason

log = logging.getLogger("fondaco.exchange")

SUSPECT = 2
TRIES_ALONE = 3
DEADLOCKS = 3
MOST_RECORDS = 5_000
_TRY_AGAIN = frozenset({"40001", "40P01"})
NOTE_EVERY = 60.0

_NEW = text(
    """
    insert into fondaco.inbox (source, message_id)
    select 'amqp', id from unnest(cast(:ids as text[])) with ordinality as s (id, n)
     group by id order by min(n)
    on conflict do nothing returning message_id
    """
)
_ACKNOWLEDGED = text(
    """
    update fondaco.sent_message set acknowledged_at = now()
     where message_id = any(cast(:ids as uuid[])) and acknowledged_at is null
    """
)
_TAKEN = text("select 1 from fondaco.inbox where source = 'amqp' and message_id = :id")
_TRY = text(
    """
    insert into fondaco.inbox_try as t (queue, key, tries) values (:queue, :key, 1)
    on conflict (queue, key) do update set tries = t.tries + 1, last_at = now() returning tries
    """
)
_KILLS = Reason(
    "amqp.never_ended",
    "Каждая попытка принять сообщение обрывалась вместе с процессом: смотрите журнал обработчика",
    "Every attempt to take the message ended with the end of its process: see the worker's log",
)


class _Wrong(Struct, frozen=True):
    """A refused record: its place in the message of that place in the group."""

    message: int
    record: int
    raw: Any
    reason: Reason


class _Said(Struct, frozen=True):
    """A record that fits its shape, by its places as above."""

    message: int
    record: int
    raw: Any
    value: Any

    def wrong(self, reason: Reason) -> _Wrong:
        """It is refused."""
        return _Wrong(self.message, self.record, self.raw, reason)


class Taking:
    """Takes what comes from one queue."""

    def __init__(self, hall: Hall, queue: Queue) -> None:
        self._hall = hall
        self._queue = queue
        self._most_bytes = hall.settings.amqp.most_bytes
        self._clocks = Clocks(hall)
        self._accepted = 0
        self._noted = 0.0

    async def take(self, arrived: Sequence[Arrived]) -> Sequence[int]:
        """Take messages in their order; the tags of those that are refused as a whole.

        Raises when the database is away: then none of what is left is settled.
        """
        opened = [
            open_message(one, self._queue, self._hall.registry, self._most_bytes) for one in arrived
        ]
        await self._hear(opened)
        rejected: list[int] = []
        for group in _groups(opened):
            refused = await self._take_group(group)
            if refused:
                async with system_ask(self._hall).act() as act:
                    await dead_messages.note(act, [self._refused(*one) for one in refused])
                rejected += [arrived.tag for arrived, _, _ in refused]
        return rejected

    async def _take_group(
        self, group: Sequence[Opened | Unfit]
    ) -> Sequence[tuple[Arrived, str, Reason]]:
        first = group[0]
        if isinstance(first, Unfit):
            return [(one.arrived, one.type, one.reason) for one in group if isinstance(one, Unfit)]
        messages = [one for one in group if isinstance(one, Opened)]
        if first.arrived.count >= SUSPECT and await self._kills(first):
            return [(first.arrived, first.message.type, _KILLS)]
        try:
            await self._in_one(messages)
        except Exception as failure:
            if is_away(failure):
                raise
            if len(messages) == 1:
                log.exception("%s: message %s was refused", self._queue.name, first.message.id)
                plugin = first.name.partition(".")[0]
                return [(first.arrived, first.message.type, reason_of(failure, plugin))]
            log.exception("%s: %s messages failed, now one by one", first.name, len(messages))
            alone = [await self._take_group([one]) for one in messages]
            return [one for refused in alone for one in refused]
        return ()

    async def _in_one(self, messages: Sequence[Opened]) -> None:
        for attempt in range(DEADLOCKS):
            try:
                await self._commit(messages)
                return
            except DBAPIError as error:
                state = getattr(error.orig, "sqlstate", "")
                if state not in _TRY_AGAIN or attempt + 1 == DEADLOCKS:
                    raise

    async def _commit(self, messages: Sequence[Opened]) -> None:
        """The effects of messages of one kind, with their inbox rows."""
        name = messages[0].name
        began = time.monotonic()
        async with system_ask(self._hall).act() as act:
            if name:
                await stand_alone(act, name)
            ids = [one.message.id for one in messages]
            rows = await act.fetch(_NEW, {"ids": ids})
            new = _first_of(messages, {row[0] for row in rows})
            answers = [id_ for one in new if (id_ := _uuid(one.arrived.correlation))]
            if answers:
                await act.execute(_ACKNOWLEDGED, {"ids": answers})
            if name and new:
                await self._hand_over(act, name, new, began)
            crash_point("inbox.handled")

    async def _hand_over(
        self, act: ActContext, name: str, new: Sequence[Opened], began: float
    ) -> None:
        _, handler, shape = self._hall.registry.inbound[name]
        fields = frozenset(shape.__struct_encode_fields__)
        fitting, wrong = list[_Said](), list[_Wrong]()
        for place, one in enumerate(new):
            at = self._moment(one)
            for n, raw in enumerate(one.records):
                full = filled(raw, one.message, at, fields)
                try:
                    value = msgspec.convert(full, shape, strict=False)
                    fitting.append(_Said(place, n, raw, value))
                except msgspec.ValidationError as misfitting:
                    wrong.append(_Wrong(place, n, raw, misfit(misfitting)))
        accepted = 0
        if fitting:
            report = await hand_over(act, name, handler, [one.value for one in fitting])
            accepted = report.accepted
            wrong += [fitting[u.record].wrong(u.reason) for u in report.unmatched]
        if wrong:
            wrong.sort(key=lambda one: (one.message, one.record))
            await dead_messages.keep_parts(act, self._parts(new, wrong))
        await self._note(act, name, accepted, wrong, time.monotonic() - began)

    def _parts(self, new: Sequence[Opened], wrong: Sequence[_Wrong]) -> Sequence[Refused]:
        """The refused records of each message as a message of their own, with the first reason."""
        parts = []
        for place, found_here in groupby(wrong, key=lambda found: found.message):
            one, mine = new[place], list(found_here)
            said = msgspec.json.decode(one.arrived.body, type=dict[str, msgspec.Raw])
            id_ = uuid7()
            records = [found.raw for found in mine]
            body = with_id(encode({**said, "payload": records}), id_)
            reason = mine[0].reason
            if len(one.records) > 1:
                reason = _counted(reason, len(mine), len(one.records))
            sender = sender_of(one)
            parts.append(
                Refused(self._queue.name, str(id_), one.message.type, sender, reason, body)
            )
        return parts

    async def _note(
        self,
        act: ActContext,
        name: str,
        accepted: int,
        wrong: Sequence[_Wrong],
        seconds: float,
    ) -> None:
        """A line in the list of transfers: at each refusal, otherwise once a minute."""
        self._accepted += accepted
        if not wrong and time.monotonic() - self._noted < NOTE_EVERY:
            return
        unmatched = tuple(
            Unmatched(n, shown_of(one.raw), one.reason) for n, one in enumerate(wrong)
        )
        await note_run(act, name, Report(self._accepted, unmatched), seconds)
        self._accepted, self._noted = 0, time.monotonic()

    async def _kills(self, one: Opened) -> bool:
        """Counts this try, whatever its end, of a message that was not taken yet."""
        values = {"queue": self._queue.name, "key": key_of(one.arrived)}
        async with system_ask(self._hall).act() as act:
            if await act.fetch(_TAKEN, {"id": storable(one.message.id, LONGEST_ID)}):
                # A neighbour has ended the process after this one was taken.
                return False
            return int((await act.fetch(_TRY, values))[0][0]) > TRIES_ALONE

    def _refused(self, arrived: Arrived, type_name: str, reason: Reason) -> Refused:
        return Refused(self._queue.name, key_of(arrived), type_name, arrived.sender, reason)

    async def _hear(self, opened: Sequence[Opened | Unfit]) -> None:
        """Note who was heard, and what their clocks show."""
        now = self._hall.clock.now()
        ages: dict[str, timedelta | None] = {}
        for one in opened:
            if isinstance(one, Opened):
                name, at = sender_of(one), one.message.occurred_at
                known = ages.setdefault(name, None)
                if at is not None:
                    ages[name] = now - at if known is None else min(now - at, known)
        await self._clocks.hear(ages)

    def _moment(self, one: Opened) -> datetime | None:
        """When the message was true, by our clock."""
        at = one.message.occurred_at
        return None if at is None else at + self._clocks.wrong_by(sender_of(one))


def _groups(opened: Sequence[Opened | Unfit]) -> Iterator[Sequence[Opened | Unfit]]:
    """Neighbours of one kind, up to some thousand records; who is suspected stands alone."""

    def kind(pair: tuple[int, Opened | Unfit]) -> tuple[object, int]:
        place, one = pair
        if isinstance(one, Unfit):
            return None, -1
        return one.name, place if one.arrived.count >= SUSPECT else -1

    for _, neighbours in groupby(enumerate(opened), key=kind):
        group: list[Opened | Unfit] = []
        size = 0
        for _, one in neighbours:
            records = len(one.records) if isinstance(one, Opened) else 0
            if group and size + records > MOST_RECORDS:
                yield group
                group, size = [], 0
            group.append(one)
            size += records
        yield group


def _first_of(messages: Sequence[Opened], new: set[str]) -> Sequence[Opened]:
    """Of each new message the first copy."""
    found: dict[str, Opened] = {}
    for one in messages:
        if one.message.id in new:
            found.setdefault(one.message.id, one)
    return list(found.values())


def _uuid(text_: str) -> str | None:
    try:
        return str(UUID(text_))
    except ValueError:
        return None


def _counted(reason: Reason, refused: int, of: int) -> Reason:
    return Reason(
        reason.code,
        f"Отклонено записей: {refused} из {of}. Первая: {reason.ru}",
        f"Refused records: {refused} of {of}. The first: {reason.en}",
        reason.params,
    )
