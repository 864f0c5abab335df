"""Rows of the kernel's tables by the ERP's ids: read whole, changed in memory, written at once."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET, Struct
from sqlalchemy import TextClause, text
from uuid_utils.compat import uuid7

from fondaco_sdk.context import Act
from fondaco_sdk.types.reason import Reason

LONGEST_ID = 255
_CURRENCY = re.compile(r"[A-Z]{3}")


class Row(Struct):
    """A row as it shall be; `id` None: it is new."""

    external_id: str
    values: dict[str, Any]
    id: int | None = None


class Kept:
    """Which columns of a table the ERP writes; `columns` maps each to its type in SQL."""

    def __init__(self, table: str, columns: Mapping[str, str]) -> None:
        names = ", ".join(columns)
        typed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        self._columns = tuple(columns)
        self._read: TextClause = text(
            f"select id, external_id, {names} from fondaco.{table}"
            " where external_id = any(cast(:ids as text[])) order by id for update"
        )
        self._add: TextClause = text(
            f"""
            insert into fondaco.{table} (uuid, external_id, {names})
            select uuid, external_id, {names}
              from jsonb_to_recordset(cast(:rows as jsonb))
                   said (uuid uuid, external_id text, {typed})
            returning external_id, id
            """
        )
        changes = ", ".join(f"{name} = said.{name}" for name in columns)
        self._change: TextClause = text(
            f"""
            update fondaco.{table} kept set external_id = said.external_id, {changes}
              from jsonb_to_recordset(cast(:rows as jsonb))
                   said (id bigint, external_id text, {typed})
             where kept.id = said.id
            """
        )

    async def read(self, act: Act, external_ids: Sequence[str]) -> dict[str, Row]:
        """The rows there are, locked until the end, by the ERP's ids. One statement."""
        rows = await act.fetch(self._read, {"ids": list(external_ids)})
        return {row[1]: Row(row[1], dict(zip(self._columns, row[2:], strict=True)), row[0])
                for row in rows}  # fmt: skip

    async def write(self, act: Act, rows: Sequence[Row]) -> None:
        """Add and change, and give the new ones their ids. At most two statements."""
        new = {row.external_id: row for row in rows if row.id is None}
        old = [row for row in rows if row.id is not None]
        if old:
            said = [{"id": r.id, "external_id": r.external_id, **r.values} for r in old]
            await act.execute(self._change, {"rows": _json(said)})
        if new:
            added = [{"uuid": uuid7(), "external_id": r.external_id, **r.values}
                     for r in new.values()]  # fmt: skip
            for external_id, id_ in await act.fetch(self._add, {"rows": _json(added)}):
                new[external_id].id = id_


def said(record: Struct, cleared: Mapping[str, Any]) -> dict[str, Any]:
    """What a record says of the fields `cleared` names; null becomes the value given there."""
    found = {name: getattr(record, name) for name in cleared}
    return {
        name: cleared[name] if value is None else value
        for name, value in found.items()
        if value is not UNSET
    }


def unfit(external_id: str, name: str = "-", most: int = 200) -> Reason | None:
    """Why a thing cannot be known under this id and name."""
    if not external_id.strip() or len(external_id) > LONGEST_ID:
        return Reason(
            "erp.external_id",
            f"Код учётной системы пустой или длиннее {LONGEST_ID} знаков",
            f"The ERP's id is empty or longer than {LONGEST_ID} characters",
        )
    if not name.strip() or len(name) > most:
        return Reason(
            "erp.name",
            f"Название пустое или длиннее {most} знаков",
            f"The name is empty or longer than {most} characters",
        )
    return None


def unfit_currency(code: str) -> Reason | None:
    """Why this is no currency."""
    if _CURRENCY.fullmatch(code):
        return None
    return Reason(
        "erp.currency",
        f"«{code}» не код валюты ISO 4217 из трёх букв, например RUB",
        f"“{code}” is not a currency code of ISO 4217 of three letters, for example RUB",
        {"value": code},
    )


def unknown(what_ru: str, what_en: str, external_id: str) -> Reason:
    """The portal has nothing under an id that a record names."""
    return Reason(
        "erp.unknown",
        f"{what_ru} с кодом учётной системы «{external_id}» на портале нет: сначала передайте его",
        f"The portal has no {what_en} with the ERP's id “{external_id}”: send it first",
        {"external_id": external_id},
    )


def moved(what_ru: str, what_en: str) -> Reason:
    """A record names another owner than the one the portal knows."""
    return Reason(
        "erp.moved",
        f"На портале эта запись принадлежит другому владельцу ({what_ru}). Передайте её под новым"
        " кодом",
        f"On the portal this record belongs to another {what_en}. Send it under a new id",
    )


def _json(rows: Sequence[Mapping[str, Any]]) -> str:
    return msgspec.json.encode(rows, enc_hook=str).decode()
