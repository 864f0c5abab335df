"""A forgotten password: one answer for all, a link good once, every session ended."""

import re
from email import message_from_bytes, policy

import pytest
from sqlalchemy import text

from fondaco.exchange.job import JobContext
from fondaco.exchange.net import Outside
from fondaco.hooks.hall import Hall
from fondaco.identity.reset import RESET_TASK, Forgotten, mail_reset
from fondaco.notifications.post import mail_folder
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import PASSWORD, Wholesaler

NEW = "new long phrase"


async def _sql(hall: Hall, statement: str) -> list[tuple[object, ...]]:
    async with hall.database.transaction() as connection:
        result = await connection.execute(text(statement))
        return [tuple(row) for row in result.all()] if result.returns_rows else []


async def _mailed_link(hall: Hall, email: str) -> str:
    """Do the worker's part; the link of the newest letter."""
    job = JobContext(hall, Outside(), RESET_TASK, 1)
    await mail_reset(job, Forgotten(email))
    newest = max(mail_folder(hall.settings).glob("*.eml"))
    message = message_from_bytes(newest.read_bytes(), policy=policy.default)
    assert message["To"] == email
    found = re.search(r"http\S+/reset\?token=\S+", message.get_content())
    assert found
    return found[0]


async def test_the_link_is_the_sites_and_not_in_the_queue_nor_in_the_database(
    hall: Hall, client: Client, wholesaler: Wholesaler
) -> None:
    email = await wholesaler.staff("manager")
    answer = await client.send_form(
        "/forgot", {"email": email}, headers={"X-Forwarded-Host": "evil.test"}
    )
    assert answer.status_code == 200
    link = await _mailed_link(hall, email)
    assert link.startswith(f"{hall.settings.site.url}/reset?token=")
    token = link.partition("token=")[2]
    assert len(token) >= 43  # 256 bits
    rows = await _sql(
        hall,
        "select convert_from(payload, 'UTF8') from fondaco.pgqueuer"
        " union all select encode(token_hash, 'hex') from fondaco.password_reset",
    )
    assert len(rows) == 2
    assert token not in str(rows)


async def test_the_answer_is_the_same_for_everybody(
    hall: Hall, client: Client, wholesaler: Wholesaler
) -> None:
    email = await wholesaler.staff("manager")
    answers = [await client.send_form("/forgot", {"email": who}) for who in (email, "no@one.test")]
    bodies = [re.sub(r'content="[^"]*"|value="[^"]*"', "", a.text) for a in answers]
    assert bodies[0] == bodies[1]
    assert answers[0].status_code == answers[1].status_code == 200
    assert set(answers[0].headers) == set(answers[1].headers)
    job = JobContext(hall, Outside(), RESET_TASK, 1)
    await mail_reset(job, Forgotten("no@one.test"))
    assert not mail_folder(hall.settings).exists()


async def test_a_new_password_ends_every_session_once(
    hall: Hall, client: Client, wholesaler: Wholesaler
) -> None:
    email = await wholesaler.staff("manager")
    await client.sign_in(email, PASSWORD)
    assert (await client.get("/profile")).status_code == 200
    token = (await _mailed_link(hall, email)).partition("token=")[2]
    spare = (await _mailed_link(hall, email)).partition("token=")[2]
    for wrong in ("short", email):
        answer = await client.send_form("/reset", {"token": token, "password": wrong})
        assert answer.status_code == 422
        assert "field-error" in answer.text
    answer = await client.send_form("/reset", {"token": token, "password": NEW})
    assert answer.status_code == 303, answer.text
    assert (await client.get("/profile")).status_code == 303
    for used in (token, spare):
        again = await client.send_form("/reset", {"token": used, "password": "another phrase"})
        assert again.status_code == 410
    assert (await client.sign_in(email, PASSWORD)).status_code == 422
    assert (await client.sign_in(email, NEW)).status_code == 303
    letters = await _sql(
        hall, "select 1 from fondaco.pgqueuer where entrypoint = 'notifications.mail'"
    )
    audit = await _sql(hall, "select 1 from fondaco.audit_entry where action = 'password.reset'")
    assert len(letters) == len(audit) == 1


@pytest.mark.parametrize("state", ["expired", "garbage", "blocked"])
async def test_a_dead_link_says_so_and_no_more(
    hall: Hall, client: Client, wholesaler: Wholesaler, state: str
) -> None:
    email = await wholesaler.staff("manager")
    token = (await _mailed_link(hall, email)).partition("token=")[2]
    if state == "expired":
        await _sql(hall, "update fondaco.password_reset set expires_at = now()")
    elif state == "blocked":
        await _sql(hall, "update fondaco.user_account set active = false")
    else:
        token = "garbage"
    page = await client.get("/reset", params={"token": token})
    assert page.status_code == 410
    assert email not in page.text
    answer = await client.send_form("/reset", {"token": token, "password": NEW})
    assert answer.status_code == 410


async def test_an_account_without_a_password_lets_nobody_in(
    hall: Hall, client: Client, wholesaler: Wholesaler
) -> None:
    email = await wholesaler.staff("manager")
    await _sql(hall, "update fondaco.user_account set password_hash = ''")
    for password in ("", "nobody has this password"):
        assert (await client.sign_in(email, password)).status_code == 422


async def test_a_person_gets_three_letters_an_hour(hall: Hall, wholesaler: Wholesaler) -> None:
    email = await wholesaler.staff("manager")
    job = JobContext(hall, Outside(), RESET_TASK, 1)
    for _ in range(5):
        await mail_reset(job, Forgotten(email))
    assert len(list(mail_folder(hall.settings).glob("*.eml"))) == 3
    await _sql(hall, "update fondaco.password_reset set created_at = now() - interval '2 hours'")
    await mail_reset(job, Forgotten(email))
    assert len(list(mail_folder(hall.settings).glob("*.eml"))) == 4
