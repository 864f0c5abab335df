"""S06: a session key is ours, new at every sign-in, and dead everywhere at once."""

from pathlib import Path

import httpx
from litestar import Litestar, Request, get, post
from litestar.middleware.session.server_side import ServerSideSessionConfig
from processes import app_processes
from sqlalchemy import text

from fondaco.hooks.hall import Hall
from fondaco.testing.client import token_in
from fondaco.testing.wholesaler import PASSWORD, Wholesaler

PLANTED = "attacker-chosen-id"


async def _sign_in(address: str, email: str, planted: str = "") -> httpx.AsyncClient:
    client = httpx.AsyncClient(base_url=address, timeout=30)
    if planted:
        client.cookies.set("sid", planted, domain="127.0.0.1", path="/")
    token = token_in((await client.get("/login")).text)
    answer = await client.post(
        "/login",
        data={"email": email, "password": PASSWORD, "_csrf_token": token},
    )
    assert answer.status_code == 303, answer.text
    return client


def _key(client: httpx.AsyncClient) -> str:
    return next(c.value or "" for c in client.cookies.jar if c.name == "sid")


async def _is_known(address: str, key: str) -> bool:
    async with httpx.AsyncClient(base_url=address, cookies={"sid": key}) as client:
        return (await client.get("/profile")).status_code == 200


async def test_a_planted_key_is_never_taken_over_and_the_key_changes(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    email = await wholesaler.staff("manager")
    with app_processes(database_url, tmp_path, number=1) as (address,):
        client = await _sign_in(address, email, PLANTED)
        first = _key(client)
        assert first != PLANTED
        assert len(first) >= 22  # 128 bits in base64
        assert not await _is_known(address, PLANTED)
        assert await _is_known(address, first)
        second = _key(await _sign_in(address, email, first))
        assert second != first
        assert not await _is_known(address, first)


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    email = await wholesaler.staff("manager")
    secure = {"FONDACO_SERVER__SECURE_COOKIES": "true"}
    with app_processes(database_url, tmp_path, number=1, environment=secure) as (address,):
        async with httpx.AsyncClient(base_url=address) as client:
            page = await client.get("/login")
            cookie = page.headers["set-cookie"].split(";")[0]
            answer = await client.post(
                "/login",
                data={"email": email, "password": PASSWORD, "_csrf_token": token_in(page.text)},
                headers={"cookie": cookie},
            )
    set_cookie = next(v for v in answer.headers.get_list("set-cookie") if v.startswith("sid="))
    for mark in ("HttpOnly", "Secure", "SameSite=lax"):
        assert mark in set_cookie


async def test_signing_out_and_blocking_end_every_session_on_every_process(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    email = await wholesaler.staff("manager")
    with app_processes(database_url, tmp_path) as (one, other):
        client = await _sign_in(one, email)
        key = _key(client)
        assert await _is_known(other, key)
        token = token_in((await client.get("/profile")).text)
        await client.post("/logout", data={"_csrf_token": token})
        assert not await _is_known(other, key)
        again = _key(await _sign_in(one, email))
        assert await _is_known(other, again)
        async with hall.database.transaction() as connection:
            await connection.execute(
                text("update fondaco.user_account set active = false where email = :email"),
                {"email": email},
            )
        assert not await _is_known(one, again)
        assert not await _is_known(other, again)


async def test_the_frameworks_own_sessions_would_be_taken_over() -> None:
    """The control: the same attack on stock server-side sessions succeeds."""

    @post("/login", opt={"exclude_from_csrf": True})
    async def sign_in(request: Request) -> None:
        request.session["user"] = "victim"

    @get("/who")
    async def who(request: Request) -> str:
        return str(request.session.get("user"))

    app = Litestar([sign_in, who], middleware=[ServerSideSessionConfig().middleware])
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://stock") as victim:
        await victim.post("/login", headers={"cookie": f"session={PLANTED}"})
    async with httpx.AsyncClient(transport=transport, base_url="http://stock") as attacker:
        answer = await attacker.get("/who", headers={"cookie": f"session={PLANTED}"})
    assert "victim" in answer.text
