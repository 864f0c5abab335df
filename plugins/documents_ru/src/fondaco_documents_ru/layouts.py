"""The layouts by the names under which the manifest has them."""

from fondaco_documents_ru.contract import ContractLayout
from fondaco_documents_ru.reconciliation import ReconciliationLayout
from fondaco_documents_ru.settings import DocumentsRuSettings
from fondaco_documents_ru.torg12 import Torg12Layout
from fondaco_documents_ru.upd import UpdLayout


def upd(settings: DocumentsRuSettings) -> UpdLayout:
    """Универсальный передаточный документ."""
    return UpdLayout()


def torg12(settings: DocumentsRuSettings) -> Torg12Layout:
    """Товарная накладная по форме ТОРГ-12."""
    return Torg12Layout()


def reconciliation(settings: DocumentsRuSettings) -> ReconciliationLayout:
    """Акт сверки взаимных расчётов."""
    return ReconciliationLayout()


def contract(settings: DocumentsRuSettings) -> ContractLayout:
    """Договор поставки."""
    return ContractLayout(settings)
