"""A manager works in a customer's name: a session of its own, seen on every page, in the audit."""

from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.response import Redirect as LitestarRedirect
from sqlalchemy import TextClause, text

from fondaco.hooks.context import ActContext
from fondaco.identity.arrival import CSRF_COOKIE, guarded_cookie
from fondaco.identity.sessions import COOKIE, open_session
from fondaco.staff.customers.rights import customer_for
from fondaco.web.routing import route
from fondaco_sdk.errors import Conflict
from fondaco_sdk.types.reason import Reason

HOME = "/staff/customers"
_READY: TextClause = text(
    """
    select 1 from fondaco.agreement g
      join fondaco.legal_entity e on e.id = g.legal_entity_id
      join fondaco.company c on c.id = e.company_id
     where c.id = :company and c.state = 'active' and g.active
     limit 1
    """
)
NO_AGREEMENT = Reason(
    "behalf.no_agreement",
    "У клиента нет действующего соглашения, заказывать от его имени нельзя",
    "This customer has no agreement in force, so nothing can be ordered for it",
)
_UUID: TextClause = text("select uuid from fondaco.company where id = :company")


@route("POST", f"{HOME}/{{uuid:uuid}}/act", policy="customer.act")
async def begin(request: Request[Any, Any, Any], act: ActContext, uuid: UUID) -> Response[Any]:
    """Begin: a new session key, and the old one is dead."""
    customer = await customer_for(act, uuid)
    if not await act.fetch(_READY, {"company": customer.id}):
        raise Conflict(NO_AGREEMENT)
    await act.audit("behalf.start", f"company:{customer.uuid}", None, None, customer.id)
    return await _anew(request, act, "/", {"behalf": customer.id})


@route("POST", "/behalf/end", policy="signed-in")
async def end(request: Request[Any, Any, Any], act: ActContext) -> Response[Any]:
    """End: a new key again, back at the customer's card; again changes nothing."""
    if not act.on_behalf:
        return LitestarRedirect("/", status_code=303)
    company = act.scope.company_id
    uuid = (await act.fetch(_UUID, {"company": company}))[0].uuid
    await act.audit("behalf.end", f"company:{uuid}", None, None)
    return await _anew(request, act, f"{HOME}/{uuid}", {})


async def _anew(
    request: Request[Any, Any, Any], act: ActContext, target: str, data: dict[str, int]
) -> Response[Any]:
    server = act.hall.settings.server
    assert act.actor.user_id is not None
    key = await open_session(
        act.connection,
        act.actor.user_id,
        server.session_days,
        replaces=request.cookies.get(COOKIE),
        data=data,
    )
    answer: Response[Any] = LitestarRedirect(target, status_code=303)
    answer.set_cookie(guarded_cookie(server, COOKIE, key, server.session_days))
    answer.delete_cookie(CSRF_COOKIE)
    return answer
