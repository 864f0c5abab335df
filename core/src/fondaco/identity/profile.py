"""The person's own page: who one is, and tokens for programs."""

from uuid import UUID

from fondaco.hooks.context import ActContext, AskContext
from fondaco.identity.tokens import make_token, revoke_token, tokens_of
from fondaco.web.routing import route
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect


@route("GET", "/profile", policy="signed-in")
async def profile(ask: AskContext) -> Page:
    """Name, roles, tokens."""
    return Page("identity/profile.html", {"tokens": await tokens_of(ask), "made": ""})


@route("POST", "/profile/tokens", policy="token.manage")
async def new_token(act: ActContext, form: Form) -> Page:
    """Make a token and show it this once."""
    made = await make_token(act, form.required("name")[:100])
    return Page("identity/profile.html", {"tokens": await tokens_of(act), "made": made})


@route("POST", "/profile/tokens/{uuid:uuid}/revoke", policy="token.manage")
async def end_token(act: ActContext, uuid: UUID) -> Redirect:
    """Revoke a token."""
    await revoke_token(act, uuid)
    return Redirect("/profile", Reason("token.revoked", "Токен отозван", "The token is revoked"))
