"""A file of articles and outlets: looked at, taken at a stroke."""

from typing import Any

from litestar import Request, Response

from fondaco.cart.cell_form import WHOLE_TABLE
from fondaco.cart.outlets.pages import PAGE, refused_page
from fondaco.cart.outlets.strokes import take_products
from fondaco.cart.outlets.table import OutletHeadings
from fondaco.cart.part_table import Headings
from fondaco.customers.outlets import choosable_outlets
from fondaco.hooks.context import AskContext
from fondaco.intake.pages import MOST_UPLOADED, POLICY
from fondaco.intake.shares import Gets
from fondaco.intake.shares_door import Door
from fondaco.web.routing import route
from fondaco_sdk.web import Form, Page, Redirect

FILE = f"{PAGE}/file"


async def _headings(ask: AskContext) -> tuple[Headings, Gets]:
    outlets = await choosable_outlets(ask)
    keys = {outlet.id: str(outlet.uuid) for outlet in outlets}
    return OutletHeadings(outlets), lambda row, parts: {
        keys[id]: quantity for id, quantity in row.shared.items() if id in keys
    }


DOOR = Door(PAGE, "outlets", _headings, take_products, refused_page)


@route("POST", FILE, policy=POLICY, max_body=MOST_UPLOADED)
async def look_at_file(request: Request[Any, Any, Any], ask: AskContext) -> Page:
    """What is understood of the file; nothing is written yet."""
    return await DOOR.look(request, ask)


@route("POST", f"{FILE}/take", policy=POLICY, max_body=WHOLE_TABLE)
async def take_file(ask: AskContext, form: Form) -> Page:
    """Put it into the grid at a stroke, with what undoes it."""
    return await DOOR.taken(ask, form)


@route("POST", f"{FILE}/left.xlsx", policy=POLICY, max_body=WHOLE_TABLE)
async def left_file(ask: AskContext, form: Form) -> Response[bytes] | Redirect:
    """What was not taken, with the reasons; mended, it can be uploaded again."""
    return DOOR.left(ask, form)
