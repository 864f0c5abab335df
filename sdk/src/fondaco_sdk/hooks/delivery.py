"""The hook about bringing goods to the buyer."""

from collections.abc import Sequence

from fondaco_sdk.context import Ask
from fondaco_sdk.hooks import Failure, spec
from fondaco_sdk.types.delivery import DeliveryOffer, Parcel


@spec(Failure.CLOSED, deadline=2.0)
async def delivery_offers(ask: Ask, parcels: Sequence[Parcel]) -> Sequence[DeliveryOffer]:
    """How these parcels can be brought, when and for how much; any number of offers for each.

    Asked for the page, and once more inside the order's transaction, where the offer that the buyer
    chose has to be there again under its `code` and price, or nothing is ordered. No calls to the
    outside: carriers that have to be asked are providers of kind "carrier".
    """
    return ()
