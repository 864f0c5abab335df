"""When the ERP was last heard, and of what: the age of everything that rests on its word."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.hooks.hall import Hall
from fondaco_sdk.context import Act, Ask

LIVE = "live"
"""The ERP answered a question."""
KINDS: Mapping[str, Sequence[str]] = {
    "products": ("erp.products",),
    "prices": ("erp.prices", "erp.costs"),
    "stock": ("erp.stock", "erp.lots"),
    "customers": (
        "erp.sellers",
        "erp.managers",
        "erp.companies",
        "erp.legal_entities",
        "erp.outlets",
        "erp.agreements",
        "erp.people",
    ),
    "limits": ("credit_limit.limits",),
    "orders": ("erp.order_states", "erp.orders", "erp.payments", "erp.documents"),
    "live": (LIVE,),
}

# A broker's sign of life, a session of files and an answer are words too.
LAST_WORD = """
    greatest((select max(at) from fondaco.erp_word),
             (select max(heard_at) from fondaco.exchange_peer),
             (select max(used_at) from fondaco.machine))
"""
_SAID: TextClause = text(
    "insert into fondaco.erp_word (kind) values (:kind) on conflict (kind) do update set at = now()"
)
OF_IMPORT = """
    insert into fondaco.erp_word (kind)
    select kind from (values
        ('erp.prices', exists (select from fondaco.staging_price where run_id = :run)),
        ('erp.products', exists (select from fondaco.staging_product where run_id = :run)),
        ('erp.stock', exists (select from fondaco.staging_stock where run_id = :run))
    ) said (kind, was) where was order by kind
    on conflict (kind) do update set at = now()
"""
"""What a package of the ERP has said, while it is staged."""
_WORDS: TextClause = text("select kind, at from fondaco.erp_word")
_LAST: TextClause = text(f"select {LAST_WORD}")


class Word(Struct, frozen=True):
    """When the ERP last spoke of a kind of things, aware UTC; None: never."""

    kind: str
    at: datetime | None


async def said(act: Act, name: str) -> None:
    """The ERP has said something that a plugin takes as `name`. One statement."""
    await act.execute(_SAID, {"kind": name})


async def heard_live(hall: Hall) -> None:
    """The ERP has answered just now. One statement."""
    async with hall.database.reading.connect() as connection:
        await connection.execute(_SAID, {"kind": LIVE})


async def last_word(ask: Ask) -> datetime | None:
    """When the ERP was last heard at all, aware UTC; None: never. One statement."""
    return (await ask.fetch(_LAST))[0][0]  # type: ignore[no-any-return]


async def words(ask: Ask) -> Sequence[Word]:
    """Of every kind, in the order of `KINDS`. One statement."""
    known = {row.kind: row.at for row in await ask.fetch(_WORDS)}
    return [
        Word(kind, max((known[name] for name in names if name in known), default=None))
        for kind, names in KINDS.items()
    ]
