"""Pieces of the kernel's pages: the cart's summary and the side of an order."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from fondaco_loyalty.cart_points import points_field
from fondaco_loyalty.standing import Question, acting_entity, standings
from fondaco_sdk.context import Ask, Subject
from fondaco_sdk.web import Fragment


async def cart_status(ask: Ask, subjects: Sequence[Subject]) -> Mapping[str, Fragment]:
    """The status with what this cart would add, where there are statuses. One statement."""
    asked = {s.key: s for s in subjects if s.company_id is not None}
    answers = await standings(
        ask,
        [
            Question(key, s.company_id, None, acting_entity(ask))
            for key, s in asked.items()
            if s.company_id is not None
        ],
    )
    return {
        key: Fragment(
            "loyalty/cart_status.html",
            {
                "standing": answer.standing,
                "after": answer.standing.after(asked[key].amount or Decimal(0)),
                "counts": asked[key].currency in ("", ask.currency),
                "currency": ask.currency,
                "linked": ask.actor.may("loyalty.view"),
            },
        )
        for key, answer in answers.items()
        if answer.standing.tiers
    }


async def cart_points(ask: Ask, subjects: Sequence[Subject]) -> Mapping[str, Fragment]:
    """The field for points, for whoever may spend them. One statement."""
    return {
        key: Fragment("loyalty/cart_points.html", context)
        for key, context in (await points_field(ask, subjects)).items()
    }


async def order_aside(ask: Ask, subjects: Sequence[Subject]) -> Mapping[str, Fragment]:
    """What the order brought, and where the company stands with it."""
    answers = await standings(
        ask,
        [
            Question(s.key, s.company_id, s.order_uuid)
            for s in subjects
            if s.company_id is not None and s.order_uuid is not None
        ],
    )
    return {
        key: Fragment(
            "loyalty/order_aside.html",
            {
                "answer": answer,
                "standing": answer.standing.after(answer.adds or Decimal(0)),
                "currency": ask.currency,
                "linked": ask.actor.may("loyalty.view"),
            },
        )
        for key, answer in answers.items()
        if answer.standing.tiers
    }
