"""How an import names products, and what it must know of the catalogue to read a record."""

from collections.abc import Mapping
from typing import Any

from fondaco.exchange.staging.known import PREFIX, Known
from fondaco.exchange.staging.merging import Merging
from fondaco_sdk.article_key import article_key

_UNITS = "select code, name from fondaco.unit"
_VAT = "select distinct code from fondaco.vat_rate"
_ATTRIBUTES = "select external_id, kind, options from fondaco.attribute"

_BY_ID = "select external_id as ref, id as product_id, 1 as found from fondaco.product"
_BY_ARTICLE = f"""
    select '{PREFIX}' || c.key, min(c.product_id), count(distinct c.product_id)::int
      from fondaco.product_code c
      join fondaco.product p on p.id = c.product_id
     where c.kind = 'sku' and p.active and p.external_id is distinct from '{PREFIX}' || c.key
     group by c.key
"""


async def load_known(merging: Merging) -> Known:
    """Units, VAT codes and attributes of the catalogue as it stands."""
    attributes: dict[str, tuple[str, Mapping[str, Any]]] = {
        external_id: (kind, options)
        for external_id, kind, options in await merging.rows(_ATTRIBUTES)
    }
    return Known(
        article_key=article_key,
        units={row[0]: row[1] for row in await merging.rows(_UNITS)},
        vat=frozenset(code for (code,) in await merging.rows(_VAT)),
        attributes=attributes,
    )


async def references(merging: Merging, table: str) -> str:
    """SQL of (ref, product_id, found): what the `offer` of a staging table may name.

    `found` is how many products on sale an article means; one is used only if it is the only one.
    """
    by_article = await merging.scalar(
        f"select exists (select from fondaco.{table}"
        f" where run_id = :run and offer like '{PREFIX}%')"
    )
    return f"{_BY_ID} union all {_BY_ARTICLE}" if by_article else _BY_ID
