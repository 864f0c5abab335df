"""A saved list between Structs and columns: JSON in and out, no character the database refuses."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from fondaco.intake.meaning import ListRow
from fondaco.intake.parse import Columns, ParsedList, Problem, SheetRow, SkippedRow
from fondaco.intake.words import reason_of
from fondaco_sdk.context import AnyRow
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.match import ArticleRow, Match

MATCHING = "matching"
READY = "ready"
_HEAD = 10
_SKIPPED_SHOWN = 100


class Reading(Struct, frozen=True):
    """How a list was read; the fields as in `ParsedList`."""

    format: str
    sheet: str
    columns: Columns
    skipped: tuple[SkippedRow, ...]
    notices: tuple[Problem, ...]


class ListHead(Struct, frozen=True):
    """A saved list without its rows. `degraded` names plugins that failed while it was matched;
    `added_times` counts how often it was put into the cart; `created_at` is aware UTC."""

    id: int
    uuid: UUID
    name: str
    state: str
    rows_total: int
    rows_done: int
    reading: Reading
    degraded: tuple[str, ...]
    added_times: int
    created_at: datetime

    @property
    def matching(self) -> bool:
        """Whether a task is still looking the articles up."""
        return self.state == MATCHING


class StoredList(Struct, frozen=True):
    """A saved list; `matches` holds those of the rows that a task has looked up."""

    head: ListHead
    rows: tuple[ListRow, ...]
    matches: Mapping[int, tuple[Match, ...]]


_reading = msgspec.json.Decoder(Reading)
_texts = msgspec.json.Decoder(tuple[str, ...])
_problem = msgspec.json.Decoder(Problem | None)
_matches = msgspec.json.Decoder(tuple[Match, ...])


def columns_to_save(parsed: ParsedList) -> dict[str, Any]:
    """The parameters of `queries.SAVE` that hold rows and reading."""
    rows = [_storable_row(row) for row in parsed.rows]
    reading = Reading(
        parsed.format,
        parsed.sheet,
        parsed.columns,
        parsed.skipped[:_SKIPPED_SHOWN],
        parsed.notices,
    )
    return {
        "total": len(rows),
        "reading": json_text(_storable(msgspec.to_builtins(reading))),
        "numbers": [row.number for row in rows],
        "articles": [row.article for row in rows],
        "quantity_texts": [row.quantity_text for row in rows],
        "names": [row.name for row in rows],
        "alternates": [json_text(row.alternates) for row in rows],
        "quantities": [row.quantity for row in rows],
        "problems": [json_text(row.problem) for row in rows],
    }


def stored_list(found: Sequence[AnyRow]) -> StoredList:
    """The rows of `queries.LOAD`, at least one, as a list."""
    id, uuid, name, state, total, done, reading, degraded, added, created = found[0][:_HEAD]
    head = ListHead(
        id=id,
        uuid=uuid,
        name=name,
        state=state,
        rows_total=total,
        rows_done=done,
        reading=_reading.decode(reading),
        degraded=_texts.decode(degraded),
        added_times=added,
        created_at=created,
    )
    rows, matches = [], {}
    for row in found:
        number, *cells, known = row[_HEAD:]
        rows.append(_list_row(number, *cells))
        if known is not None:
            matches[number] = _matches.decode(known)
    return StoredList(head, tuple(rows), matches)


def article_row(number: int, article: str, alternates: Sequence[str], corrected: str) -> ArticleRow:
    """What to look up: the buyer's correction, or what was typed with its other spellings."""
    if corrected:
        return ArticleRow(number, corrected)
    return ArticleRow(number, article, tuple(alternates))


def article_row_of(found: AnyRow) -> ArticleRow:
    """A row of `queries.UNMATCHED`."""
    number, article, alternates, corrected = found
    return article_row(number, article, _texts.decode(alternates), corrected)


def matches_to_save(rows: Sequence[ArticleRow], matches: Sequence[Match]) -> dict[str, Any]:
    """The parameters of `queries.MATCHED`: every row has an answer, if only an empty one."""
    by_row: dict[int, list[Match]] = {row.row: [] for row in rows}
    for match in matches:
        by_row[match.row].append(match)
    return {"numbers": list(by_row), "matches": [json_text(found) for found in by_row.values()]}


def storable_text(text: str) -> str:
    """Without the one character that PostgreSQL has no place for."""
    return text.replace("\x00", "")


def _list_row(number: int, *cells: Any) -> ListRow:
    article, text, name, alternates, quantity, problem, corrected, wanted, chosen, keep = cells
    trouble = None if problem == "null" else _problem.decode(problem)
    return ListRow(
        number=number,
        article=article,
        quantity_text=text,
        name=name,
        alternates=() if alternates == "[]" else _texts.decode(alternates),
        quantity=quantity,
        problem=reason_of(trouble) if trouble else None,
        corrected=corrected,
        wanted=wanted,
        chosen=None if chosen is None else ProductId(chosen),
        keep=keep,
    )


def _storable_row(row: SheetRow) -> SheetRow:
    return msgspec.convert(_storable(msgspec.to_builtins(row)), SheetRow)


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return storable_text(value)
    if isinstance(value, dict):
        return {key: _storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(item) for item in value]
    return value


def json_text(value: Any) -> str:
    return msgspec.json.encode(value).decode()
