"""Codes as a workbook of one sheet: every cell is text, nothing is a formula."""

from collections.abc import Sequence
from io import BytesIO

from xlsxwriter import Workbook

from fondaco_promotions.campaign import Campaign

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def codes_xlsx(campaign: Campaign, codes: Sequence[str], locale: str) -> bytes:
    """The codes below each other, beside the campaign's name."""
    heads = ("Промокод", "Акция") if locale == "ru" else ("Promo code", "Promotion")
    name = campaign.name(locale)
    out = BytesIO()
    with Workbook(out, _OPTIONS) as workbook:
        sheet = workbook.add_worksheet("Промокоды" if locale == "ru" else "Promo codes")
        bold = workbook.add_format({"bold": True})
        sheet.set_column(0, 0, 18)
        sheet.set_column(1, 1, 40)
        sheet.freeze_panes(1, 0)
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, bold)
        for row, code in enumerate(codes, start=1):
            sheet.write_string(row, 0, code)
            sheet.write_string(row, 1, name)
    return out.getvalue()
