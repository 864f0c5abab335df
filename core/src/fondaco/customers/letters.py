"""Letters to applicants: accepted, or refused and why."""

from collections.abc import Iterable
from typing import Any

from fondaco.hooks.context import ActContext
from fondaco.notifications.letters import Letter, send_later
from fondaco.web.catalogues import translators


async def tell(act: ActContext, kind: str, people: Iterable[Any], why: str = "") -> None:
    """Queue a letter of `kind`, "accepted" or "refused", to each of `people`."""
    site = act.hall.settings.site
    texts = translators(act.hall.registry)
    for one in people:
        tr = texts[one.locale]
        words = tr(
            f"customers.mail.{kind}_text",
            name=one.person,
            company=one.company,
            link=f"{site.url.rstrip('/')}/login",
            reason=why,
        )
        subject = tr(f"customers.mail.{kind}_subject", site=site.name)
        await send_later(act, Letter(one.email, subject, words, one.locale))
