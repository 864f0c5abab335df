"""Sign-in through the front door: keys rotate, unknown keys are nobody's."""

from sqlalchemy import text

from fondaco.hooks.hall import Hall
from fondaco.identity.passwords import hash_password
from fondaco.testing.client import Client


async def _user(hall: Hall) -> None:
    async with hall.database.transaction() as connection:
        await connection.execute(
            text(
                "insert into fondaco.user_account (uuid, email, name, password_hash, roles)"
                " values (gen_random_uuid(), 'anna@romashka.test', 'Анна', :hash, '{site_admin}')"
            ),
            {"hash": hash_password("secret-1")},
        )


async def test_a_guest_is_sent_to_the_form_and_comes_back(hall: Hall, client: Client) -> None:
    answer = await client.get("/-/trace")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=/-/trace"


async def test_who_sent_a_form_comes_back_to_the_page_with_the_form(client: Client) -> None:
    page = "http://portal.test/search?q=a"
    plain = await client.send_form("/products/cart", headers={"Referer": page})
    assert plain.headers["location"] == "/login?next=/search%3Fq%3Da"
    partly = await client.send_form(
        "/products/cart", headers={"HX-Request": "true", "HX-Current-URL": page}
    )
    assert partly.headers["hx-redirect"] == "/login?next=/search%3Fq%3Da"
    elsewhere = await client.send_form("/checkout", headers={"Referer": "https://evil.test/x"})
    assert elsewhere.headers["location"] == "/login?next=/checkout"


async def test_signing_in_rotates_the_key_and_signing_out_kills_it(
    hall: Hall, client: Client
) -> None:
    await _user(hall)
    client.cookies.set("sid", "attacker-chosen", domain="portal.test", path="/")
    answer = await client.sign_in("Anna@romashka.test", "secret-1")
    assert answer.status_code == 303, answer.text
    first = client.cookies["sid"]
    assert len(first) > 40
    assert (await client.get("/-/trace")).status_code == 200
    taken_over = Client(transport=client._transport, base_url="http://portal.test")
    taken_over.cookies.set("sid", "attacker-chosen")
    assert (await taken_over.get("/-/trace")).status_code == 303
    await client.sign_in("anna@romashka.test", "secret-1")
    second = client.cookies["sid"]
    assert second != first
    async with hall.database.transaction() as connection:
        alive = (
            await connection.execute(text("select count(*) from fondaco.user_session"))
        ).scalar()
    assert alive == 1
    await client.send_form("/logout")
    async with hall.database.transaction() as connection:
        alive = (
            await connection.execute(text("select count(*) from fondaco.user_session"))
        ).scalar()
    assert alive == 0


async def test_a_wrong_password_keeps_what_was_typed(hall: Hall, client: Client) -> None:
    await _user(hall)
    answer = await client.sign_in("anna@romashka.test", "nope")
    assert answer.status_code == 422
    assert "anna@romashka.test" in answer.text
    assert "Почта или пароль" in answer.text


async def test_a_form_without_a_token_is_refused(hall: Hall, client: Client) -> None:
    answer = await client.post("/login", data={"email": "a", "password": "b"})
    assert answer.status_code == 403
    assert "content-security-policy" in answer.headers
