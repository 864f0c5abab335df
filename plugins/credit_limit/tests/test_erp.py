"""Limits and debts from the ERP: the last word counts, and no order is counted twice."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from credit_shop import Shop

from fondaco.exchange.deliveries import deliver_due
from fondaco.testing.plugin_checks import broken_invariants
from fondaco_sdk.types.order import OrderState

pytestmark = pytest.mark.plugins("credit_limit")


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


async def test_money_for_what_the_erp_counts_frees_nothing_until_it_says_so(shop: Shop) -> None:
    await shop.limits({"version": 1, "limit": "1000"})
    order = await shop.buy(4)
    item = {"amount": "300", "order": order.number}
    await shop.limits({"version": 2, "limit": "1000", "items": [item]})
    await shop.pay(order, 100)
    assert (await shop.standing()).exposure == 300
    await shop.pay(order, 60, kind="refunded")
    assert (await shop.standing()).exposure == 300 + 60
    await shop.limits({"version": 3, "limit": "1000", "items": [{**item, "amount": "360"}]})
    assert (await shop.standing()).exposure == 360


async def test_what_the_erp_amends_in_an_order_that_it_counts(shop: Shop) -> None:
    await shop.limits({"version": 1, "limit": "1000"})
    order = await shop.buy(4)
    version = 1
    for quantity, exposure in ((3, 400), (6, 600), (5, 500), (4, 500)):
        known = {"amount": "100", "state": "ordered", "order": order.number}
        if version == 1:
            await shop.limits(
                {"version": 2, "limit": "1000", "items": [{**known, "amount": "400"}]}
            )
            version = 2
        await shop.amend(order, quantity)
        assert (await shop.standing()).exposure == exposure
        if quantity in (3, 5):
            version += 1
            told = {**known, "amount": str(quantity * 100)}
            await shop.limits({"version": version, "limit": "1000", "items": [told]})
            assert (await shop.standing()).exposure == quantity * 100


async def test_what_was_paid_and_then_left_out_gives_no_room(shop: Shop) -> None:
    await shop.limits({"version": 1, "limit": "1000"})
    order = await shop.buy(4)
    await shop.pay(order, 400)
    await shop.amend(order, 3)
    assert (await shop.standing()).exposure == 0
    await shop.pay(order, 200, kind="refunded")
    assert (await shop.standing()).exposure == 100


async def test_an_order_that_is_done_is_held_until_the_erp_can_know_of_it(shop: Shop) -> None:
    await shop.limits({"version": 1, "limit": "1000"})
    order, other = await shop.buy(4), await shop.buy(1)
    before = datetime.now(UTC)
    await shop.report(order.id, OrderState.PICKING, OrderState.SHIPPED, OrderState.COMPLETED)
    await deliver_due(shop.hall)
    assert (await shop.standing()).exposure == 500
    written = {"at": before.isoformat(), "limit": "1000"}
    await shop.limits({"version": 2, **written})
    assert (await shop.standing()).exposure == 500
    await shop.limits({"version": 3, **written, "orders": [other.number]})
    assert (await shop.standing()).exposure == 400
    await shop.limits({"version": 4, "limit": "1000"})
    assert (await shop.standing()).exposure == 0


async def test_a_message_knows_nothing_of_what_came_after_it_was_written(
    shop: Shop,
) -> None:
    await shop.limits({"version": 1, "limit": "1000"})
    order = await shop.buy(4)
    written = datetime.now(UTC)
    await shop.amend(order, 6)
    told = {"limit": "1000", "items": [{"amount": "400", "order": order.number}]}
    await shop.limits({"version": 2, "at": written.isoformat(), **told})
    standing = await shop.standing()
    assert (standing.exposure, standing.reported_at) == (400 + 200, written)
    await shop.amend(order, 7)
    assert (await shop.standing()).exposure == 400 + 300
    told["items"] = [{"amount": "700", "order": order.number}]
    late = datetime.now(UTC) + timedelta(hours=1)
    await shop.limits({"version": 3, "at": late.isoformat(), **told})
    assert (await shop.standing()).exposure == 700


async def test_a_number_that_two_orders_have_takes_none_of_them_over(shop: Shop) -> None:
    await shop.limits({"version": 1, "limit": "1000"})
    first, second = await shop.buy(3), await shop.buy(4)
    await shop.run("update fondaco.customer_order set number = '26-1'")
    await shop.limits({"version": 2, "limit": "1000", "orders": ["26-1"]})
    assert (await shop.standing()).exposure == 700
    await shop.limits({"version": 3, "limit": "1000", "orders": [str(first.uuid)]})
    assert (await shop.standing()).exposure == 400
    await shop.limits({"version": 4, "limit": "1000", "orders": ["26-1"]})
    assert (await shop.standing()).exposure == 400
    await shop.limits({"version": 5, "limit": "1000", "orders": [str(second.uuid).upper()]})
    assert (await shop.standing()).exposure == 0


async def test_an_empty_date_is_no_date_and_an_advance_is_never_overdue(shop: Shop) -> None:
    empty, past = "0001-01-01", str(shop.today - timedelta(days=9))
    items = [
        {"amount": "100", "due_on": empty, "issued_on": empty},
        {"amount": "-50", "due_on": past},
    ]
    await shop.limits({"version": 1, "limit": "1000", "rule": "stop", "items": items})
    standing = await shop.standing()
    assert (standing.exposure, standing.overdue, standing.closed) == (50, 0, None)
    items.append({"amount": "30", "due_on": past})
    await shop.limits({"version": 2, "limit": "1000", "items": items})
    standing = await shop.standing()
    assert (standing.exposure, standing.overdue, standing.closed) == (80, 30, "overdue_stop")


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
        ({"at": "2026-11-28T12:00:00"}, "credit.moment"),
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
                "items": [{"amount": "1", "due_on": str(shop.today - timedelta(days=1))}],
            }
            for at in range(number)
        ]
        await shop.limits()
        with sql_budget() as count:
            assert (await shop.limits(*records)).accepted == number
        counted.append(count.number)
    assert counted[0] == counted[1]
