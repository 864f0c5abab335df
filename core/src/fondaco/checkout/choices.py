"""What the buyer chooses between: legal entities, delivery addresses, warehouses for pickup."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.customers.acting import MAY_CHOOSE
from fondaco.hooks.context import AskContext
from fondaco_sdk.types.actor import Customer
from fondaco_sdk.types.supply import Place

OUTLETS: TextClause = text(
    f"""
    select o.uuid, o.id, o.name, o.address,
           (select max(s.id) from fondaco.shipment s where s.outlet_id = o.id) as last
      from fondaco.outlet o
     where o.company_id = :company and {MAY_CHOOSE}
     order by last desc nulls last, o.name, o.id
    """
)
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


class Target(Struct, frozen=True):
    """Where goods may go. `value` is posted: "outlet:" or "place:" and the uuid.

    `outlet_id` is the inner key of an outlet, None for a warehouse.
    """

    value: str
    title: str
    address: str
    pickup: bool
    outlet_id: int | None = None


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
    """`usual` stands chosen at first: the acting outlet, the last one used, or the only target."""

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
    mine = {"company": customer.company_id}
    outlets = await ask.fetch(OUTLETS, {**mine, "user": ask.actor.user_id})
    places: Sequence[Place] = await ask.service("supply").places()
    targets = (
        *(Target(f"outlet:{o.uuid}", o.name, o.address, False, o.id) for o in outlets),
        *(Target(f"place:{p.uuid}", p.name, p.address, True) for p in places if p.pickup),
    )
    known = bool(outlets) and outlets[0].last is not None
    usual = targets[0].value if known or len(targets) == 1 else ""
    acting = next((f"outlet:{o.uuid}" for o in outlets if o.id == customer.outlet_id), usual)
    entities = tuple(Entity(*row) for row in await ask.fetch(ENTITIES, mine))
    return Choices(entities, targets, acting)
