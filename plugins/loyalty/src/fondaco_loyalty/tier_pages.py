"""The staff's pages: statuses are added, changed, taken out of force and put back."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from fondaco_loyalty import tiers as book
from fondaco_loyalty.manifest import TIERS
from fondaco_loyalty.settings import LoyaltySettings
from fondaco_loyalty.status import Tier
from fondaco_sdk.context import Act, Ask
from fondaco_sdk.errors import UserError
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, Page, Redirect

FIELDS = ("name_ru", "name_en", "threshold", "percent")


async def tiers(ask: Ask, removed: UUID | None = None) -> Page:
    """All statuses with a form for a new one; `removed` was just taken out and can be put back."""
    gone = await book.stored(ask, removed) if removed else None
    return await _list(ask, {}, {}, gone.tier if gone and gone.removed else None)


async def add_tier(ask: Ask, form: Form) -> Page | Redirect:
    """A new status, or the form again with what is wrong."""
    try:
        ...
    except UserError as mistake:
        ...
