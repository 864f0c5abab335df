"""What the buyer chooses between: legal entities, delivery addresses, warehouses for pickup."""

from uuid import UUID

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.cart.targets import Target, read_targets
from fondaco.hooks.context import AskContext
from fondaco_sdk.types.actor import Customer

ENTITIES: TextClause = text(
    """
    select distinct on (e.id) e.uuid, e.id, e.name, e.tax_id, e.kpp, g.number, s.name
      from fondaco.legal_entity e
      join fondaco.agreement g on g.legal_entity_id = e.id and g.active
      join fondaco.seller s on s.id = g.seller_id
     where e.company_id = :company
     order by e.id, g.id
    """
)


class Entity(Struct, frozen=True):
    """A legal entity under an agreement, for which one may order."""

    uuid: UUID
    id: int
    name: str
    tax_id: str
    kpp: str
    agreement: str
    seller: str


class Choices(Struct, frozen=True):
    """`usual` is the target that stands chosen at first."""

    entities: tuple[Entity, ...]
    targets: tuple[Target, ...]
    usual: str

    def outlet_of(self, value: str) -> int | None:
        """The outlet that a choice means, if it means one."""
        return next((one.outlet_id for one in self.targets if one.value == value), None)

    def acting(self, customer: Customer) -> Entity | None:
        """The legal entity one works for now."""
        return next((e for e in self.entities if e.id == customer.legal_entity_id), None)


async def read_choices(ask: AskContext, customer: Customer) -> Choices:
    """Two statements, and the warehouses, which a priced cart has read already."""
    targets = await read_targets(ask)
    rows = await ask.fetch(ENTITIES, {"company": customer.company_id})
    return Choices(tuple(Entity(*row) for row in rows), targets.all, targets.usual)
