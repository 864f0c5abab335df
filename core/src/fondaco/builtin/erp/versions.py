"""Which word of the ERP on a field is its last: decided by its numbers, not by arrival."""

from collections.abc import Iterable, Sequence
from typing import Self

import msgspec
from sqlalchemy import TextClause, text

from fondaco_sdk.context import Act

_READ: TextClause = text(
    """
    select external_id, fields from fondaco.erp_version
     where kind = :kind and external_id = any(cast(:ids as text[]))
    """
)
_WRITE: TextClause = text(
    """
    insert into fondaco.erp_version (kind, external_id, fields)
    select :kind, said.external_id, said.fields
      from jsonb_to_recordset(cast(:said as jsonb)) said (external_id text, fields jsonb)
    on conflict (kind, external_id) do update set fields = excluded.fields
    """
)


class Versions:
    """The numbers of one kind of record, for the records of one batch.

    A record without a number (0) is taken as the last word, and leaves the numbers as they are.
    """

    def __init__(self, kind: str, known: dict[str, dict[str, int]]) -> None:
        self._kind = kind
        self._known = known
        self._changed: set[str] = set()

    @classmethod
    async def read(cls, act: Act, kind: str, external_ids: Sequence[str]) -> Self:
        """What is known of these records. One statement."""
        rows = await act.fetch(_READ, {"kind": kind, "ids": list(external_ids)})
        return cls(kind, {row.external_id: dict(row.fields) for row in rows})

    def newer(self, external_id: str, version: int, fields: Iterable[str]) -> frozenset[str]:
        """Those of the fields on which nothing newer, or the same, was said before."""
        known = self._known.get(external_id, {})
        return frozenset(name for name in fields if not version or version > known.get(name, 0))

    def remember(self, external_id: str, version: int, fields: Iterable[str]) -> None:
        """The record was taken."""
        numbers = dict.fromkeys(fields, version)
        if version and numbers:
            self._known[external_id] = {**self._known.get(external_id, {}), **numbers}
            self._changed.add(external_id)

    def forget(self, external_id: str) -> None:
        """The record was not taken after all."""
        self._changed.discard(external_id)

    async def write(self, act: Act) -> None:
        """Keep what was remembered. One statement, none where nothing was."""
        if self._changed:
            said = [{"external_id": key, "fields": self._known[key]} for key in self._changed]
            values = {"kind": self._kind, "said": msgspec.json.encode(said).decode()}
            await act.execute(_WRITE, values)
