"""Audit lines of what the ERP changed in customers: a batch is one statement, however long."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.builtin.erp.rows import Row
from fondaco_sdk.context import Act

KINDS = frozenset({"company", "legal_entity", "outlet", "agreement", "person"})
"""What belongs to one customer."""

_OWNERS = frozenset({"company_id", "company", "legal_entity_id", "seller_id", "held"})
_WRITE: TextClause = text(
    """
    insert into fondaco.audit_entry (company_id, action, subject, before, after)
    select coalesce(said.company, e.company_id), said.action, said.subject,
           said.before, said.after
      from jsonb_to_recordset(cast(:lines as jsonb))
           said (place int, company bigint, entity bigint, action text, subject text,
                 before jsonb, after jsonb)
      left join fondaco.legal_entity e on e.id = said.entity
     order by said.place
    """
)
_NAMES: TextClause = text(
    "select id, name from fondaco.user_account where id = any(cast(:ids as bigint[]))"
)


Listed: TypeAlias = tuple[list[str], list[str]]


class Change(Struct, frozen=True):
    """A row before, None for a new one, and after; with it the lists that hang on it and are other
    ones now, was and is, by their names."""

    before: Row | None
    after: Row
    lists: Mapping[str, Listed] = {}


async def write_trail(act: Act, kind: str, changes: Sequence[Change]) -> None:
    """Which fields of which customers are other ones now. At most two statements."""
    if kind not in KINDS or not changes:
        return
    names = await _managers(act, changes)
    lines = [_line(place, kind, change, names) for place, change in enumerate(changes)]
    said = msgspec.json.encode(lines, enc_hook=str).decode()
    await act.execute(_WRITE, {"lines": said})


def _line(place: int, kind: str, change: Change, names: Mapping[int, str]) -> dict[str, Any]:
    old, new = change.before, change.after
    was = {} if old is None else _shown(old, names)
    now = _shown(new, names)
    other = [name for name, value in now.items() if old is None or was.get(name) != value]
    lists = change.lists
    return {
        "place": place,
        "company": new.id if kind == "company" else new.values.get("company_id"),
        "entity": new.values.get("legal_entity_id"),
        "action": f"erp.{kind}.{'add' if old is None else 'change'}",
        "subject": next((now[name] for name in ("name", "number", "email") if now.get(name)), ""),
        "before": {
            **{name: was[name] for name in other if name in was},
            **{name: before for name, (before, _) in lists.items() if old is not None},
        },
        "after": {
            **{name: now[name] for name in other if old is not None or now[name]},
            **{name: after for name, (_, after) in lists.items()},
        },
    }


def _shown(row: Row, names: Mapping[int, str]) -> dict[str, Any]:
    """The fields of a row as people know them, and under which id the ERP knows it."""
    fields = {name: value for name, value in row.values.items() if name not in _OWNERS}
    if "manager_id" in fields:
        fields["manager"] = names.get(fields.pop("manager_id"), "")
    return {**fields, "external_id": row.external_id}


async def _managers(act: Act, changes: Sequence[Change]) -> Mapping[int, str]:
    rows = [row for change in changes for row in (change.before, change.after) if row is not None]
    ids = {row.values["manager_id"] for row in rows if row.values.get("manager_id")}
    if not ids:
        return {}
    return {row.id: row.name for row in await act.fetch(_NAMES, {"ids": list(ids)})}
