"""The suite of `delivery_offers`."""

from collections.abc import Sequence
from decimal import Decimal

from msgspec import Struct

from fondaco_sdk.context import Ask
from fondaco_sdk.testing.contracts.asking import (
    Counting,
    Implementation,
    alike,
    answers,
    assert_reason,
)
from fondaco_sdk.types.delivery import DeliveryOffer, Parcel
from fondaco_sdk.types.money import round_money


class DeliveryOffersCase(Struct):
    """An implementation with a context and parcels of which it brings at least one."""

    implementation: Implementation
    ask: Ask
    parcels: Sequence[Parcel]
    statements: int = 1

    async def offers(self) -> Sequence[DeliveryOffer]:
        """How the parcels can be brought."""
        return await answers(self.implementation, ask=self.ask, parcels=self.parcels)


class DeliveryOffersContract:
    """Offers that can be ordered: for parcels of the question, each once, priced to the minor unit,
    explained in both languages, and the same when the order asks again.
    """

    async def test_each_once_and_again(self, case: DeliveryOffersCase) -> None:
        offers = await case.offers()
        assert offers, "the case must provoke an offer"
        keys = [(offer.parcel, offer.code) for offer in offers]
        assert len(keys) == len(set(keys))
        assert {parcel for parcel, _ in keys} <= {parcel.key for parcel in case.parcels}
        assert all(code and " " not in code for _, code in keys)
        assert alike(offers, await case.offers())

    async def test_prices_are_money(self, case: DeliveryOffersCase) -> None:
        currency = {parcel.key: parcel.currency for parcel in case.parcels}
        for offer in await case.offers():
            assert offer.price >= Decimal(0)
            assert offer.price == round_money(offer.price, currency[offer.parcel])
            assert offer.vat
            if offer.arrives_from is not None and offer.arrives_until is not None:
                assert offer.arrives_from <= offer.arrives_until
            if offer.to_point:
                assert offer.carrier, "somebody has to have the pickup points"

    async def test_words_in_both_languages(self, case: DeliveryOffersCase) -> None:
        for offer in await case.offers():
            for said in (offer.title, offer.note, offer.refusal):
                if said is not None:
                    assert_reason(said)

    async def test_statements_stay_in_the_budget(
        self, case: DeliveryOffersCase, sql_budget: Counting
    ) -> None:
        with sql_budget() as count:
            await case.offers()
        assert count.number <= case.statements
