"""From a sheet of statuses or balances to records, keeping what stood in each row."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, TypeAlias

from msgspec import Struct

from fondaco_loyalty.assignments import StatusRecord
from fondaco_loyalty.balances import BalanceRecord
from fondaco_sdk.errors import UserError
from fondaco_sdk.manifest import Text
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.sheet import Sheet, SheetColumn, SheetRow

What: TypeAlias = Literal["balances", "statuses"]

_WHO = (
    SheetColumn(
        "tax_id", Text("ИНН", "Tax id"), ("инн/унп", "инн / унп", "унп", "inn", "tax_id"), "code"
    ),
    SheetColumn(
        "company",
        Text("Код клиента", "Customer id"),
        ("код", "код контрагента", "код в 1с", "код учётной системы", "guid", "company", "id"),
        "code",
    ),
)
COLUMNS: Mapping[What, tuple[SheetColumn, ...]] = {
    "balances": (
        *_WHO,
        SheetColumn(
            "points",
            Text("Бонусы", "Points"),
            ("остаток", "остаток бонусов", "баллы", "бонусы на конец", "balance"),
            "amount",
            required=True,
        ),
        SheetColumn(
            "until",
            Text("Действуют до", "Good until"),
            ("срок", "сгорают", "expires", "expires on"),
            "day",
        ),
    ),
    "statuses": (
        *_WHO,
        SheetColumn(
            "status", Text("Статус", "Status"), ("уровень", "tier", "level"), required=True
        ),
        SheetColumn(
            "since", Text("С какого дня", "From day"), ("с", "начало", "from", "valid from"), "day"
        ),
        SheetColumn(
            "until",
            Text("По какой день", "To day"),
            ("по", "до", "окончание", "to", "until", "valid to"),
            "day",
        ),
    ),
}


class FileRow(Struct, frozen=True):
    """A row of a file: `said` is what stood in its cells, `wrong` why it cannot be read."""

    number: int
    said: Mapping[str, str]
    points: Decimal | None = None
    since: date | None = None
    until: date | None = None
    wrong: Reason | None = None

    @property
    def who(self) -> str:
        """How the file names the customer."""
        return self.said.get("tax_id") or self.said.get("company", "")

    def balance(self, at: datetime) -> BalanceRecord:
        """The record of a balance that was true at a moment."""
        points = Decimal("NaN") if self.points is None else self.points
        return BalanceRecord(points, *self._named(), at=at, expires_on=self.until)

    def status(self) -> StatusRecord:
        """The record of a status."""
        return StatusRecord(
            self.said.get("status", ""),
            *self._named(),
            valid_from=self.since,
            valid_to=self.until,
        )

    def _named(self) -> tuple[str, str]:
        return self.said.get("company", ""), self.said.get("tax_id", "")


def rows_of(what: What, sheet: Sheet) -> Sequence[FileRow]:
    """The rows of a sheet. Raises `UserError` where no column says whose they are."""
    if not sheet.found.keys() & {"tax_id", "company"}:
        raise UserError(_NOBODY)
    return [_row(what, row) for row in sheet.rows]


def sample_of(what: What, status: str, today: date) -> Sequence[Sequence[str | int]]:
    """Rows of a file to fill in, for its columns in their order."""
    last = date(today.year, 12, 31).strftime("%d.%m.%Y")
    if what == "balances":
        return (("7701234567", "", 1500, last), ("", "К-000127", 320, ""))
    first = today.strftime("%d.%m.%Y")
    return (("7701234567", "", status, first, last), ("", "К-000127", status, "", ""))


def _row(what: What, row: SheetRow) -> FileRow:
    wrong = next((cell.wrong for cell in row.cells.values() if cell.wrong is not None), None)
    if wrong is None and what == "balances" and row.cell("points").number is None:
        wrong = _NO_POINTS
    return FileRow(
        row.number,
        {name: cell.text for name, cell in row.cells.items() if cell.text},
        row.cell("points").number,
        row.cell("since").day,
        row.cell("until").day,
        wrong,
    )


_NOBODY = Reason(
    "loyalty.file_nobody",
    "В таблице нет столбца «ИНН» или «Код клиента»: не понять, чьи это строки",
    "The table has no column “Tax id” or “Customer id”, so nobody can tell whose its rows are",
)
_NO_POINTS = Reason(
    "loyalty.file_no_points",
    "Не указано число бонусов. Если их нет, впишите 0",
    "The number of points is missing. Write 0 if there are none",
)
