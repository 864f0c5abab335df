"""The records of one batch: which fields count, which records are refused, what is written."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from msgspec import Struct

from fondaco.builtin.erp.parts import Parts, Said
from fondaco.builtin.erp.rows import Kept, Row
from fondaco.builtin.erp.trail import Change, Listed, write_trail
from fondaco.builtin.erp.versions import Versions
from fondaco_sdk.context import Act
from fondaco_sdk.types.inbound import Report, Unmatched
from fondaco_sdk.types.reason import Reason


class Known(Protocol):
    """What every record has: its id in the ERP, and the number of its version there, 0 for none."""

    @property
    def external_id(self) -> str:
        """The ERP's id."""

    @property
    def version(self) -> int:
        """Grows with every change."""


class Taking:
    """Gathers what became of the records of a batch, in their order."""

    def __init__(self, kind: str, versions: Versions, rows: dict[str, Row], number: int) -> None:
        self.rows = rows
        self._kind = kind
        self._before: dict[str, Row | None] = {}
        self._versions = versions
        self._number = number
        self._unmatched: list[Unmatched] = []
        self._changed: dict[str, Row] = {}

    @classmethod
    async def open(cls, act: Act, kind: str, kept: Kept, records: Sequence[Known]) -> "Taking":
        """What is known of the records: their rows and versions. Two statements."""
        ids = [record.external_id for record in records]
        versions = await Versions.read(act, kind, ids)
        return cls(kind, versions, await kept.read(act, ids), len(records))

    def news(self, record: Known, said: Mapping[str, Any]) -> dict[str, Any]:
        """Of what a record says, that on which nothing newer was said."""
        newer = self._versions.newer(record.external_id, record.version, said)
        return {name: value for name, value in said.items() if name in newer}

    def take(
        self,
        record: Known,
        row: Row | None,
        fields: Mapping[str, Any],
        recognised: Row | None = None,
    ) -> None:
        """The record is taken: `row` becomes what it is to be, and its version is remembered.

        `recognised` is the row as people typed it, where the ERP gives it its id only now.
        """
        self._versions.remember(record.external_id, record.version, fields)
        known = self.rows.get(record.external_id)
        if row is not None and row != known:
            self._before.setdefault(record.external_id, known or recognised)
            self.rows[record.external_id] = self._changed[record.external_id] = row

    def refuse(self, place: int, reference: str, reason: Reason) -> None:
        """The record has no effect."""
        self._unmatched.append(Unmatched(place, reference, reason))

    async def write(
        self, act: Act, kept: Kept, parts: Parts | None = None, said: Said | None = None
    ) -> None:
        """Write rows, versions, and audit lines of both; at most five statements. Lists that hang
        on rows, as `said`, are four more."""
        await kept.write(act, list(self._changed.values()))
        await self._versions.write(act)
        listed = await self._put(act, parts, said) if parts and said else {}
        changes = [
            Change(
                self._before[key] if key in self._changed else self.rows[key],
                self.rows[key],
                listed.get(key, {}),
            )
            for key in dict.fromkeys((*self._changed, *listed))
        ]
        await write_trail(act, self._kind, changes)

    async def _put(self, act: Act, parts: Parts, said: Said) -> dict[str, dict[str, Listed]]:
        """Write lists; those that are other ones now, was and is, by the ERP's id."""
        owners = {key: id_ for key in said if (id_ := self.rows[key].id) is not None}
        before = await parts.read(act, list(owners.values()))
        await parts.put(act, {owners[key]: rows for key, rows in said.items()})
        after = await parts.read(act, list(owners.values()))
        listed = {key: (before.get(id_, []), after.get(id_, [])) for key, id_ in owners.items()}
        return {key: {parts.name: both} for key, both in listed.items() if both[0] != both[1]}

    @property
    def report(self) -> Report:
        """What became of every record."""
        return Report(self._number - len(self._unmatched), tuple(self._unmatched))


def changed(row: Row, fields: Mapping[str, Any]) -> Row:
    """The row with other values."""
    return Row(row.external_id, {**row.values, **fields}, row.id)


def first(reasons: Mapping[str, Reason]) -> Reason | None:
    """One of several mistakes."""
    return next(iter(reasons.values()), None)


class Owner(Struct, frozen=True):
    """A thing that a record names by the ERP's id; `company` is whose it is."""

    id: int
    company: int
