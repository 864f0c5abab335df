"""Shipments in the hands of carriers: where each one is, and which way it goes; never back."""

from datetime import datetime

from msgspec import Struct

from fondaco_sdk.providers.carriage import CarriageState
from fondaco_sdk.types.reason import Reason

WAITING, REFUSED = "waiting", "refused"
"""States before and beside the carrier's: it is to be registered; the carrier does not take it."""

S = CarriageState
_WAY = (S.PENDING, S.REGISTERED, S.ACCEPTED, S.ON_THE_WAY, S.ARRIVED, S.DELIVERED)
ENDS = (S.DELIVERED, S.RETURNED)
TOLD = {
    S.REGISTERED: Reason(
        "carriage.registered", "зарегистрирован у перевозчика", "registered with the carrier"
    ),
    S.ACCEPTED: Reason("carriage.accepted", "принят перевозчиком", "accepted by the carrier"),
    S.ON_THE_WAY: Reason("carriage.on_the_way", "в пути", "on the way"),
    S.ARRIVED: Reason("carriage.arrived", "прибыл, его можно получить", "arrived, can be received"),
    S.DELIVERED: Reason("carriage.delivered", "вручён", "handed over"),
    S.RETURNED: Reason("carriage.returned", "не вручён, возвращается", "not handed over, returns"),
}


class Carriage(Struct, frozen=True):
    """Where a shipment is: `number` is what it is tracked by, at `url`, since `at` (aware UTC).

    `why` is for staff where the carrier does not take it; `doubt` is what it told last that cannot
    be.
    """

    state: str
    number: str
    url: str
    at: datetime | None
    why: Reason
    doubt: str

    @property
    def words(self) -> Reason | None:
        """The state as the buyer reads it; None before the carrier has it in its books."""
        return TOLD.get(S(self.state)) if self.state not in (WAITING, REFUSED) else None

    @property
    def at_carrier(self) -> bool:
        """Whether the carrier has it in its books and has not come to an end with it."""
        return self.state not in (WAITING, REFUSED, *ENDS)


def may_follow(before: str, after: CarriageState) -> bool:
    """Whether a parcel may come from one state to another one."""
    if before in (WAITING, REFUSED):
        return True
    known = S(before)
    if known in ENDS:
        return False
    return after is S.RETURNED or _WAY.index(after) > _WAY.index(known)
