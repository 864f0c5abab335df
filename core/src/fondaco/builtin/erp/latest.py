"""Of several words on the same thing the newest one, by the ERP's numbers, then by arrival."""

from collections.abc import Callable, Mapping, Sequence
from typing import Generic, Protocol, TypeVar

from fondaco.builtin.erp.versions import Versions
from fondaco_sdk.context import Act
from fondaco_sdk.types.inbound import Report, Unmatched
from fondaco_sdk.types.reason import Reason


class Numbered(Protocol):
    """A record with the number of its version in the ERP, 0 for none."""

    @property
    def version(self) -> int:
        """Grows with every change."""


R = TypeVar("R", bound=Numbered)
_WORD = "word"


class Latest(Generic[R]):
    """What counts of a batch: `chosen` maps the place of each record that is to be merged to it.

    A record that a newer one of the batch replaces shares its fate; one that is older than what was
    known before is accepted and changes nothing.
    """

    def __init__(self, keys: Sequence[str], records: Sequence[R], versions: Versions) -> None:
        self._keys = keys
        self._records = records
        self._versions = versions
        newest: dict[str, int] = {}
        for place, (key, record) in enumerate(zip(keys, records, strict=True)):
            before = newest.get(key)
            if before is None or not record.version or record.version >= records[before].version:
                newest[key] = place
        self.chosen: Mapping[int, R] = {
            place: records[place]
            for key, place in newest.items()
            if versions.newer(key, records[place].version, (_WORD,))
        }
        self._newest = newest

    @classmethod
    async def of(
        cls, act: Act, kind: str, records: Sequence[R], key: Callable[[R], str]
    ) -> "Latest[R]":
        """Read what is known. One statement."""
        keys = [key(record) for record in records]
        return cls(keys, records, await Versions.read(act, kind, list(dict.fromkeys(keys))))

    async def close(self, act: Act, refused: Mapping[int, Reason]) -> Report:
        """Remember what was taken, and account for every record. One statement at most."""
        for place, record in self.chosen.items():
            if place not in refused:
                self._versions.remember(self._keys[place], record.version, (_WORD,))
        await self._versions.write(act)
        unmatched = [
            Unmatched(place, key, refused[self._newest[key]])
            for place, key in enumerate(self._keys)
            if self._newest[key] in refused
        ]
        return Report(len(self._records) - len(unmatched), tuple(unmatched))
