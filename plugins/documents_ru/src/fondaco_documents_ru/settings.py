"""What a site may set under `[plugins.documents_ru]`."""

from msgspec import Struct


class DocumentsRuSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """`contract` is a file with the site's own text of the contract; without it one is shipped.

    The file is plain text in UTF-8: a paragraph a line, a heading on a line that begins with `# `,
    and the placeholders of `fondaco_documents_ru.placeholders`. `city` stands above the contract.
    """

    contract: str = ""
    city: str = ""
