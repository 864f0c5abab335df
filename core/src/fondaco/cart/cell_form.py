"""The fields of the tables in which a cart is dealt out, and the cells that come back from them."""

from collections.abc import Set
from decimal import Decimal
from uuid import UUID

from fondaco.cart.dealing import Cell
from fondaco.cart.service import check_quantity
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form

WHOLE_TABLE = 4_000_000
ZERO = Decimal(0)
_CELL = "cell"


def field_name(line: UUID, part: UUID) -> str:
    """The field in which it stands what a part gets of a line."""
    return f"{_CELL}.{line}.{part}"


def cells_in(form: Form) -> tuple[list[Cell], dict[str, Reason]]:
    """The cells of a posted form, and what is wrong with the others, by their names.

    An empty field is nothing for that part. A field of a strange name is left aside. A button named
    "take" is worth a field: its name, and the quantity after a sign of equality.
    """
    cells, wrong = [], {}
    taken, _, quantity_taken = form.text("take").partition("=")
    form = Form({name: [text] for name, text in {**form.values(), taken: quantity_taken}.items()})
    for name, text in form.values().items():
        where = _where(name)
        if where is None:
            continue
        try:
            quantity = form.decimal(name) if text.strip() else ZERO
            if quantity:
                check_quantity(quantity)
        except UserError as mistake:
            wrong[name] = next(iter(mistake.fields.values()))
        else:
            cells.append(Cell(*where, quantity))
    return cells, wrong


def lines_in(form: Form) -> Set[str]:
    """The uuids of the lines whose cells a form has."""
    return {name.split(".")[1] for name in form.values() if name.startswith(f"{_CELL}.")}


def page_number(form: Form) -> int:
    """The page of the table that the form was on."""
    text = form.text("page")
    return int(text) if text.isdecimal() and len(text) < 6 else 1


def _where(name: str) -> tuple[UUID, UUID] | None:
    kind, *ids = name.split(".")
    if kind != _CELL or len(ids) != 2:
        return None
    try:
        return UUID(ids[0]), UUID(ids[1])
    except ValueError:
        return None
