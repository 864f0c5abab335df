"""Lists that hang on what the ERP sends: price lists, bank accounts, outlets of a contact."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct
from sqlalchemy import TextClause

from fondaco_sdk.context import Act

Said: TypeAlias = Mapping[str, Sequence[Mapping[str, Any]]]
"""What the list holds now by columns, by the ERP's id of what it hangs on."""


class Parts(Struct, frozen=True):
    """How a list is kept, under the `name` by which audit lines call it.

    `shown` gives for `:owners` the owner and what people read, in its order; `drop` empties the
    lists of `:owners`; `add` takes `:rows`, each with its `owner`.
    """

    name: str
    shown: TextClause
    drop: TextClause
    add: TextClause

    async def read(self, act: Act, owners: Sequence[int]) -> Mapping[int, list[str]]:
        """The lists as people read them. One statement."""
        return {
            owner: list(held) for owner, held in await act.fetch(self.shown, {"owners": owners})
        }

    async def put(self, act: Act, said: Mapping[int, Sequence[Mapping[str, Any]]]) -> None:
        """The lists of these owners anew. Two statements."""
        await act.execute(self.drop, {"owners": list(said)})
        rows = [{"owner": owner, **one} for owner, held in said.items() for one in held]
        await act.execute(self.add, {"rows": msgspec.json.encode(rows).decode()})
