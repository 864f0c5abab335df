"""What acquirers send: believed in one thing only, which charge to ask them about."""

import hmac
from ipaddress import ip_address, ip_network
from typing import Any

from litestar import Request, Response

from fondaco.hooks.context import AskContext
from fondaco.orders.payments.acquirers import acquirer_of
from fondaco.orders.payments.charge_queries import FOUND
from fondaco.orders.payments.charges import SETTLED
from fondaco.orders.payments.polling import TOLD_TASK, Told
from fondaco.web.address import client_address, neighbourhood
from fondaco.web.limits import Limit, count_try
from fondaco.web.routing import route
from fondaco_sdk.manifest import Auth
from fondaco_sdk.providers.payment import Acquirer

LARGEST = 64 * 1024
LONGEST_ID = 100
WEBHOOKS = Limit("webhook", 600, 1)
_ABSENT, _TAKEN, _BROKEN, _TOO_MANY = 404, 200, 400, 429


@route(
    "POST",
    "/payments/{provider:str}/{secret:str}",
    policy="public",
    auth=Auth.SIGNATURE,
    max_body=LARGEST,
)
async def told_by_acquirer(
    request: Request[Any, Any, Any], ask: AskContext, provider: str, secret: str
) -> Response[str]:
    """Answers at once; a task asks the acquirer. Whoever has no secret is told there is nothing."""
    acquirer = acquirer_of(ask.hall, provider)
    address = client_address(request, ask.hall.settings.server.trusted_proxies)
    if acquirer is None or not _known(acquirer, secret) or not _from_there(acquirer, address):
        return Response("", status_code=_ABSENT)
    over = await count_try(ask, WEBHOOKS.of(f"{provider} {neighbourhood(address)}"))
    if over is not None:
        return Response("", status_code=_TOO_MANY, headers=over.headers)
    try:
        charge = acquirer.told_of(await request.body())
    except ValueError:
        return Response("", status_code=_BROKEN)
    if charge is not None and len(charge) <= LONGEST_ID:
        await _enqueue(ask, Told(provider, charge))
    return Response("", status_code=_TAKEN)


async def _enqueue(ask: AskContext, told: Told) -> None:
    """A charge that is still open is asked about for every call, since the one before may have
    asked too early; of a stranger's once at a time, of one that has ended never again.
    """
    wanted = {"provider": told.provider, "external": told.charge, "key": None}
    found = await ask.fetch(FOUND, wanted)
    if found and found[0].state in SETTLED:
        return
    key = None if found else f"{told.provider} {told.charge}"
    async with ask.act() as act:
        await act.enqueue(TOLD_TASK, told, key=key)


def _known(acquirer: Acquirer, secret: str) -> bool:
    """Every live secret is compared, so that the time tells nothing of which."""
    given = secret.encode()
    live = [one.encode() for one in acquirer.secrets if one]
    return sum(hmac.compare_digest(one, given) for one in live) > 0


def _from_there(acquirer: Acquirer, address: str) -> bool:
    if not acquirer.networks:
        return True
    if not address:
        return False
    return any(ip_address(address) in ip_network(one) for one in acquirer.networks)
