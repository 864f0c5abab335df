"""A form that saves, or comes back with what is wrong at its fields and all that was typed."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from fondaco.hooks.context import ActContext, AskContext
from fondaco_sdk.errors import UserError
from fondaco_sdk.web import Form, Page, Redirect

Save: TypeAlias = Callable[[ActContext], Awaitable[Redirect]]
"""Reads the form, writes, and says where to go on."""

Again: TypeAlias = Callable[[Mapping[str, str], Mapping[str, str]], Awaitable[Page]]
"""The form's page, from what was typed and from the mistakes, both by the field's name."""


async def save_form(ask: AskContext, form: Form, save: Save, again: Again) -> Page | Redirect:
    """Save in one transaction, or nothing at all and the form again.

    A refusal that belongs to no field goes on to whoever asked.
    """
    try:
        async with ask.act() as act:
            return await save(act)
    except UserError as mistake:
        if not mistake.fields:
            raise
        mistakes = {name: reason.text(ask.locale) for name, reason in mistake.fields.items()}
    return await again(form.values(), mistakes)
