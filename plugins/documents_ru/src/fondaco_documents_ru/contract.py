"""Договор поставки from the site's own text."""

from pathlib import Path
from typing import cast

from fondaco_documents_ru import parts
from fondaco_documents_ru.parts import TYPST
from fondaco_documents_ru.placeholders import filled
from fondaco_documents_ru.settings import DocumentsRuSettings
from fondaco_sdk.errors import UserError
from fondaco_sdk.providers.layout import Paper, Press
from fondaco_sdk.types.paper import Contract, Party
from fondaco_sdk.types.reason import Reason

SHIPPED = Path(__file__).parent / "contract.txt"
LARGEST = 500_000
HEADING = "# "


class ContractLayout:
    """Draws contracts (implements `Layout`)."""

    def __init__(self, settings: DocumentsRuSettings) -> None:
        self._settings = settings

    def draw(self, paper: Paper, press: Press) -> bytes:
        """PDF. UserError: no such file, or a placeholder that is none."""
        contract = cast("Contract", paper.content)
        text = filled(self._text(), contract, press)
        title = f"Договор поставки № {contract.number}"
        texts = {
            "title": title,
            "running": f"{title} от {press.long_day(contract.date)}",
            "author": contract.seller.name,
            "city": self._settings.city,
            "date": press.long_day(contract.date),
            "paragraphs": [
                [line.startswith(HEADING), line.removeprefix(HEADING).strip()]
                for line in text.splitlines()
                if line.strip()
            ],
            "sides": [_side("Поставщик", contract.seller), _side("Покупатель", contract.buyer)],
            "sides_title": "Реквизиты и подписи сторон",
        }
        return press.typeset(TYPST / "contract.typ", texts, contract.seller, contract.date)

    def _text(self) -> str:
        file = Path(self._settings.contract) if self._settings.contract else SHIPPED
        try:
            data = file.read_bytes()[: LARGEST + 1]
            text = data.decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(_unreadable(file.name)) from error
        if len(data) > LARGEST:
            raise UserError(_unreadable(file.name))
        return text


def _side(role: str, party: Party) -> list[str]:
    office, name = parts.signer(party)
    return [role, parts.requisites(party), office, name]


def _unreadable(name: str) -> Reason:
    return Reason(
        "documents_ru.contract",
        f"Текст договора «{name}» не читается: нужен файл UTF-8 до {LARGEST // 1000} КБ",
        f"The contract's text “{name}” cannot be read: it must be UTF-8, up to"
        f" {LARGEST // 1000} KB",
    )
