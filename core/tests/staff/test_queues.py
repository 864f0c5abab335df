"""How much waits for staff, as the navigation counts it."""

import re
from typing import Any

HREFS = ("/orders", "/approvals", "/staff/customers", "/staff/assortments")


def _counts(page: str) -> dict[str, int]:
    """What stands beside each line of the navigation."""
    found = {}
    for href in HREFS:
        line = re.search(rf'<a href="{href}"[^>]*>(.*?)</a>', page, re.DOTALL)
        if line is not None:
            chip = re.search(r'class="chip[^"]*">(\d+)<', line[1])
            found[href] = int(chip[1]) if chip else 0
    return found


async def _queues_fill(shop: Any, buyer: Any) -> None:
    """Two orders that nobody of the company may approve, an application, and three requests."""
    await shop.sql(
        "insert into fondaco.spending_limit (uuid, company_id, outlet_id, amount)"
        " select gen_random_uuid(), company_id, id, 1 from fondaco.outlet where uuid = :uuid",
        uuid=shop.company.outlet,
    )
    for _ in range(2):
        await shop.fill(1)
        form = await buyer.checkout_form()
        form.pop("within_limits", None)
        sent = await buyer.send_form("/checkout", {**form, **shop.choices()})
        assert sent.status_code == 303, sent.text
    for person in ("a", "b"):
        await shop.sql(
            "insert into fondaco.registration (uuid, company_id, name, person, email, joins,"
            " client, country, tax_id) values (gen_random_uuid(), :company, 'Ромашка', 'Анна',"
            " :email, true, '', 'RU', '7721581040')",
            company=shop.company.customer.company_id,
            email=f"{person}@romashka.test",
        )
    await shop.sql(
        "insert into fondaco.assortment_request (uuid, company_id, product_id, user_id)"
        " select gen_random_uuid(), :company, id, :user from fondaco.product order by id limit 3",
        company=shop.company.customer.company_id,
        user=shop.company.user_id,
    )


async def test_the_navigation_counts_what_waits_by_one_statement(
    shop: Any, buyer: Any, sql_budget: Any
) -> None:
    manager = await shop.browser(await shop.wholesaler.staff("manager"))
    assert _counts((await manager.get("/staff/prices")).text) == dict.fromkeys(HREFS, 0)
    with sql_budget() as empty:
        await manager.get("/staff/prices")
    await _queues_fill(shop, buyer)
    with sql_budget() as full:
        page = (await manager.get("/staff/prices")).text
    # Two people of one customer are one customer who waits.
    assert _counts(page) == {
        "/orders": 0,
        "/approvals": 2,
        "/staff/customers": 1,
        "/staff/assortments": 3,
    }
    assert full.number == empty.number
    assert (await manager.get("/approvals")).text.count("<tr>") - 1 == 2


async def test_new_orders_wait_for_the_manager_of_their_customer_until_they_are_confirmed(
    shop: Any, buyer: Any
) -> None:
    first, _ = [await shop.order(buyer, 1) for _ in range(2)]
    own = await shop.wholesaler.staff("manager")
    other = await shop.wholesaler.staff("manager")
    anybody = await shop.browser(other)
    # Without a manager of its own the customer is everybody's.
    assert _counts((await anybody.get("/staff/prices")).text)["/orders"] == 2
    await shop.sql(
        "update fondaco.agreement set manager_id ="
        " (select id from fondaco.user_account where email = :email)",
        email=own,
    )
    head = await shop.wholesaler.staff("head_of_sales")
    browsers = {email: await shop.browser(email) for email in (own, head, other)}
    for email, waiting in ((own, 2), (head, 2), (other, 0)):
        page = await browsers[email].get(
            "/orders?show=placed" + ("" if email == head else "&mine=1")
        )
        assert _counts(page.text)["/orders"] == waiting
        assert page.text.count('<th scope="row">') == waiting
    form = {"seen": "placed", "to": "confirmed"}
    assert (await browsers[own].send_form(f"{first}/move", form)).status_code == 303
    assert _counts((await browsers[own].get("/orders")).text)["/orders"] == 1


async def test_what_others_answer_is_not_counted(shop: Any, buyer: Any) -> None:
    await _queues_fill(shop, buyer)
    picker = await shop.browser(await shop.wholesaler.staff("picker"))
    assert not any(_counts((await picker.get("/orders")).text).values())
    # A customer with a manager of its own waits for that one, and for the head of sales.
    own = await shop.wholesaler.staff("manager")
    await shop.sql(
        "update fondaco.agreement set manager_id ="
        " (select id from fondaco.user_account where email = :email)",
        email=own,
    )
    other = await shop.wholesaler.staff("manager")
    head = await shop.wholesaler.staff("head_of_sales")
    for email, waiting in ((own, 2), (other, 0), (head, 2)):
        browser = await shop.browser(email)
        assert _counts((await browser.get("/staff/prices")).text)["/approvals"] == waiting
    # Once somebody of the company may approve, it is theirs to do.
    await shop.sql(
        "insert into fondaco.user_account (uuid, company_id, email, name, roles)"
        " values (gen_random_uuid(), :company, 'b@romashka.test', 'Борис', '{approver}')",
        company=shop.company.customer.company_id,
    )
    browser = await shop.browser(own)
    assert _counts((await browser.get("/staff/prices")).text)["/approvals"] == 0


async def test_who_cannot_order_is_offered_neither_cart_nor_quick_order(
    shop: Any, buyer: Any
) -> None:
    offered = ('href="/cart"', 'href="/quick-order"')
    page = (await buyer.get("/orders")).text
    assert [page.count(one) for one in offered] == [2, 5]
    manager = await shop.browser(await shop.wholesaler.staff("manager"))
    page = (await manager.get("/orders")).text
    assert not any(one in page for one in offered)
    await shop.sql(
        "update fondaco.user_account set roles = '{accountant}' where id = :user",
        user=shop.company.user_id,
    )
    page = (await buyer.get("/orders")).text
    assert not any(one in page for one in offered)


async def test_the_desk_says_whose_the_newest_orders_are_and_how_they_stand(
    shop: Any, buyer: Any
) -> None:
    order = await shop.order(buyer, 1)
    manager = await shop.browser(await shop.wholesaler.staff("manager"))
    page = (await manager.get("/staff")).text
    for said in (f'href="{order}"', "Ромашка", "оформлен"):
        assert said in page, said
