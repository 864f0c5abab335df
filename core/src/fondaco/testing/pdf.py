"""What a reader of a PDF sees, as text."""

from collections.abc import Sequence
from io import BytesIO

from pypdf import PdfReader


def pages_of(pdf: bytes) -> Sequence[str]:
    """The text of each page; every kind of space as one space, no line breaks."""
    reader = PdfReader(BytesIO(pdf))
    return [" ".join(page.extract_text().replace("\u200b", "").split()) for page in reader.pages]


def text_of(pdf: bytes) -> str:
    """The text of the whole document, in one line."""
    return " ".join(pages_of(pdf))
