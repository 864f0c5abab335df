"""Where the acting person may have goods sent, or fetch them."""

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.cart.reading import customer_of
from fondaco.customers.acting import MAY_CHOOSE
from fondaco.hooks.context import AskContext
from fondaco_sdk.types.ids import OutletId, PlaceId
from fondaco_sdk.types.supply import Place

_OUTLETS: TextClause = text(
    f"""
    select o.uuid, o.id, o.name, o.address,
           (select max(s.id) from fondaco.shipment s where s.outlet_id = o.id) as last
      from fondaco.outlet o
     where o.company_id = :company and {MAY_CHOOSE}
     order by last desc nulls last, o.name, o.id
    """
)


class Target(Struct, frozen=True):
    """An outlet's address, or a warehouse for pickup. `value` is posted: "outlet:" or "place:" and
    the uuid. One of the inner keys is None.
    """

    value: str
    title: str
    address: str
    outlet_id: OutletId | None = None
    place_id: PlaceId | None = None

    @property
    def pickup(self) -> bool:
        """Whether goods are fetched there."""
        return self.place_id is not None


class Targets(Struct, frozen=True):
    """`usual` stands chosen at first: the acting outlet, the last one used, or the only target."""

    all: tuple[Target, ...]
    usual: str

    def get(self, value: str) -> Target | None:
        """What a posted choice means."""
        return next((one for one in self.all if one.value == value), None)


async def read_targets(ask: AskContext) -> Targets:
    """Outlets, the last one used first, then warehouses. One statement, and the warehouses."""
    customer = customer_of(ask)
    outlets = await ask.fetch(_OUTLETS, {"company": customer.company_id, "user": ask.actor.user_id})
    places: Sequence[Place] = await ask.service("supply").places()
    targets = (
        *(Target(f"outlet:{o.uuid}", o.name, o.address, OutletId(o.id)) for o in outlets),
        *(Target(f"place:{p.uuid}", p.name, p.address, None, p.id) for p in places if p.pickup),
    )
    known = bool(outlets) and outlets[0].last is not None
    usual = targets[0].value if known or len(targets) == 1 else ""
    acting = next((one.value for one in targets if one.outlet_id == customer.outlet_id), "")
    return Targets(targets, acting if customer.outlet_id and acting else usual)
