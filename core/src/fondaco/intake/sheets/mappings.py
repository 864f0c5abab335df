"""Saved mappings of columns, and the price lists and places that columns go to."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import text
from uuid_utils.compat import uuid7

from fondaco.intake.sheets.model import SheetMapping
from fondaco_sdk.context import Act, Ask

NEW = "sheet:"
"""How the external ids of price lists and places begin that were made for a column."""

_LONGEST_ID = 200
_BY_NAME = text("select name, headings, mapping from fondaco.sheet_mapping where name = :name")
_BY_HEADINGS = text(
    "select name, headings, mapping from fondaco.sheet_mapping"
    " where headings = cast(:headings as jsonb) order by changed_at desc limit 1"
)
_NAMES = text("select name from fondaco.sheet_mapping order by name")
_SAVE = text(
    """
    insert into fondaco.sheet_mapping (name, headings, mapping, user_id)
    values (:name, cast(:headings as jsonb), cast(:mapping as jsonb), :user)
    on conflict (name) do update
       set headings = excluded.headings, mapping = excluded.mapping, user_id = excluded.user_id,
           changed_at = now()
    """
)
_GOALS = text(
    """
    select 'price' as kind, uuid, name, currency, coalesce(external_id, '')
      from fondaco.price_list where active
     union all
    select 'stock', uuid, name, '', coalesce(external_id, '') from fondaco.place where active
     order by 1, 3
    """
)
_KNOWN_BY = {
    kind: text(
        f"update fondaco.{table} set external_id = coalesce(external_id, uuid::text)"
        " where uuid = any(:uuids) returning uuid, external_id"
    )
    for kind, table in (("price", "price_list"), ("stock", "place"))
}
_MAKE = {
    "price": text(
        """
        insert into fondaco.price_list (uuid, name, currency, external_id)
        select uuid, name, :currency, external_id
          from unnest(cast(:uuids as uuid[]), cast(:names as text[]), cast(:ids as text[]))
               as n (uuid, name, external_id)
        on conflict (external_id) do update set active = true
        """
    ),
    "stock": text(
        """
        insert into fondaco.place (uuid, name, external_id)
        select uuid, name, external_id
          from unnest(cast(:uuids as uuid[]), cast(:names as text[]), cast(:ids as text[]))
               as n (uuid, name, external_id)
        on conflict (external_id) do update set active = true
        """
    ),
}


class SavedMapping(Struct, frozen=True):
    """A mapping by its name; `headings` are the keys of the columns it was made for."""

    name: str
    headings: tuple[str, ...]
    mapping: SheetMapping

    @property
    def settings(self) -> Mapping[str, Any]:
        """The options of a run that reads by this mapping."""
        found: Mapping[str, Any] = msgspec.to_builtins(self.mapping)
        return found


class Goal(Struct, frozen=True):
    """A price list (`kind` "price") or a place ("stock") that a column may go to."""

    kind: str
    uuid: UUID
    name: str
    currency: str
    external_id: str


async def mapping_named(ask: Ask, name: str) -> SavedMapping | None:
    """The mapping of that name."""
    return _saved(await ask.fetch(_BY_NAME, {"name": name}))


async def mapping_for(ask: Ask, headings: Sequence[str]) -> SavedMapping | None:
    """The newest mapping that was made for exactly these columns."""
    return _saved(await ask.fetch(_BY_HEADINGS, {"headings": _json(headings)}))


async def mapping_names(ask: Ask) -> Sequence[str]:
    """The names of all mappings."""
    return [row[0] for row in await ask.fetch(_NAMES)]


async def save_mapping(act: Act, saved: SavedMapping) -> None:
    """Keep a mapping under its name; one of the same name is replaced."""
    values = {
        "name": saved.name,
        "headings": _json(saved.headings),
        "mapping": _json(saved.settings),
        "user": act.actor.user_id,
    }
    await act.execute(_SAVE, values)
    await act.audit("sheet_mapping.save", f"sheet_mapping:{saved.name}", {}, saved.settings)


async def goals(ask: Ask) -> Sequence[Goal]:
    """The price lists and places at work, by name."""
    return [Goal(*row) for row in await ask.fetch(_GOALS)]


async def goal_ids(act: Act, kind: str, uuids: Sequence[UUID]) -> Mapping[UUID, str]:
    """The external ids of price lists or places; those without one get their uuid for it."""
    found = await act.fetch(_KNOWN_BY[kind], {"uuids": list(uuids)})
    return {row[0]: row[1] for row in found}


async def make_goals(act: Act, kind: str, names: Sequence[str], currency: str) -> Mapping[str, str]:
    """Price lists or places of these names; returns their external ids.

    One that was made for a column of the same name before is used again.
    """
    ids = {name: f"{NEW}{name}"[:_LONGEST_ID] for name in names}
    values: dict[str, Any] = {"uuids": [uuid7() for _ in ids], "names": list(ids)}
    values["ids"] = list(ids.values())
    if kind == "price":
        values["currency"] = currency
    await act.execute(_MAKE[kind], values)
    await act.audit(f"{kind}.make", f"sheet:{kind}", {}, ids)
    return ids


def _saved(rows: Sequence[Any]) -> SavedMapping | None:
    for name, headings, mapping in rows:
        return SavedMapping(name, tuple(headings), msgspec.convert(mapping, SheetMapping))
    return None


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
