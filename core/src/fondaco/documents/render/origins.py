"""How the prices of a quote came about: an appendix, so that its table stays readable."""

from collections.abc import Sequence
from decimal import Decimal

from fondaco.documents.render.figures import money
from fondaco.documents.render.labels import LABELS
from fondaco_sdk.types.paper import Line, Origin


def worth_telling(lines: Sequence[Line]) -> bool:
    """Whether some price is more than that of a list."""
    return any(len(line.origins) > 1 for line in lines)


def origins_texts(lines: Sequence[Line], lang: str) -> dict[str, object]:
    """The appendix as its layout prints it; without rows there is none."""
    told = lines if worth_telling(lines) else ()
    return {
        "heading": LABELS[lang]["origins"],
        "note": LABELS[lang]["origins_note"],
        "rows": [
            {
                "number": str(line.number),
                "sku": line.sku,
                "name": line.name,
                "steps": [[one.text, money(amount_of(one), lang)] for one in line.origins],
            }
            for line in told
        ],
    }


def amount_of(origin: Origin) -> Decimal:
    """The price after a step; below zero for what was taken off the line's sum."""
    if origin.unit_price is not None:
        return origin.unit_price
    return -(origin.off_sum or Decimal(0))
