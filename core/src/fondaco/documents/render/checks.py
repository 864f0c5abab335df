"""A document never shows a total that is not the sum of what stands above it."""

from collections.abc import Sequence
from decimal import Decimal

from fondaco.documents.render.errors import RenderError
from fondaco_sdk.types.paper import (
    KOPECK,
    Invoice,
    Line,
    Quote,
    VatTotal,
    saving_of,
    total_of,
    vat_totals_of,
)


def check_totals(content: Invoice | Quote) -> None:
    """RenderError: no lines, sums not in whole kopecks, or totals that differ from the lines."""
    number, lines = content.number, content.lines
    if not lines:
        raise RenderError(
            f"Document {number} has no lines: there is nothing to print.",
            f"В документе {number} нет строк: печатать нечего.",
        )
    for line in lines:
        _check_kopecks(number, line)
    _check_equal(number, "the total", "сумма", content.total, total_of(lines))
    given, summed = _by_rate(content.vat_totals), _by_rate(vat_totals_of(lines))
    for rate in sorted({*given, *summed}):
        stated, found = given.get(rate, Decimal(0)), summed.get(rate, Decimal(0))
        _check_equal(number, f"VAT at rate {rate}", f"НДС по ставке {rate}", stated, found)
    if isinstance(content, Quote):
        _check_equal(number, "the saving", "экономия", content.saving, saving_of(lines))


def _by_rate(totals: Sequence[VatTotal]) -> dict[str, Decimal]:
    return {vat.rate: vat.amount for vat in totals}


def _check_kopecks(number: str, line: Line) -> None:
    for amount in (line.total, line.vat_amount):
        if amount != amount.quantize(KOPECK):
            raise RenderError(
                f"Document {number}, line {line.number}: {amount} is not rounded to two decimals.",
                f"Документ {number}, строка {line.number}: сумма {amount} не округлена до двух"
                " знаков.",
            )


def _check_equal(number: str, what: str, russian: str, stated: Decimal, summed: Decimal) -> None:
    if stated != summed:
        raise RenderError(
            f"Document {number}: {what} is stated as {stated}, its lines give {summed}.",
            f"Документ {number}: {russian} — указано {stated}, по строкам {summed}.",
        )
