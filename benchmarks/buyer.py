"""The buyer whose pages are measured, and what is bought: lines spread over the catalogue."""

from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct
from sqlalchemy import text

from fondaco.hooks.context import AskContext
from fondaco.hooks.hall import Hall
from fondaco.identity.who import Identity, by_email, context
from fondaco_sdk.types.actor import Customer
from fondaco_sdk.types.ids import ProductId
from fondaco_sdk.types.price import PriceLine
from fondaco_sdk.types.supply import Want

EMAIL = "sokolov@avtostan.example"

# Scattered as the rows of a real order are, and always the same ones.
_WARES = text(
    """
    select p.id, p.multiple
      from fondaco.product p
      join fondaco.price_row r on r.product_id = p.id and r.min_quantity = 0
      join fondaco.stock_row s on s.product_id = p.id
     where p.active and r.price_list_id = :list
     group by p.id
    having max(s.on_hand - s.reserved) >= 100 * p.multiple
     order by md5(p.external_id)
     limit :most
    """
)


class Ware(Struct, frozen=True):
    """A product that is priced and in stock, and how many make a pack."""

    id: ProductId
    multiple: Decimal

    @property
    def quantity(self) -> Decimal:
        """Three packs."""
        return self.multiple * 3


class Buyer(Struct, frozen=True):
    """A person who buys, for a company with three price lists."""

    hall: Hall
    identity: Identity

    @property
    def customer(self) -> Customer:
        """For whom."""
        assert self.identity.customer is not None
        return self.identity.customer

    def ask(self) -> AskContext:
        """A context of its own, as each request has."""
        return context(self.hall, self.identity, locale=None, request_id="")


async def buyer_of(hall: Hall) -> Buyer:
    """The buyer of the demo wholesaler's customer."""
    return Buyer(hall, await by_email(hall, EMAIL))


async def wares(buyer: Buyer, number: int) -> Sequence[Ware]:
    """So many products that the buyer can order."""
    rows = await buyer.ask().fetch(_WARES, {"list": buyer.customer.price_lists[0], "most": number})
    assert len(rows) == number, f"the catalogue has {len(rows)} of {number} wares in stock"
    return [Ware(ProductId(row[0]), row[1]) for row in rows]


def price_lines(found: Sequence[Ware]) -> list[PriceLine]:
    """What they cost?"""
    return [PriceLine(n, ware.id, ware.quantity) for n, ware in enumerate(found)]


def wants(found: Sequence[Ware]) -> list[Want]:
    """Where they come from, and when?"""
    return [Want(n, ware.id, ware.quantity) for n, ware in enumerate(found)]
