"""Lines of an order become others, in all its shipments at once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from fondaco.hooks.context import ActContext
from fondaco.orders.amending.service import amend_together
from fondaco.orders.requests.rule import Line
from fondaco_sdk.types.order import AmendedLine, Order
from fondaco_sdk.types.reason import Reason


async def amend_lines(
    act: ActContext,
    order: Order,
    lines: Sequence[Line],
    become: Mapping[int, AmendedLine],
    *,
    source: str,
    reason: Reason,
) -> bool:
    """`lines` are all of the order; those in `become`, by their id, are to be that. Whether
    anything has changed. Statements depend on shipments, not on lines.
    """
    shipments: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        shipments[line.shipment].append(line)
    wanted = {
        UUID(shipment): [become.get(line.id) or _as_it_is(line) for line in own]
        for shipment, own in shipments.items()
        if any(line.id in become for line in own)
    }
    return await amend_together(act, order.id, wanted, source=source, reason=reason)


def _as_it_is(line: Line) -> AmendedLine:
    return AmendedLine(line.product_id, line.quantity, line.unit_price, line.total)
