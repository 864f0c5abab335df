"""Documents drawn from plain data: `Invoice` or `Quote` in, the bytes of a file out.

Nothing here reads a database, a clock or the network; the same content gives the same bytes.
Typesetting 500 lines takes about 200 MB of memory, so it belongs into the worker.
"""

from fondaco.documents.render.errors import RenderError
from fondaco.documents.render.invoice import invoice_pdf
from fondaco.documents.render.quote import quote_pdf
from fondaco.documents.render.quote_xlsx import quote_xlsx

__all__ = ["RenderError", "invoice_pdf", "quote_pdf", "quote_xlsx"]
