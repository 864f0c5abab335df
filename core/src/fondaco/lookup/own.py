"""Addresses that the portal knows itself: those of the company's outlets, and of our warehouses."""

from collections.abc import Sequence

from sqlalchemy import TextClause, text

from fondaco.hooks.context import AskContext

# A person bound to outlets sees those; staff see what is nobody's.
_OWN: TextClause = text(
    """
    select a.address from (
        select o.address from fondaco.outlet o
         where o.company_id = :company
           and (not exists (select from fondaco.user_outlet b where b.user_id = :user)
                or exists (select from fondaco.user_outlet b
                            where b.user_id = :user and b.outlet_id = o.id))
        union
        select p.address from fondaco.place p where p.pickup and p.active
    ) a
     where a.address <> ''
       and translate(lower(a.address), 'ё', 'е') like all(cast(:words as text[]))
     order by a.address limit :most
    """
)


async def own_addresses(ask: AskContext, question: str, most: int) -> Sequence[str]:
    """Those that hold every word of the question. One statement."""
    words = [f"%{_literal(word)}%" for word in question.replace(",", " ").split()]
    if not words:
        return ()
    company = ask.scope.company_id or 0
    rows = await ask.fetch(
        _OWN, {"company": company, "user": ask.actor.user_id, "words": words, "most": most}
    )
    return [row.address for row in rows]


def _literal(word: str) -> str:
    return word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
