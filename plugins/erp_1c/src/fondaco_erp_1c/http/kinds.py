"""What a file holds, by its first part; names say nothing certain."""

from enum import StrEnum
from pathlib import Path

from fondaco_erp_1c.commerceml.stream import SECTIONS, elements
from fondaco_erp_1c.commerceml.tree import LOCAL

_CLASSIFIER, _CATALOG, *_OFFERS = SECTIONS


class Kind(StrEnum):
    """What is in a file."""

    GOODS = "goods"
    OFFERS = "offers"
    PARTNERS = "partners"
    DOCUMENTS = "documents"
    NOTHING = "nothing"


def kind_of(path: Path) -> Kind:
    """Raises SourceRefused for what is no CommerceML, or is broken at its start."""
    with path.open("rb") as source:
        for event, element in elements(source, ("Документ", "Контрагент")):
            name = LOCAL[element.tag]
            if event == "start" and name in _OFFERS:
                return Kind.OFFERS
            if event == "start" and name in (_CLASSIFIER, _CATALOG):
                return Kind.GOODS
            if name == "Документ":
                return Kind.DOCUMENTS
            if name == "Контрагент":
                return Kind.PARTNERS
    return Kind.NOTHING
