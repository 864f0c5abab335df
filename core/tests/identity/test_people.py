"""The people of a company: invited by letter, changed, deactivated; by their own admin or staff."""

import asyncio
import re
from email import message_from_bytes, policy
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from fondaco.exchange.job import JobContext
from fondaco.exchange.net import Outside
from fondaco.hooks.context import AskContext
from fondaco.hooks.hall import Hall
from fondaco.identity.joining import mail_invitation
from fondaco.identity.people import INVITE_TASK, Invited, Role, change, deactivate, invite
from fondaco.identity.people_queries import invitations_of, people_of
from fondaco.identity.permissions import permissions_of
from fondaco.identity.tidy import DOOR
from fondaco.notifications.post import mail_folder
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import PASSWORD, CompanyFixture, Wholesaler
from fondaco_sdk.errors import Conflict, NotFound, UserError
from fondaco_sdk.types.actor import Actor, ActorKind, Scope
from fondaco_sdk.types.ids import UserId

HOME = "/company/people"
NEW = "a new long phrase"
INVITED = {"email": "olga@romashka.test", "name": "Ольга", "roles": "buyer", "which": "all"}


async def _sql(hall: Hall, statement: str, **values: Any) -> list[tuple[Any, ...]]:
    async with hall.database.transaction() as connection:
        result = await connection.execute(text(statement), values)
        return [tuple(row) for row in result.all()] if result.returns_rows else []


async def _mail(hall: Hall, email: str = INVITED["email"]) -> tuple[str, str]:
    """Do the worker's part for every invitation; the newest letter and its link."""
    job = JobContext(hall, Outside(), INVITE_TASK, 1)
    for (one,) in await _sql(hall, "select id from fondaco.invitation where email = :e", e=email):
        await mail_invitation(job, Invited(one))
    newest = max(mail_folder(hall.settings).glob("*.eml"))
    message = message_from_bytes(newest.read_bytes(), policy=policy.default)
    assert message["To"] == email
    words = message.get_content()
    found = re.search(r"http\S+/invitation\?token=(\S+)", words)
    return words, found[1] if found else ""


async def _company(
    wholesaler: Wholesaler, name: str = "Ромашка", roles: tuple[str, ...] = ("company_admin",)
) -> CompanyFixture:
    return await wholesaler.company(
        name, await wholesaler.seller(), [await wholesaler.price_list()], roles=roles
    )


async def _person(hall: Hall, company: CompanyFixture, *roles: str) -> tuple[str, str]:
    """Another person of the company: uuid and e-mail; with the password of the first."""
    email = f"{uuid4().hex[:8]}@romashka.test"
    rows = await _sql(
        hall,
        "insert into fondaco.user_account (uuid, company_id, email, name, password_hash, roles)"
        " select gen_random_uuid(), company_id, :email, 'Борис', password_hash, :roles"
        "   from fondaco.user_account where id = :first returning uuid",
        email=email,
        roles=list(roles),
        first=company.user_id,
    )
    return str(rows[0][0]), email


async def _outlet(hall: Hall, company: CompanyFixture, name: str) -> str:
    rows = await _sql(
        hall,
        "insert into fondaco.outlet (uuid, company_id, name, address)"
        " values (gen_random_uuid(), :company, :name, 'Тверь') returning uuid",
        company=company.customer.company_id,
        name=name,
    )
    return str(rows[0][0])


def _guest(client: Client) -> Client:
    return Client(transport=client._transport, base_url="http://portal.test")


async def test_an_admin_invites_and_the_invited_comes_in(
    hall: Hall, client: Client, wholesaler: Wholesaler
) -> None:
    company = await _company(wholesaler)
    outlet = await _outlet(hall, company, "Склад на Новой")
    await client.sign_in(company.email, PASSWORD)
    empty = await client.get(HOME)
    assert "Сотрудники" in empty.text
    assert 'href="/company/people"' in (await client.get("/orders")).text
    answer = await client.send_form(
        f"{HOME}/invite",
        {**INVITED, "which": "some", "outlets": outlet, "roles": ["buyer", "approver"]},
    )
    assert answer.status_code == 303, answer.text
    page = await client.get(HOME)
    for words in (
        "Ольга",
        INVITED["email"],
        "Закупщик, Согласующий",
        "Склад на Новой",
        "Отправляется",
    ):
        assert words in page.text
    queue = await _sql(hall, "select convert_from(payload, 'UTF8') from fondaco.pgqueuer")
    words, token = await _mail(hall)
    assert "Ромашка" in words
    assert "Анна Покупатель" in words
    assert len(token) >= 43
    hashes = await _sql(hall, "select encode(token_hash, 'escape') from fondaco.invitation")
    assert token not in str(queue) + str(hashes)
    assert "Приглашён" in (await client.get(HOME)).text
    assert "Being sent" not in (await client.get(HOME)).text

    guest = _guest(client)
    form = await guest.get("/invitation", params={"token": token})
    assert form.status_code == 200
    assert "Ромашка" in form.text
    assert INVITED["email"] in form.text
    for wrong in ("short", INVITED["email"]):
        bad = await guest.send_form("/invitation", {"token": token, "name": "", "password": wrong})
        assert bad.status_code == 422
        assert bad.text.count('class="field-error"') == 2
    answer = await guest.send_form(
        "/invitation", {"token": token, "name": "Ольга Ив.", "password": NEW}
    )
    assert answer.status_code == 303, answer.text
    assert (await guest.get("/profile")).status_code == 200
    assert (await guest.get(HOME)).status_code == 403
    again = await _guest(client).send_form(
        "/invitation", {"token": token, "name": "Кто-то", "password": NEW}
    )
    assert again.status_code == 410
    person = next(
        p
        for p in await people_of(company.ask(hall), company.customer.company_id)
        if p.name == "Ольга Ив."
    )
    assert list(person.roles) == ["buyer", "approver"]
    assert [str(o.uuid) for o in person.outlets] == [outlet]
    assert await _sql(hall, "select 1 from fondaco.invitation") == []
    # The browser is known, and the password works.
    await guest.send_form("/logout")
    assert (await guest.sign_in(INVITED["email"], NEW)).status_code == 303
    actions = await _sql(hall, "select action from fondaco.audit_entry order by id")
    assert ("person.invite",) in actions
    assert ("person.join",) in actions


async def test_one_link_used_at_one_moment_makes_one_account(
    hall: Hall, client: Client, wholesaler: Wholesaler
) -> None:
    company = await _company(wholesaler)
    await client.sign_in(company.email, PASSWORD)
    await client.send_form(f"{HOME}/invite", INVITED)
    _, token = await _mail(hall)
    guests = [_guest(client) for _ in range(5)]
    answers = await asyncio.gather(
        *(
            g.send_form("/invitation", {"token": token, "name": "О", "password": NEW})
            for g in guests
        )
    )
    assert sorted(a.status_code for a in answers) == [303, 410, 410, 410, 410]


@pytest.mark.parametrize("state", ["withdrawn", "sent again", "expired", "garbage"])
async def test_a_dead_invitation_says_so(
    hall: Hall, client: Client, wholesaler: Wholesaler, state: str
) -> None:
    company = await _company(wholesaler)
    await client.sign_in(company.email, PASSWORD)
    await client.send_form(f"{HOME}/invite", INVITED)
    _, token = await _mail(hall)
    (uuid,) = (await _sql(hall, "select uuid from fondaco.invitation"))[0]
    if state == "withdrawn":
        answer = await client.send_form(f"{HOME}/invitations/{uuid}/withdraw")
        assert answer.status_code == 303
        assert INVITED["email"] not in (await client.get(HOME)).text
    elif state == "sent again":
        answer = await client.send_form(f"{HOME}/invitations/{uuid}/send")
        assert answer.status_code == 303
    elif state == "expired":
        await _sql(hall, "update fondaco.invitation set expires_at = now()")
        assert "Срок истёк" in (await client.get(HOME)).text
    else:
        token = "garbage"
    guest = _guest(client)
    page = await guest.get("/invitation", params={"token": token})
    assert page.status_code == 410
    assert "Ромашка" not in page.text
    answer = await guest.send_form("/invitation", {"token": token, "name": "О", "password": NEW})
    assert answer.status_code == 410
    if state == "sent again":
        _, new = await _mail(hall)
        assert new != token
        assert (await guest.get("/invitation", params={"token": new})).status_code == 200


async def test_an_email_with_an_account_elsewhere_is_told_to_its_owner_only(
    hall: Hall, client: Client, wholesaler: Wholesaler
) -> None:
    company, other = await _company(wholesaler), await _company(wholesaler, "Василёк")
    await client.sign_in(company.email, PASSWORD)
    pages = []
    for email in (other.email, "nobody@romashka.test"):
        answer = await client.send_form(f"{HOME}/invite", {**INVITED, "email": email})
        assert answer.status_code == 303
        words, token = await _mail(hall, email)
        assert bool(token) is (email != other.email)
        page = (await client.get(HOME)).text
        pages.append(re.sub(r'content="[^"]*"|value="[^"]*"', "", page).replace(email, "E"))
        (uuid,) = (await _sql(hall, "select uuid from fondaco.invitation"))[0]
        pages[-1] = pages[-1].replace(str(uuid), "U")
        await client.send_form(f"{HOME}/invitations/{uuid}/withdraw")
        assert ("уже есть учётная запись" in words) is (email == other.email)
    assert pages[0] == pages[1]


async def test_an_account_made_meanwhile_is_not_taken_over(
    hall: Hall, client: Client, wholesaler: Wholesaler
) -> None:
    company, other = await _company(wholesaler), await _company(wholesaler, "Василёк")
    await client.sign_in(company.email, PASSWORD)
    await client.send_form(f"{HOME}/invite", INVITED)
    _, token = await _mail(hall)
    await _sql(
        hall,
        "update fondaco.user_account set email = :e where id = :id",
        e=INVITED["email"],
        id=other.user_id,
    )
    guest = _guest(client)
    answer = await guest.send_form("/invitation", {"token": token, "name": "О", "password": NEW})
    assert answer.status_code == 409
    assert "Эта почта уже есть на портале" in answer.text
    assert (await guest.sign_in(INVITED["email"], NEW)).status_code == 422


@pytest.mark.parametrize(
    ("change_of", "field"),
    [
        ({"email": ""}, "email"),
        ({"email": "olga"}, "email"),
        ({"email": "a@b.test, c@d.test"}, "email"),
        ({"email": "ольга@почта.рф"}, "email"),
        ({"email": "a\0@b.test"}, "email"),
        ({"name": " "}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"name": "я" * 101}, "name"),
        ({"roles": []}, "roles"),
        ({"roles": "site_admin"}, "roles"),
        ({"which": "some"}, "outlets"),
    ],
)
async def test_a_wrong_form_says_where_and_keeps_what_was_typed(
    hall: Hall, client: Client, wholesaler: Wholesaler, change_of: dict[str, Any], field: str
) -> None:
    company = await _company(wholesaler)
    await client.sign_in(company.email, PASSWORD)
    answer = await client.send_form(f"{HOME}/invite", {**INVITED, **change_of})
    assert answer.status_code == 422
    assert f'id="field-{field}-error"' in answer.text
    assert answer.text.count('class="field-error"') == 1
    kept = "olga@romashka.test" if field != "email" else "Ольга"
    assert kept in answer.text
    assert await _sql(hall, "select 1 from fondaco.invitation") == []
    client.cookies.set("locale", "en", domain="portal.test", path="/")
    english = await client.send_form(f"{HOME}/invite", {**INVITED, **change_of})
    summary = re.search(r"<div[^>]*data-error-summary.*?</div>", english.text, re.DOTALL)
    assert summary
    assert not re.search("[а-яё]", summary[0])


async def test_who_is_in_already_and_who_was_invited_already(
    hall: Hall, client: Client, wholesaler: Wholesaler
) -> None:
    company = await _company(wholesaler)
    _, email = await _person(hall, company, "buyer")
    await client.sign_in(company.email, PASSWORD)
    answer = await client.send_form(f"{HOME}/invite", {**INVITED, "email": email.upper()})
    assert answer.status_code == 422
    assert "уже работает в компании" in answer.text
    await _sql(hall, "update fondaco.user_account set active = false where email = :e", e=email)
    answer = await client.send_form(f"{HOME}/invite", {**INVITED, "email": email})
    assert "Этот человек отключён" in answer.text
    assert (await client.send_form(f"{HOME}/invite", INVITED)).status_code == 303
    answer = await client.send_form(f"{HOME}/invite", INVITED)
    assert answer.status_code == 422
    assert "Приглашение на эту почту уже есть" in answer.text


async def test_letters_of_a_company_are_limited(
    hall: Hall, client: Client, wholesaler: Wholesaler
) -> None:
    company = await _company(wholesaler)
    await client.sign_in(company.email, PASSWORD)
    await client.send_form(f"{HOME}/invite", INVITED)
    await _sql(hall, "update fondaco.attempt set tries = 100 where kind = 'invitations'")
    answer = await client.send_form(f"{HOME}/invite", {**INVITED, "email": "b@romashka.test"})
    assert answer.status_code == 422
    assert "слишком много приглашений" in answer.text
    assert len(await _sql(hall, "select 1 from fondaco.invitation")) == 1


async def test_roles_and_outlets_change_with_the_next_request(
    hall: Hall, client: Client, wholesaler: Wholesaler
) -> None:
    company = await _company(wholesaler)
    uuid, email = await _person(hall, company, "company_admin")
    outlet = await _outlet(hall, company, "Склад на Новой")
    theirs = _guest(client)
    await theirs.sign_in(email, PASSWORD)
    assert (await theirs.get(HOME)).status_code == 200
    await client.sign_in(company.email, PASSWORD)
    form = await client.get(f"{HOME}/{uuid}")
    assert email in form.text
    answer = await client.send_form(
        f"{HOME}/{uuid}",
        {"name": "Борис Б.", "roles": "accountant", "which": "some", "outlets": outlet},
    )
    assert answer.status_code == 303
    assert (await theirs.get(HOME)).status_code == 403
    form = await client.get(f"{HOME}/{uuid}")
    assert re.search(rf'value="{outlet}" checked', form.text)
    await client.send_form(f"{HOME}/{uuid}", {"name": "Борис", "roles": "buyer", "which": "all"})
    assert await _sql(hall, "select 1 from fondaco.user_outlet") == []
    before, after = (
        await _sql(
            hall, "select before, after from fondaco.audit_entry where action = 'person.change'"
        )
    )[0]
    assert before == {"roles": ["company_admin"], "outlets": []}
    assert after == {"roles": ["accountant"], "outlets": [outlet]}


async def test_deactivating_ends_sessions_and_tokens_at_once(
    hall: Hall, client: Client, wholesaler: Wholesaler
) -> None:
    company = await _company(wholesaler)
    uuid, email = await _person(hall, company, "buyer")
    theirs = _guest(client)
    await theirs.sign_in(email, PASSWORD)
    made = await theirs.send_form("/profile/tokens", {"name": "робот"})
    token = re.search(r"<code>(fnd_\S+)</code>", made.text)
    assert token
    bearer = {"Authorization": f"Bearer {token[1]}"}
    assert (await theirs.get("/api/v1/cart", headers=bearer)).status_code == 200
    await client.sign_in(company.email, PASSWORD)
    assert (await client.send_form(f"{HOME}/{uuid}/deactivate")).status_code == 303
    assert (await theirs.get("/profile")).status_code == 303
    assert (await theirs.get("/api/v1/cart", headers=bearer)).status_code == 401
    assert (await theirs.sign_in(email, PASSWORD)).status_code == 422
    assert "Открыть доступ" in (await client.get(HOME)).text
    assert (await client.send_form(f"{HOME}/{uuid}/activate")).status_code == 303
    # What had ended stays so.
    assert (await theirs.get("/profile")).status_code == 303
    assert (await theirs.get("/api/v1/cart", headers=bearer)).status_code == 401
    assert (await theirs.sign_in(email, PASSWORD)).status_code == 303


async def test_the_last_administrator_stays(
    hall: Hall, client: Client, wholesaler: Wholesaler
) -> None:
    company = await _company(wholesaler)
    await _person(hall, company, "buyer")
    await client.sign_in(company.email, PASSWORD)
    me = (
        await _sql(hall, "select uuid from fondaco.user_account where id = :i", i=company.user_id)
    )[0][0]
    answer = await client.send_form(
        f"{HOME}/{me}", {"name": "Анна", "roles": "buyer", "which": "all"}
    )
    assert answer.status_code == 422
    assert "единственный администратор" in answer.text
    answer = await client.send_form(f"{HOME}/{me}/deactivate")
    assert answer.status_code == 409
    staff = _staff(hall)
    async with staff.act() as act:
        with pytest.raises(Conflict):
            await deactivate(act, company.customer.company_id, me)
    uuid, _ = await _person(hall, company, "company_admin")
    answer = await client.send_form(
        f"{HOME}/{me}", {"name": "Анна", "roles": "buyer", "which": "all"}
    )
    assert answer.status_code == 303
    assert (await client.get(HOME)).status_code == 403
    async with staff.act() as act:
        with pytest.raises(Conflict):
            await deactivate(act, company.customer.company_id, UUID(uuid))


async def test_two_administrators_who_demote_each_other_at_one_moment(
    hall: Hall, wholesaler: Wholesaler
) -> None:
    company = await _company(wholesaler)
    await _person(hall, company, "company_admin")
    staff = _staff(hall)
    number = company.customer.company_id
    people = await people_of(staff, number)

    async def demote(uuid: Any) -> bool:
        try:
            async with staff.act() as act:
                await change(act, number, uuid, Role("Имя", ("buyer",), None))
        except UserError:
            return False
        return True

    done = await asyncio.gather(*(demote(one.uuid) for one in people))
    assert sorted(done) == [False, True]


def _staff(hall: Hall) -> AskContext:
    actor = Actor(ActorKind.STAFF, UserId(0), "Пётр", "p@opt.test", permissions_of(("manager",)))
    return AskContext(hall, actor, Scope.all_companies())


async def test_staff_use_the_same_verbs_for_a_company(hall: Hall, wholesaler: Wholesaler) -> None:
    company = await _company(wholesaler)
    allowed = permissions_of(("manager",))
    assert "customer.manage" in allowed
    await _sql(
        hall,
        "insert into fondaco.user_account (uuid, email, name)"
        " values (gen_random_uuid(), 'p@opt.test', 'Пётр')",
    )
    rows = await _sql(hall, "select id from fondaco.user_account where email = 'p@opt.test'")
    actor = Actor(ActorKind.STAFF, rows[0][0], "Пётр", "p@opt.test", allowed)
    staff = AskContext(hall, actor, Scope.all_companies())
    async with staff.act() as act:
        role = Role("Ольга", ("company_admin",), None)
        await invite(act, company.customer.company_id, INVITED["email"], role)
    found = await invitations_of(staff, company.customer.company_id)
    assert [one.email for one in found] == [INVITED["email"]]
    words, token = await _mail(hall)
    assert token
    assert "Пётр" in words


async def test_another_companys_people_are_not_there(
    hall: Hall, client: Client, wholesaler: Wholesaler
) -> None:
    mine, other = await _company(wholesaler), await _company(wholesaler, "Василёк")
    theirs, _ = await _person(hall, other, "buyer")
    async with other.ask(hall).act() as act:
        await invite(act, other.customer.company_id, INVITED["email"], Role("О", ("buyer",), None))
    (letter,) = (await _sql(hall, "select uuid from fondaco.invitation"))[0]
    await client.sign_in(mine.email, PASSWORD)
    good = {"name": "Борис", "roles": "buyer", "which": "all"}
    for uuid in (theirs, uuid4()):
        assert (await client.get(f"{HOME}/{uuid}")).status_code == 404
        assert (await client.send_form(f"{HOME}/{uuid}", good)).status_code == 404
        for verb in ("deactivate", "activate"):
            assert (await client.send_form(f"{HOME}/{uuid}/{verb}")).status_code == 404
    for uuid in (letter, uuid4()):
        for verb in ("send", "withdraw"):
            answer = await client.send_form(f"{HOME}/invitations/{uuid}/{verb}")
            assert answer.status_code == 404
    for outlet in (other.outlet, uuid4(), "no-uuid"):
        form = {**INVITED, "which": "some", "outlets": str(outlet)}
        assert (await client.send_form(f"{HOME}/invite", form)).status_code == 404
    me = (await _sql(hall, "select uuid from fondaco.user_account where id = :i", i=mine.user_id))[
        0
    ][0]
    form = {"name": "А", "roles": "company_admin", "which": "some", "outlets": str(other.outlet)}
    assert (await client.send_form(f"{HOME}/{me}", form)).status_code == 404
    async with mine.ask(hall).act() as act:
        with pytest.raises(NotFound):
            await deactivate(act, other.customer.company_id, UUID(theirs))
    assert await _sql(hall, "select count(*) from fondaco.user_account where active") == [(3,)]
    assert await _sql(hall, "select count(*) from fondaco.invitation") == [(1,)]


async def test_only_an_administrator_manages_people(
    hall: Hall, client: Client, wholesaler: Wholesaler
) -> None:
    company = await _company(wholesaler, roles=("buyer", "approver", "accountant"))
    assert (await client.get(HOME)).status_code == 303
    await client.sign_in(company.email, PASSWORD)
    assert (await client.get(HOME)).status_code == 403
    assert (await client.send_form(f"{HOME}/invite", INVITED)).status_code == 403
    manager = await wholesaler.staff("manager")
    await client.sign_in(manager, PASSWORD)
    assert (await client.get(HOME)).status_code == 403


async def test_the_list_needs_as_many_statements_for_fifty_as_for_one(
    hall: Hall, client: Client, wholesaler: Wholesaler, sql_budget: Any
) -> None:
    company = await _company(wholesaler)
    await client.sign_in(company.email, PASSWORD)

    async def statements() -> int:
        with sql_budget() as count:
            page = await client.get(HOME)
        assert page.status_code == 200
        return int(count.number)

    few = await statements()
    for n in range(50):
        await _person(hall, company, "buyer")
        await _outlet(hall, company, f"Магазин {n}")
    await _sql(
        hall,
        "insert into fondaco.user_outlet select u.id, o.id"
        " from fondaco.user_account u, fondaco.outlet o",
    )
    await _sql(
        hall,
        "insert into fondaco.invitation (uuid, company_id, email, name, roles)"
        " select gen_random_uuid(), :c, 'i' || n || '@r.test', 'И', '{buyer}'"
        " from generate_series(1, 50) n",
        c=company.customer.company_id,
    )
    assert await statements() == few == 4


async def test_an_outlet_with_people_bound_to_it_is_not_deleted(
    hall: Hall, wholesaler: Wholesaler
) -> None:
    company = await _company(wholesaler)
    outlet = await _outlet(hall, company, "Склад")
    await _sql(
        hall,
        "insert into fondaco.user_outlet select :u, id from fondaco.outlet where uuid = :o",
        u=company.user_id,
        o=outlet,
    )
    with pytest.raises(Exception, match="user_outlet_outlet_id_fkey"):
        await _sql(hall, "delete from fondaco.outlet where uuid = :o", o=outlet)


async def test_invitations_long_past_are_swept(
    hall: Hall, client: Client, wholesaler: Wholesaler
) -> None:
    company = await _company(wholesaler)
    await client.sign_in(company.email, PASSWORD)
    await client.send_form(f"{HOME}/invite", INVITED)
    await _mail(hall)
    await DOOR.function(hall)
    assert len(await _sql(hall, "select 1 from fondaco.invitation")) == 1
    await _sql(hall, "update fondaco.invitation set expires_at = now() - interval '91 days'")
    await DOOR.function(hall)
    assert await _sql(hall, "select 1 from fondaco.invitation") == []


async def test_pages_about_the_company_stand_under_one_entry(
    client: Client, wholesaler: Wholesaler
) -> None:
    company = await _company(wholesaler)
    await client.sign_in(company.email, PASSWORD)
    page = (await client.get(HOME)).text
    group = page[page.index('<details class="sections-group"') : page.index("</details>")]
    for path in (HOME, "/company/limits", "/company/addresses"):
        assert f'href="{path}"' in group
    assert f'href="{HOME}" aria-current="page"' in group
    buyer = await _company(wholesaler, "Василёк", ("buyer",))
    await client.sign_in(buyer.email, PASSWORD)
    assert "sections-group" not in (await client.get("/orders")).text
