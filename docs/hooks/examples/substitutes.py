"""The same goods loose and packed: `A-1` and `A-1-BOX` stand in for each other."""

from collections.abc import Sequence

from sqlalchemy import ARRAY, BigInteger, bindparam, text

from fondaco_sdk.context import Ask
from fondaco_sdk.hooks import impl
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.substitute import Substitute, SubstituteKind

PAIRS = text(
    """
    select one.id, other.id
      from fondaco_api.product_v1 one
      join fondaco_api.product_v1 other
        on other.sku = one.sku || '-BOX' or one.sku = other.sku || '-BOX'
     where one.id = any(:products) and other.active
    """
).bindparams(bindparam("products", type_=ARRAY(BigInteger)))


@impl
async def substitutes(ask: Ask, products: Sequence[ProductId]) -> Sequence[Substitute]:
    """One statement for the whole page, by the SDK's view of products."""
    if not products:
        return ()
    pairs = await ask.fetch(PAIRS, {"products": list(products)})
    return tuple(
        Substitute(ProductId(one), ProductId(other), SubstituteKind.FULL, source="packs")
        for one, other in pairs
    )
