"""Orders of the ERP for who ordered them: whole, as a workbook, and where the prices came from."""

from uuid import UUID

from litestar import Response

from fondaco.documents.table_xlsx import Cell, download, table_xlsx
from fondaco.hooks.context import AskContext
from fondaco.lists.marks import may_keep
from fondaco.orders.earlier import EarlierLine, earlier_order
from fondaco.orders.export import COLUMNS
from fondaco.web.routing import route
from fondaco_sdk.types.actor import ActorKind
from fondaco_sdk.web import Page

VIEW = "order.view"
PLACE = "order.place"
HOME = "/orders/earlier/{uuid:uuid}"
_SHOWN = tuple(column for column in COLUMNS if column.label not in ("list_price", "promised"))


@route("GET", HOME, policy=VIEW)
async def earlier_page(ask: AskContext, uuid: UUID) -> Page:
    """One order as it stands in the ERP."""
    context = {
        "order": await earlier_order(ask, uuid, ask.scope),
        "may_place": ask.actor.may(PLACE),
        "may_keep_lists": may_keep(ask),
        "staff": ask.actor.kind is ActorKind.STAFF,
    }
    return Page("orders/earlier.html", context)


@route("GET", f"{HOME}/why", policy=VIEW)
async def why_earlier(ask: AskContext, uuid: UUID) -> Page:
    """Its prices were not made here: there are no steps to show."""
    order = await earlier_order(ask, uuid, ask.scope)
    return Page("orders/earlier_why.html", {"order": order})


@route("GET", f"{HOME}/export.xlsx", policy=VIEW)
async def export_earlier(ask: AskContext, uuid: UUID) -> Response[bytes]:
    """The order as a workbook."""
    order = await earlier_order(ask, uuid, ask.scope)
    rows = [_cells(number, line) for number, line in enumerate(order.lines, 1)]
    return download(table_xlsx(order.number, _SHOWN, rows, ask.locale), f"order-{uuid}.xlsx")


def _cells(number: int, line: EarlierLine) -> tuple[Cell, ...]:
    return (
        number,
        line.sku,
        line.name,
        line.unit,
        line.quantity,
        line.unit_price,
        line.total,
        line.vat_amount,
    )
