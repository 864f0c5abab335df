"""Article numbers that are ours: the article itself, a barcode, an ERP id, or the same key."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, Select, Text, any_, bindparam, select

from fondaco.catalog.tables import product_code
from fondaco_sdk.article_key import article_key
from fondaco_sdk.context import Ask
from fondaco_sdk.hooks import impl
from fondaco_sdk.types.match import ArticleRow, Match, MatchRank
from fondaco_sdk.types.reason import Reason

CODES: Select[Any] = select(
    product_code.c.product_id, product_code.c.kind, product_code.c.value, product_code.c.key
).where(product_code.c.key == any_(bindparam("keys", type_=ARRAY(Text))))

_SAME = {
    "sku": (MatchRank.EXACT, Reason("match.article", "Артикул совпал", "The article matches")),
    "barcode": (
        MatchRank.BARCODE,
        Reason("match.barcode", "Штрихкод совпал", "The barcode matches"),
    ),
    "erp": (MatchRank.ERP_ID, Reason("match.erp_id", "Код учётной системы", "The ERP's code")),
}
_KEY = (
    MatchRank.NORMALISED,
    Reason(
        "match.normalised",
        "Совпал без пробелов, дефисов и регистра",
        "Matches without spaces, hyphens and case",
    ),
)


@impl
async def match_articles(ask: Ask, rows: Sequence[ArticleRow]) -> Sequence[Match]:
    """Look every spelling up by its key, in one statement; also what is off sale by now."""
    wanted: dict[str, list[tuple[ArticleRow, str]]] = defaultdict(list)
    for row in rows:
        for text in (row.article, *row.alternates):
            key = article_key(text)
            if key:
                wanted[key].append((row, text.strip()))
    if not wanted:
        return ()
    found = await ask.fetch(CODES, {"keys": list(wanted)})
    return tuple(
        Match(row.row, product_id, *(_SAME.get(kind, _KEY) if text == value else _KEY))
        for product_id, kind, value, key in found
        for row, text in wanted[key]
    )
