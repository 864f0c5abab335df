"""How often one may try to sign in, or ask for a link: by account, address and device."""

import asyncio
import re
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from fondaco.hooks.context import AskContext
from fondaco.hooks.hall import Hall
from fondaco.identity.door import ACCOUNT, ADDRESS, DEVICE
from fondaco.identity.tidy import DOOR
from fondaco.settings import Server, Settings
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import PASSWORD, Wholesaler
from fondaco.web.limits import Limit, count_try


@pytest.fixture
def settings(tmp_path: Any) -> Settings:
    """A site behind a proxy, so that a test may come from many addresses."""
    server = Server(trusted_proxies=("127.0.0.1",))
    return Settings(data_dir=str(tmp_path / "data"), secret="test-secret", server=server)


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The stored hashes that a password was compared with."""
    compared: list[str] = []
    real = PasswordHasher.verify

    def verify(self: PasswordHasher, stored: Any, password: Any) -> Any:
        compared.append(stored)
        return real(self, stored, password)

    monkeypatch.setattr(PasswordHasher, "verify", verify)
    return compared


async def _try(client: Client, email: str, password: str, address: str) -> Any:
    return await client.send_form(
        "/login",
        {"email": email, "password": password},
        headers={"X-Forwarded-For": address},
    )


async def _sql(hall: Hall, statement: str) -> list[tuple[Any, ...]]:
    async with hall.database.transaction() as connection:
        result = await connection.execute(text(statement))
        return [tuple(row) for row in result.all()] if result.returns_rows else []


async def _window_ends(hall: Hall) -> None:
    await _sql(hall, "update fondaco.attempt set ends_at = now()")


async def test_an_account_may_be_tried_ten_times_from_wherever(
    hall: Hall, client: Client, wholesaler: Wholesaler, hashes: list[str]
) -> None:
    email = await wholesaler.staff("manager")
    answers = [await _try(client, email.upper(), "no", f"10.1.0.{n}") for n in range(30)]
    assert [a.status_code for a in answers] == [422] * 10 + [429] * 20
    assert len(hashes) == ACCOUNT.most
    limited = answers[-1]
    assert 0 < int(limited.headers["retry-after"]) <= 15 * 60
    assert "Слишком много попыток входа. Попробуйте снова через 15 минут" in limited.text
    assert email.upper() in limited.text
    client.cookies.set("locale", "en", domain="portal.test", path="/")
    english = await _try(client, email, PASSWORD, "10.1.1.1")
    assert english.status_code == 429
    assert "Try again in 15 minutes" in english.text
    found = await _sql(
        hall, "select subject from fondaco.audit_entry where action = 'sign_in.limited'"
    )
    assert len(found) == 1
    assert str(found[0][0]).startswith("user:")
    await _window_ends(hall)
    assert (await _try(client, email, PASSWORD, "10.1.1.1")).status_code == 303


async def test_an_account_that_is_not_there_is_limited_alike(
    hall: Hall, client: Client, hashes: list[str]
) -> None:
    answers = [await _try(client, "no@one.test", "no", f"10.1.0.{n}") for n in range(12)]
    assert [a.status_code for a in answers] == [422] * 10 + [429] * 2
    assert len(hashes) == 10


async def test_an_address_may_fail_twenty_times_at_whatever_accounts(
    hall: Hall, client: Client, wholesaler: Wholesaler, hashes: list[str]
) -> None:
    email = await wholesaler.staff("manager")
    for _ in range(3):
        assert (await _try(client, email, PASSWORD, "10.2.0.1")).status_code == 303
        client.cookies.clear()
    statuses = [
        (await _try(client, f"a{n}@one.test", "no", "10.2.0.1")).status_code for n in range(25)
    ]
    assert statuses == [422] * 20 + [429] * 5
    assert len(hashes) == 3 + ADDRESS.most
    # Beyond its limit an address locks nobody: the account was not counted.
    for _ in range(12):
        assert (await _try(client, email, "no", "10.2.0.1")).status_code == 429
    assert (await _try(client, email, PASSWORD, "10.2.0.2")).status_code == 303


async def test_the_owner_on_a_known_device_is_not_locked_out(
    hall: Hall, client: Client, wholesaler: Wholesaler
) -> None:
    email = await wholesaler.staff("manager")
    assert (await _try(client, email, PASSWORD, "10.3.0.1")).status_code == 303
    key = client.cookies["device"]
    await client.send_form("/logout")
    stranger = Client(transport=client._transport, base_url="http://portal.test")
    for _ in range(40):
        await _try(stranger, email, "no", "10.3.0.1")
    assert (await _try(stranger, email, PASSWORD, "10.3.0.9")).status_code == 429
    assert (await _try(client, email, PASSWORD, "10.3.0.1")).status_code == 303
    assert client.cookies["device"] != key
    # The owner's success does not begin the strangers' count anew, and the old key is dead.
    assert (await _try(stranger, email, PASSWORD, "10.3.0.9")).status_code == 429
    stranger.cookies.set("device", key, domain="portal.test", path="/")
    assert (await _try(stranger, email, PASSWORD, "10.3.0.9")).status_code == 429


async def test_a_known_device_has_a_limit_and_is_known_for_its_people_only(
    hall: Hall, client: Client, wholesaler: Wholesaler, hashes: list[str]
) -> None:
    mine, other = await wholesaler.staff("manager"), await wholesaler.staff("manager")
    await _try(client, mine, PASSWORD, "10.4.0.1")
    hashes.clear()
    statuses = [(await _try(client, mine, "no", f"10.4.1.{n}")).status_code for n in range(12)]
    assert statuses == [422] * DEVICE.most + [429] * 2
    statuses = [(await _try(client, other, "no", f"10.4.2.{n}")).status_code for n in range(12)]
    assert statuses == [422] * ACCOUNT.most + [429] * 2
    assert len(hashes) == 20


async def test_the_device_cookie_is_ours_hidden_and_stored_hashed(
    hall: Hall, client: Client, wholesaler: Wholesaler
) -> None:
    email = await wholesaler.staff("manager")
    client.cookies.set("device", "chosen-by-an-attacker", domain="portal.test", path="/")
    answer = await client.sign_in(email, PASSWORD)
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("device="))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert int(re.search(r"Max-Age=(\d+)", cookie)[1]) > 365 * 24 * 3600  # type: ignore[index]
    key = cookie.partition("=")[2].partition(";")[0]
    assert len(key) >= 43
    stored = await _sql(hall, "select key_hash from fondaco.known_device")
    assert len(stored) == 1
    assert key.encode() not in bytes(stored[0][0])


async def test_success_begins_the_accounts_count_anew(
    hall: Hall, client: Client, wholesaler: Wholesaler
) -> None:
    email = await wholesaler.staff("manager")
    for _ in range(2):
        for n in range(9):
            assert (await _try(client, email, "no", f"10.5.0.{n}")).status_code == 422
        assert (await _try(client, email, PASSWORD, "10.5.1.1")).status_code == 303
        client.cookies.clear()


async def test_tries_at_one_moment_do_not_slip_through(ask: AskContext) -> None:
    counter = Limit("race", 5, 15).of("one")
    answers = await asyncio.gather(*(count_try(ask, counter) for _ in range(40)))
    assert sum(a is None for a in answers) == 5
    assert sum(a is not None and a.just_now for a in answers) == 1


async def test_links_are_limited_by_address_and_what_was_typed_stays(
    hall: Hall, client: Client
) -> None:
    async def ask_for(n: int, address: str) -> Any:
        return await client.send_form(
            "/forgot", {"email": f"a{n}@one.test"}, headers={"X-Forwarded-For": address}
        )

    answers = [await ask_for(n, "10.6.0.1") for n in range(12)]
    assert [a.status_code for a in answers] == [200] * 10 + [429] * 2
    assert "retry-after" in answers[-1].headers
    assert "Слишком много запросов" in answers[-1].text
    assert "a11@one.test" in answers[-1].text
    assert (await ask_for(12, "10.6.0.2")).status_code == 200
    queued = await _sql(
        hall, "select count(*) from fondaco.pgqueuer where entrypoint = 'identity.reset'"
    )
    assert queued == [(11,)]


async def test_what_cannot_be_an_email_is_a_wrong_one(hall: Hall, client: Client) -> None:
    for email in ("", "a\0b", "x" * 5000, "'; drop table", "я@почта.рф"):
        assert (await client.sign_in(email, "no")).status_code == 422
    assert (await client.send_form("/forgot", {"email": "a\0b"})).status_code == 200


async def test_old_counts_and_devices_are_swept(
    hall: Hall, client: Client, wholesaler: Wholesaler
) -> None:
    email = await wholesaler.staff("manager")
    await _try(client, email, PASSWORD, "10.7.0.1")
    await _try(client, "no@one.test", "no", "10.7.0.1")
    await DOOR.function(hall)
    kept = (
        "select (select count(*) from fondaco.attempt), (select count(*) from fondaco.known_device)"
    )
    assert await _sql(hall, kept) == [(2, 1)]
    await _window_ends(hall)
    await _sql(hall, "update fondaco.known_device set expires_at = now()")
    await DOOR.function(hall)
    assert await _sql(hall, kept) == [(0, 0)]
