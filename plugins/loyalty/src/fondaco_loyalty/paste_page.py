"""The staff's page that takes statuses or balances pasted from a sheet of the ERP."""

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from fondaco_loyalty.assignments import StatusRecord, take_statuses
from fondaco_loyalty.balances import BalanceRecord, take_balances
from fondaco_loyalty.files import recent
from fondaco_loyalty.manifest import FILES, PASTE
from fondaco_sdk.context import Act, Ask
from fondaco_sdk.types.inbound import Report
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page

MOST_LINES = 5000
_TAX_ID = re.compile(r"\d{9}|\d{10}|\d{12}")


async def paste(ask: Ask) -> Page:
    """An empty field for the lines, and one for a file."""
    return await paste_page(ask, "balances", "")


async def take_pasted(act: Act, form: Form) -> Page:
    """Take the lines, and show those that found nobody, to be mended and sent again."""
    what = "statuses" if form.text("what") == "statuses" else "balances"
    typed = form.text("lines")
    lines = [line.strip() for line in typed.splitlines() if line.strip()]
    if not lines:
        return await paste_page(act, what, typed, mistake=_EMPTY.text(act.locale))
    if len(lines) > MOST_LINES:
        return await paste_page(act, what, typed, mistake=_MANY.text(act.locale))
    cells = [_cells(line) for line in lines]
    if what == "statuses":
        report = await take_statuses(act, [_status(*cell) for cell in cells])
    else:
        report = await take_balances(act, [_balance(*cell) for cell in cells])
    await act.audit(f"loyalty.{what}.paste", "loyalty", None, report.accepted)
    left = [lines[found.record] for found in report.unmatched]
    return await paste_page(act, what, "\n".join(left), report=report, left=left)


def _cells(line: str) -> tuple[str, str]:
    """Who, and what: two columns of a sheet, by a tab, or by a semicolon."""
    separator = "\t" if "\t" in line else ";"
    who, _, what = line.partition(separator)
    return who.strip(), what.strip()


def _balance(who: str, points: str) -> BalanceRecord:
    company, tax_id = _named(who)
    try:
        amount = Decimal(re.sub(r"\s", "", points).replace(",", "."))
    except InvalidOperation:
        amount = Decimal("NaN")
    return BalanceRecord(amount, company, tax_id)


def _status(who: str, status: str) -> StatusRecord:
    return StatusRecord(status, *_named(who))


def _named(who: str) -> tuple[str, str]:
    """The company's id in the ERP, or a tax id of Russia or Belarus."""
    return ("", who) if _TAX_ID.fullmatch(who) else (who, "")


async def paste_page(
    ask: Ask,
    what: str,
    typed: str = "",
    *,
    mistake: str = "",
    file_mistake: str = "",
    report: Report | None = None,
    left: Sequence[str] = (),
) -> Page:
    """Both forms, with what was typed and what is wrong, and the files of before."""
    return Page(
        "loyalty/paste.html",
        {
            "address": PASTE,
            "what": what,
            "typed": typed,
            "mistake": mistake,
            "file_mistake": file_mistake,
            "files": FILES,
            "uploads": await recent(ask),
            "report": report,
            "refused": list(zip(left, report.unmatched, strict=True)) if report else [],
        },
        status=422 if mistake or file_mistake else 200,
    )


_EMPTY = Reason("loyalty.paste_empty", "Вставьте хотя бы одну строку", "Paste at least one line")
_MANY = Reason(
    "loyalty.paste_many",
    f"Не больше {MOST_LINES} строк за раз: передайте остальное следующей вставкой",
    f"At most {MOST_LINES} lines at once: send the rest by the next paste",
)
