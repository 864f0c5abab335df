"""Messages from the broker without effect, and why: listed for staff, sent round again when told.

Whoever reads a queue notes the reason and rejects the message; it comes back through the broker's
dead letters with its bytes. Records that were refused of a message whose others are in force are
kept here at once, as a message of their own.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import text
from uuid_utils.compat import uuid7

from fondaco.exchange.storable import storable
from fondaco_sdk.context import Act, Ask
from fondaco_sdk.errors import NotFound
from fondaco_sdk.types.reason import Reason

SHOWN = 20_000
_LIST = text(
    """
    select id, uuid, queue, type, sender, code, ru, en, part, state, at, octet_length(body)
      from fondaco.dead_message
     where state in ('dead', 'replaying') and id < :before order by id desc limit :most
    """
)
_ONE = text(
    """
    select id, uuid, queue, type, sender, code, ru, en, part, state, at, octet_length(body),
           substring(body from 1 for :shown)
      from fondaco.dead_message where uuid = :uuid and state <> 'noted'
    """
)
_NOTE = text(
    """
    insert into fondaco.dead_message as m (uuid, queue, key, type, sender, code, ru, en)
    select * from unnest(cast(:uuids as uuid[]), cast(:queues as text[]), cast(:keys as text[]),
                         cast(:types as text[]), cast(:senders as text[]), cast(:codes as text[]),
                         cast(:ru as text[]), cast(:en as text[]))
    on conflict (queue, key) do update
       set type = excluded.type, sender = excluded.sender, code = excluded.code, ru = excluded.ru,
           en = excluded.en, state = 'noted', at = now()
    """
)
_KEEP = text(
    """
    insert into fondaco.dead_message (uuid, queue, key, type, sender, code, ru, en, body, part,
                                      state)
    select s.*, true, 'dead'
      from unnest(cast(:uuids as uuid[]), cast(:queues as text[]), cast(:keys as text[]),
                  cast(:types as text[]), cast(:senders as text[]), cast(:codes as text[]),
                  cast(:ru as text[]), cast(:en as text[]), cast(:bodies as bytea[])) s
    """
)
# The reason of whoever read it stays; without one the broker's own is told.
_COLLECT = text(
    """
    insert into fondaco.dead_message as m (uuid, queue, key, sender, code, ru, en, body, state)
    select s.*, 'dead'
      from unnest(cast(:uuids as uuid[]), cast(:queues as text[]), cast(:keys as text[]),
                  cast(:senders as text[]), cast(:codes as text[]), cast(:ru as text[]),
                  cast(:en as text[]), cast(:bodies as bytea[])) s
    on conflict (queue, key) do update
       set body = excluded.body, state = 'dead',
           code = case when m.state = 'noted' then m.code else excluded.code end,
           ru = case when m.state = 'noted' then m.ru else excluded.ru end,
           en = case when m.state = 'noted' then m.en else excluded.en end,
           at = now(), replay_id = null
    """
)
_REPLAY = text(
    """
    with asked as (
        update fondaco.dead_message set state = 'replaying', replay_id = :replay
         where uuid = :uuid and state = 'dead' returning queue, key
    ), forgotten as (
        delete from fondaco.inbox_try t using asked
         where t.queue = asked.queue and t.key = asked.key
    )
    select queue from asked
    """
)


class DeadMessage(Struct, frozen=True):
    """A message without effect; `at` is aware UTC, `size` in bytes.

    `part`: the records that were refused of a message whose others are in force. `state` is "dead",
    "replaying" while it is sent round again, or "replayed".
    """

    id: int
    uuid: UUID
    queue: str
    type: str
    sender: str
    code: str
    ru: str
    en: str
    part: bool
    state: str
    at: datetime
    size: int

    def reason(self, locale: str) -> str:
        """Why, in words."""
        return self.ru if locale == "ru" else self.en


class Refused(Struct, frozen=True):
    """A message that is refused: `key` is its id, or a hash of its bytes where it has none."""

    queue: str
    key: str
    type: str
    sender: str
    reason: Reason
    body: bytes = b""


async def note(act: Act, refused: Sequence[Refused]) -> None:
    """Write the reasons; the messages follow through the broker. One statement."""
    await act.execute(_NOTE, _columns(_once(refused), "type"))


async def keep_parts(act: Act, refused: Sequence[Refused]) -> None:
    """Keep refused records as messages of their own. One statement."""
    values = _columns(refused, "type")
    await act.execute(_KEEP, {**values, "bodies": [one.body for one in refused]})


async def collect(act: Act, refused: Sequence[Refused]) -> None:
    """Keep what the broker has brought of its dead letters. One statement."""
    found = _once(refused)
    await act.execute(_COLLECT, {**_columns(found), "bodies": [one.body for one in found]})


async def dead_messages(ask: Ask, *, before: int, most: int) -> Sequence[DeadMessage]:
    """What has no effect, newest first. One statement."""
    return [DeadMessage(*row) for row in await ask.fetch(_LIST, {"before": before, "most": most})]


async def dead_message(ask: Ask, uuid: UUID) -> tuple[DeadMessage, str]:
    """One of them, and what it says, at most some 20,000 characters. Raises `NotFound`."""
    for row in await ask.fetch(_ONE, {"uuid": uuid, "shown": SHOWN}):
        return DeadMessage(*row[:-1]), bytes(row[-1]).decode("utf-8", "replace")
    raise NotFound(_ABSENT)


async def replay(act: Act, uuid: UUID) -> str:
    """Send it round once more: it goes to its queue, which is returned, with the next look.

    Raises `NotFound` where somebody has done so already.
    """
    for row in await act.fetch(_REPLAY, {"uuid": uuid, "replay": uuid7()}):
        return str(row.queue)
    raise NotFound(_ABSENT)


def _once(refused: Sequence[Refused]) -> Sequence[Refused]:
    """Of each message the last copy: one statement cannot write a row twice."""
    return list({(one.queue, one.key): one for one in refused}.values())


def _columns(refused: Sequence[Refused], *more: str) -> dict[str, list[object]]:
    values: dict[str, list[object]] = {
        "uuids": [uuid7() for _ in refused],
        "queues": [one.queue for one in refused],
        "keys": [storable(one.key, 300) for one in refused],
        "senders": [storable(one.sender, 200) for one in refused],
        "codes": [one.reason.code for one in refused],
        "ru": [storable(one.reason.ru, 2000) for one in refused],
        "en": [storable(one.reason.en, 2000) for one in refused],
    }
    if more:
        values["types"] = [storable(one.type, 200) for one in refused]
    return values


_ABSENT = Reason(
    "exchange.no_dead_message",
    "Такого сообщения нет: возможно, его уже отправили повторно. Обновите список",
    "There is no such message: it may have been sent again already. Reload the list",
)
