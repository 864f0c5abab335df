"""The approver's two answers to a change beyond a limit, over the JSON API."""

from uuid import UUID

from litestar import post
from litestar.params import FromPath, JSONBody

from fondaco.orders.api import Refusal
from fondaco.orders.approval_pages import POLICY
from fondaco.orders.requests.api import ChangesOut, changes_out
from fondaco.orders.requests.approving import approve_change, refuse_growth
from fondaco.orders.service import Orders
from fondaco.web.api import ERRORS, AskDependency


@post(
    "/orders/{uuid:uuid}/changes/{change:uuid}/approve",
    responses=ERRORS,
    policy=POLICY,
    summary="Approve a change that goes beyond a limit",
    status_code=200,
)
async def approve_growth(
    ask: AskDependency, uuid: FromPath[UUID], change: FromPath[UUID]
) -> ChangesOut:
    """Staff are asked from now on. Again: nothing happens.

    403 for one's own request and for outlets of others. 409 where `change` is not what waits for an
    approval, or the order is too far.
    """
    order = (await Orders(ask).detail(uuid, ask.scope)).order
    async with ask.act() as act:
        await approve_change(act, order.id, change)
    return await changes_out(ask, order)


@post(
    "/orders/{uuid:uuid}/changes/{change:uuid}/refuse",
    responses=ERRORS,
    policy=POLICY,
    summary="Refuse a change that goes beyond a limit",
    status_code=200,
)
async def refuse_it(
    ask: AskDependency, uuid: FromPath[UUID], change: FromPath[UUID], data: JSONBody[Refusal]
) -> ChangesOut:
    """The order stays as it is, and staff never see the request. Again: nothing happens.

    403 and 409 as for approving; 422 on `reason` without one.
    """
    order = (await Orders(ask).detail(uuid, ask.scope)).order
    async with ask.act() as act:
        await refuse_growth(act, order.id, change, data.reason.strip())
    return await changes_out(ask, order)
