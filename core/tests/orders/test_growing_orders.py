"""An order that is asked to grow beyond a limit waits for the approver, as a new order would."""

import asyncio
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from approval_desk import Desk
from test_change_requests import ask, form_of, lines, wish

from fondaco.identity.tokens import make_token
from fondaco.testing.client import Client

REQUEST = "select state, approval from fondaco.change_request order by id desc limit 1"
TOLD_ERP = "select count(*) from fondaco.outbox where type like 'order.change%'"
SEEN = "select uuid::text from fondaco.change_request order by id desc limit 1"


@pytest.fixture
async def approver(shop: Any, desk: Desk) -> Client:
    found: Client = await shop.browser(await desk.person("approver"))
    return found


async def own_token(person: Any) -> Mapping[str, str]:
    page = await person.send_form("/profile/tokens", {"name": "program"})
    return {"Authorization": f"Bearer {re.findall(r'<code>(fnd_[^<]+)</code>', page.text)[0]}"}


async def decide(shop: Any, who: Any, order: str, what: str, **fields: str) -> Any:
    [(seen,)] = await shop.sql(SEEN)
    return await who.send_form(f"{order}/change/{what}", {"request": seen, **fields})


async def test_growth_beyond_a_limit_asks_the_approver_and_then_staff(
    shop: Any, buyer: Any, approver: Any, manager: Any, desk: Desk
) -> None:
    await desk.limit(1000)
    order = await shop.order(buyer, 8)
    assert (await ask(buyer, order, 12)).status_code == 303
    assert await shop.sql(REQUEST) == [("waiting", "asked")]
    page = buyer.words((await buyer.get(order)).text)
    assert "Изменение больше лимита и ждёт согласования" in page
    assert "превышен на 200,00 ₽" in page
    assert "Борис Согласующий" in page
    # Staff and the ERP have not heard of it, and nothing has changed.
    assert "Никто не просит" in manager.words((await manager.get("/staff/changes")).text)
    early = await manager.get(f"{order}/change/answer")
    assert (early.status_code, "не согласован" in early.text) == (409, True)
    assert await shop.sql(TOLD_ERP) == [(0,)]
    assert await lines(shop) == [(8, 800)]

    waits = approver.words((await approver.get("/approvals")).text)
    assert "Изменения заказов" in waits
    assert "превышен на 200,00 ₽" in waits
    (letter,) = [one for one in await desk.letters() if "согласования" in one["subject"]]
    assert "просит изменить заказ" in letter["text"]
    for _ in range(2):
        assert (await decide(shop, approver, order, "approve")).status_code == 303
    assert await shop.sql(REQUEST) == [("waiting", "given")]
    assert await shop.sql(TOLD_ERP) == [(1,)]
    assert "Изменения заказов" not in (await approver.get("/approvals")).text

    form = await form_of(manager, f"{order}/change/answer")
    more = await manager.send_form(f"{order}/change/answer", wish(form, 13))
    assert (more.status_code, "больше, чем просил" in more.text) == (409, True)
    given = await manager.send_form(f"{order}/change/answer", wish(form, 12))
    assert given.status_code == 303
    assert await lines(shop) == [(12, 1200)]
    assert await shop.sql("select sum(amount) from fondaco.spending_entry") == [(1200,)]


@pytest.mark.control
async def test_growth_within_the_limit_and_a_smaller_order_ask_nobody(
    shop: Any, buyer: Any, approver: Any, desk: Desk
) -> None:
    order = await shop.order(buyer, 8)
    await desk.limit(1000)
    assert (await ask(buyer, order, 10)).status_code == 303
    assert await shop.sql(REQUEST) == [("waiting", "")]
    await buyer.send_form(f"{order}/change/withdraw", {})
    # The limit is spent already, but this spends nothing.
    await shop.sql("update fondaco.spending_limit set amount = 100")
    assert (await ask(buyer, order, 7)).status_code == 303
    assert await shop.sql(REQUEST) == [("waiting", "")]


async def test_the_approver_refuses_with_a_reason(
    shop: Any, buyer: Any, approver: Any, desk: Desk
) -> None:
    await desk.limit(1000)
    order = await shop.order(buyer, 8)
    await ask(buyer, order, 12)
    assert (await decide(shop, approver, order, "disapprove")).status_code == 422
    for _ in range(2):
        refused = await decide(shop, approver, order, "disapprove", reason="Бюджет кончился")
        assert refused.status_code == 303
    assert await shop.sql(REQUEST) == [("refused", "asked")]
    assert "Бюджет кончился" in buyer.words((await buyer.get(order)).text)
    assert (await decide(shop, approver, order, "approve")).status_code == 409
    assert await shop.sql(TOLD_ERP) == [(0,)]
    assert await lines(shop) == [(8, 800)]


async def test_a_program_of_the_approver_answers(
    shop: Any, buyer: Any, desk: Desk, approver: Any
) -> None:
    await desk.limit(1000)
    order = await shop.order(buyer, 8)
    await ask(buyer, order, 12)
    theirs = await own_token(buyer)
    own = await own_token(await shop.browser(await desk.person("approver", "company_admin")))
    (change,) = (await approver.get(f"/api/v1{order}/changes", headers=own)).json()["changes"]
    at = f"/api/v1{order}/changes/{change['id']}"
    assert change["approval"] == "asked"
    assert (await buyer.post(f"{at}/approve", headers=theirs)).status_code == 403
    bare = await approver.post(f"{at}/refuse", headers=own, json={"reason": " "})
    assert (bare.status_code, list(bare.json()["errors"])) == (422, ["reason"])
    another = f"/api/v1{order}/changes/{uuid4()}/approve"
    assert (await approver.post(another, headers=own)).status_code == 409
    for _ in range(2):
        given = await approver.post(f"{at}/approve", headers=own)
        assert given.status_code == 200, given.text
        assert given.json()["changes"][0]["approval"] == "given"
    late = await approver.post(f"{at}/refuse", headers=own, json={"reason": "Поздно"})
    assert (late.status_code, late.headers["content-type"]) == (409, "application/problem+json")


async def test_a_program_refuses_with_a_reason(
    shop: Any, buyer: Any, desk: Desk, approver: Any
) -> None:
    await desk.limit(1000)
    order = await shop.order(buyer, 8)
    await ask(buyer, order, 12)
    own = await own_token(await shop.browser(await desk.person("approver", "company_admin")))
    (change,) = (await approver.get(f"/api/v1{order}/changes", headers=own)).json()["changes"]
    at = f"/api/v1{order}/changes/{change['id']}/refuse"
    for _ in range(2):
        refused = await approver.post(at, headers=own, json={"reason": "Бюджет кончился"})
        assert refused.status_code == 200, refused.text
        (told,) = refused.json()["changes"]
        assert (told["state"], told["said"]) == ("refused", "Бюджет кончился")


async def test_nobody_approves_their_own_or_anothers(
    shop: Any, buyer: Any, desk: Desk, approver: Any
) -> None:
    await desk.limit(1000)
    order = await shop.order(buyer, 8)
    await ask(buyer, order, 12)
    await shop.sql(
        "update fondaco.user_account set roles = roles || '{approver}' where id = :me",
        me=shop.company.user_id,
    )
    own = await shop.browser(shop.company.email)
    assert (await decide(shop, own, order, "approve")).status_code == 403
    elsewhere = await desk.person("approver", name="Вера Другая")
    await desk.bind(elsewhere, await desk.outlet())
    bound = await shop.browser(elsewhere)
    assert (await decide(shop, bound, order, "approve")).status_code == 403
    assert "Изменения заказов" not in (await bound.get("/approvals")).text
    stranger = await shop.browser(shop.stranger.email)
    assert (await decide(shop, stranger, order, "approve")).status_code in (403, 404)
    assert await shop.sql(REQUEST) == [("waiting", "asked")]


async def test_where_nobody_of_the_company_may_staff_decide(
    shop: Any, buyer: Any, manager: Any, desk: Desk
) -> None:
    await desk.limit(1000)
    order = await shop.order(buyer, 8)
    await ask(buyer, order, 12)
    assert await shop.sql(REQUEST) == [("waiting", "")]
    form = await form_of(manager, f"{order}/change/answer")
    assert (await manager.send_form(f"{order}/change/answer", wish(form, 12))).status_code == 303
    assert await lines(shop) == [(12, 1200)]


async def test_what_others_have_spent_meanwhile_sends_it_to_the_approver(
    shop: Any, buyer: Any, approver: Any, manager: Any, desk: Desk
) -> None:
    await desk.limit(1500)
    order = await shop.order(buyer, 8)
    await ask(buyer, order, 12)
    assert await shop.sql(REQUEST) == [("waiting", "")]
    await desk.order(buyer, 6)
    form = await form_of(manager, f"{order}/change/answer")
    sent = await manager.send_form(f"{order}/change/answer", wish(form, 12))
    assert sent.status_code == 303
    assert "ждёт согласующего" in manager.words((await manager.get(order)).text)
    assert await shop.sql(REQUEST) == [("waiting", "asked")]
    assert (await lines(shop))[0] == (8, 800)
    await decide(shop, approver, order, "approve")
    form = await form_of(manager, f"{order}/change/answer")
    assert (await manager.send_form(f"{order}/change/answer", wish(form, 12))).status_code == 303
    assert (await lines(shop))[0] == (12, 1200)


async def test_of_an_approval_and_a_withdrawal_at_once_one_happens(
    shop: Any, buyer: Any, approver: Any, desk: Desk
) -> None:
    await desk.limit(1000)
    order = await shop.order(buyer, 8)
    await ask(buyer, order, 12)
    answers = await asyncio.gather(
        decide(shop, approver, order, "approve"),
        buyer.send_form(f"{order}/change/withdraw", {}),
    )
    assert answers[1].status_code == 303
    [(state, _)] = await shop.sql(REQUEST)
    assert state == "withdrawn"
    assert answers[0].status_code in (303, 409)


async def test_a_program_sees_that_it_waits(
    shop: Any, buyer: Any, approver: Any, desk: Desk, hall: Any
) -> None:
    await desk.limit(1000)
    order = await shop.order(buyer, 8)
    await ask(buyer, order, 12)
    async with shop.company.ask(hall).act() as act:
        token: Mapping[str, str] = {"Authorization": f"Bearer {await make_token(act, 'test')}"}
    said = (await buyer.get(f"/api/v1{order}/changes", headers=token)).json()
    assert [(one["state"], one["approval"]) for one in said["changes"]] == [("waiting", "asked")]
