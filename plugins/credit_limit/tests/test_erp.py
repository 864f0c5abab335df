"""Limits and debts from the ERP: the last word counts, and no order is counted twice."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from credit_shop import Shop

from fondaco.exchange.deliveries import deliver_due
from fondaco.testing.plugin_checks import broken_invariants
from fondaco_sdk.types.order import OrderState

pytestmark = pytest.mark.plugins("credit_limit")
TODAY = datetime.now(UTC).date()


async def test_between_two_messages_our_holds_count_beside_the_last_one(shop: Shop) -> None:
    await shop.limits({"version": 1, "limit": "2000", "items": [{"amount": "500"}]})
    first, second = await shop.buy(3), await shop.buy(4)
    assert (await shop.standing()).exposure == 500 + 300 + 400

    known = {"amount": "300", "state": "ordered", "order": first.number}
    await shop.limits({"version": 2, "limit": "2000", "items": [{"amount": "500"}, known]})
    assert (await shop.standing()).exposure == 800 + 400
    await shop.limits(
        {"version": 3, "limit": "2000", "items": [], "orders": [str(second.uuid), first.number]}
    )
    assert (await shop.standing()).exposure == 0
    assert await broken_invariants(shop.hall, "credit_limit") == set()


async def test_what_the_erp_has_taken_over_is_not_given_back_again(shop: Shop) -> None:
    await shop.limits({"version": 1, "limit": "1000"})
    order = await shop.buy(4)
    item = {"amount": "400", "state": "ordered", "order": order.number}
    await shop.limits({"version": 2, "limit": "1000", "items": [item]})
    await shop.cancel(order.id)
    assert (await shop.standing()).exposure == 400
    await shop.limits({"version": 3, "limit": "1000"})
    assert (await shop.standing()).exposure == 0


async def test_an_order_that_is_done_is_in_the_erps_books(shop: Shop) -> None:
    await shop.limits({"version": 1, "limit": "1000"})
    order = await shop.buy(4)
    await shop.report(order.id, OrderState.PICKING, OrderState.SHIPPED, OrderState.COMPLETED)
    await deliver_due(shop.hall)
    assert (await shop.standing()).exposure == 0


async def test_an_older_message_changes_nothing_and_the_same_again_neither(shop: Shop) -> None:
    await shop.limits({"version": 5, "limit": "1000", "days": 7})
    for version, limit in ((4, "9"), (5, "9")):
        report = await shop.limits({"version": version, "limit": limit})
        assert report.accepted == 1
    assert (await shop.standing()).limit == 1000
    await shop.limits(
        {"version": 7, "limit": "70"}, {"version": 8, "limit": "80"}, {"version": 6, "limit": "60"}
    )
    standing = await shop.standing()
    assert (standing.limit, standing.days) == (80, 7)


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ({"legal_entity": "nobody"}, "credit.entity"),
        ({"legal_entity": "", "tax_id": "0000000000"}, "credit.entity"),
        ({"legal_entity": ""}, "credit.entity"),
        ({"limit": "-1"}, "credit.figure"),
        ({"limit": "NaN"}, "credit.figure"),
        ({"limit": "1.001"}, "credit.figure"),
        ({"limit": "1e15"}, "credit.figure"),
        ({"items": [{"amount": "Infinity"}]}, "credit.figure"),
        ({"days": -1}, "credit.days"),
        ({"tolerance_days": 401}, "credit.days"),
        ({"currency": "руб"}, "credit.currency_code"),
    ],
)
async def test_what_cannot_be_is_refused_with_a_reason_and_the_rest_is_taken(
    shop: Shop, record: dict[str, Any], code: str
) -> None:
    report = await shop.limits({"version": 2, "limit": "5", **record}, {"version": 1, "limit": "7"})
    assert [(u.record, u.reason.code) for u in report.unmatched] == [(0, code)]
    assert report.accepted == 1
    assert (await shop.standing()).limit == 7


async def test_a_thousand_accounts_take_as_many_statements_as_one(
    shop: Shop, sql_budget: Any
) -> None:
    counted = []
    for number in (1, 60):
        for at in range(number):
            await shop.run(
                "insert into fondaco.legal_entity (uuid, company_id, name, external_id)"
                " values (gen_random_uuid(), :company, 'Э', :id) on conflict do nothing",
                company=shop.company.customer.company_id,
                id=f"L-{number}-{at}",
            )
        records = [
            {
                "legal_entity": f"L-{number}-{at}",
                "version": 1,
                "limit": "5",
                "items": [{"amount": "1", "due_on": str(TODAY - timedelta(days=1))}],
            }
            for at in range(number)
        ]
        await shop.limits()
        with sql_budget() as count:
            assert (await shop.limits(*records)).accepted == number
        counted.append(count.number)
    assert counted[0] == counted[1]
