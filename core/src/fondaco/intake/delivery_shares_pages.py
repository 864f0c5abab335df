"""A table of articles and deliveries, as a file or pasted: looked at, taken at a stroke."""

from typing import Any

from litestar import Request, Response

from fondaco.cart.cell_form import WHOLE_TABLE
from fondaco.cart.deliveries.pages import PAGE, refused_page, take_cells
from fondaco.cart.deliveries.stored import stored_deliveries
from fondaco.cart.deliveries.table import DeliveryHeadings
from fondaco.cart.part_table import Headings
from fondaco.cart.targets import read_targets
from fondaco.hooks.context import AskContext
from fondaco.intake.pages import MOST_UPLOADED, POLICY
from fondaco.intake.shares import Gets
from fondaco.intake.shares_door import Door
from fondaco.web.routing import route
from fondaco_sdk.web import Form, Page, Redirect

FILE = f"{PAGE}/file"


async def _headings(ask: AskContext) -> tuple[Headings, Gets]:
    today = ask.now.astimezone(ask.zone).date()
    headings = DeliveryHeadings(await read_targets(ask), await stored_deliveries(ask), today)
    return headings, headings.gets


DOOR = Door(PAGE, "deliveries", _headings, take_cells, refused_page)


@route("POST", FILE, policy=POLICY, max_body=MOST_UPLOADED)
async def look_at_file(request: Request[Any, Any, Any], ask: AskContext) -> Page:
    """What is understood of the file; nothing is written yet."""
    return await DOOR.look(request, ask)


@route("POST", f"{PAGE}/table", policy=POLICY, max_body=WHOLE_TABLE)
async def look_at_paste(ask: AskContext, form: Form) -> Page:
    """The same of what was pasted."""
    return await DOOR.look_at_paste(ask, next(iter(form.all("table")), ""))


@route("POST", f"{FILE}/take", policy=POLICY, max_body=WHOLE_TABLE)
async def take_file(ask: AskContext, form: Form) -> Page:
    """Put it into the cart at a stroke, with what undoes it."""
    return await DOOR.taken(ask, form)


@route("POST", f"{FILE}/left.xlsx", policy=POLICY, max_body=WHOLE_TABLE)
async def left_file(ask: AskContext, form: Form) -> Response[bytes] | Redirect:
    """What was not taken, with the reasons; mended, it can be uploaded again."""
    return DOOR.left(ask, form)
