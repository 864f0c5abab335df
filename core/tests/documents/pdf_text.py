"""What a reader of a PDF sees, as text."""

from io import BytesIO

from pypdf import PdfReader


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page; non-breaking spaces as spaces, no line breaks."""
    reader = PdfReader(BytesIO(pdf))
    return [
        " ".join(page.extract_text().replace("\u00a0", " ").replace("\u200b", "").split())
        for page in reader.pages
    ]


def text_of(pdf: bytes) -> str:
    return " ".join(pages_of(pdf))
