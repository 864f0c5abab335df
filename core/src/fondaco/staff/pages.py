"""The staff's desk, the plugins at work, and what they did on a request."""

import msgspec

from fondaco.hooks.context import AskContext
from fondaco.hooks.trace import Call, Trace
from fondaco.orders.listing import list_orders
from fondaco.web.routing import route
from fondaco_sdk.errors import NotFound
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Page

RECENT = 10


@route("GET", "/staff", policy="staff.area")
async def desk(ask: AskContext) -> Page:
    """The newest orders of everybody whom this person may see."""
    recent = await list_orders(ask, ask.scope, most=RECENT) if ask.actor.may("order.view") else ()
    return Page("staff/desk.html", {"orders": recent})


@route("GET", "/staff/plugins", policy="plugin.view")
async def plugins(ask: AskContext) -> Page:
    """Every plugin with its hooks, slots, tasks and subscriptions."""
    registry = ask.hall.registry
    rows = [
        {
            "plugin": plugin,
            "builtin": plugin.name in registry.builtin,
            "hooks": [
                name
                for name, found in registry.implementations.items()
                if any(i.plugin == plugin.name for i in found)
            ],
            "slots": [slot.place for slot in plugin.slots],
            "tasks": [task.name for task in plugin.tasks],
            "events": [on.event for on in plugin.subscriptions],
        }
        for plugin in registry.plugins
    ]
    return Page("staff/plugins.html", {"rows": rows})


@route("GET", "/-/trace", policy="trace.view")
async def traces(ask: AskContext) -> Page:
    """The last requests of this process, newest first."""
    return Page("staff/traces.html", {"traces": ask.hall.traces.recent()})


@route("GET", "/-/trace/{request_id:str}", policy="trace.view")
async def trace(ask: AskContext, request_id: str) -> Page:
    """One request: which plugin took what time and how many statements, and what it proposed."""
    found = ask.hall.traces.find(request_id)
    if found is None:
        raise NotFound(
            Reason(
                "trace.absent",
                "Этот запрос уже вытеснен новыми, или его обслужил другой процесс",
                "This request has been pushed out by newer ones, or another process served it",
            )
        )
    return Page("staff/trace.html", {"trace": found, "calls": _calls(found)})


def _calls(found: Trace) -> list[dict[str, object]]:
    return [
        {
            "call": call,
            "ms": round(call.seconds * 1000, 2),
            "proposals": _texts(call),
            "more": call.proposed - len(call.proposals),
        }
        for call in found.calls
    ]


def _texts(call: Call) -> list[str]:
    return [msgspec.json.encode(proposal, enc_hook=str).decode() for proposal in call.proposals]
