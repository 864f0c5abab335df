"""The kernel's own layouts: the invoice and the quote, behind the seam of everybody's."""

from typing import cast

from fondaco.documents.render import invoice_pdf, quote_pdf, quote_xlsx
from fondaco_sdk.providers.layout import Paper, Press
from fondaco_sdk.types.paper import Invoice, Quote


class InvoiceLayout:
    """Счёт на оплату with a payment code (implements `Layout`)."""

    def draw(self, paper: Paper, press: Press) -> bytes:
        """PDF."""
        invoice = cast("Invoice", paper.content)
        return invoice_pdf(invoice, paper.letterhead, paper.locale, paper.blocks)


class QuoteLayout:
    """Коммерческое предложение (implements `Layout`)."""

    def draw(self, paper: Paper, press: Press) -> bytes:
        """PDF or xlsx."""
        draw = quote_xlsx if paper.format == "xlsx" else quote_pdf
        return draw(cast("Quote", paper.content), paper.letterhead, paper.locale, paper.blocks)


def invoice(settings: None) -> InvoiceLayout:
    """The layout of invoices."""
    return InvoiceLayout()


def quote(settings: None) -> QuoteLayout:
    """The layout of quotes."""
    return QuoteLayout()
