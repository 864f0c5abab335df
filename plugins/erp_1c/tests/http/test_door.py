"""Who may call, and what a session is."""

import base64
from datetime import timedelta

import pytest
from exchange_desk import ExchangeShop, goods

from fondaco.exchange.job import JobContext
from fondaco.exchange.net import Outside
from fondaco.testing.client import Client
from fondaco_erp_1c.http.tidying import Tidy, tidy_sessions
from fondaco_erp_1c.sim.client import Failure

pytestmark = pytest.mark.plugins("erp_1c")


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", ["/1c_exchange", "/1c_exchange.php"])
async def test_checkauth_and_init_open_a_session(
    shop: ExchangeShop, method: str, path: str
) -> None:
    onec = shop.onec("catalog", path=path)
    found = await onec.call("checkauth", method=method)
    assert (found.word, found.lines[0]) == ("success", "machine_pass")
    assert found.lines[2].startswith("sessid=") and found.lines[3].startswith("timestamp=")
    onec.cookie = f"{found.lines[0]}={found.lines[1]}"
    init = await onec.call("init", method=method)
    assert (init.word, init.lines) == ("zip=yes", ("file_limit=20000000",))
    newer = await onec.call("init", version="3.1")
    assert [line.split("=")[0] for line in newer.lines] == ["file_limit", "sessid", "version"]
    assert newer.lines[-1] == "version=3.1"


async def test_a_wrong_password_is_told_in_words_and_tries_are_counted(shop: ExchangeShop) -> None:
    onec = shop.onec("catalog")
    shop.password = "wrong"
    stranger = shop.onec("catalog")
    said = [await stranger.call("checkauth") for _ in range(11)]
    assert {one.word for one in said} == {"failure"}
    assert "Неверный логин или пароль" in said[0].lines[0]
    assert "Слишком много попыток" in said[-1].lines[0]
    # The right one has to wait too: whoever guesses must not see that it was right.
    assert (await onec.call("checkauth")).word == "failure"


async def test_right_passwords_are_not_counted(shop: ExchangeShop) -> None:
    for _ in range(15):
        assert (await shop.onec("sale").call("checkauth")).word == "success"


async def test_nothing_is_done_without_a_password_or_a_pass(shop: ExchangeShop) -> None:
    onec = shop.onec("catalog")
    for mode in ("init", "file", "import", "query"):
        said = await onec.call(mode, b"x" if mode == "file" else None, filename="a.xml")
        assert (said.word, said.lines) == (
            "failure",
            ("Неверный логин или пароль, либо доступ отозван",),
        )
    onec.cookie = "machine_pass=made-up"
    assert (await onec.call("init")).word == "failure"


async def test_a_revoked_access_ends_at_once(shop: ExchangeShop, client: Client) -> None:
    onec = shop.onec("catalog")
    await onec.begin()
    await client.sign_in(await shop.wholesaler.staff("site_admin"), "correct horse")
    rows = await shop.all("select uuid from fondaco.machine")
    await client.send_form(f"/staff/machines/{rows[0][0]}/revoke")
    assert (await onec.call("init")).word == "failure"
    with pytest.raises(Failure, match="доступ отозван"):
        await onec.begin()


async def test_a_person_is_no_machine_and_a_machine_no_person(
    shop: ExchangeShop, client: Client
) -> None:
    await client.sign_in(await shop.wholesaler.staff("site_admin"), "correct horse")
    answer = await client.get("/1c_exchange?type=catalog&mode=init")
    assert answer.text.startswith("failure")
    client.cookies.clear()
    basic = base64.b64encode(f"{shop.login}:{shop.password}".encode()).decode()
    page = await client.get("/staff/machines", headers={"Authorization": f"Basic {basic}"})
    assert page.status_code == 303 and page.headers["location"].startswith("/login")


async def test_who_begins_anew_ends_the_session_before(shop: ExchangeShop) -> None:
    one, other, sale = shop.onec("catalog"), shop.onec("catalog"), shop.onec("sale")
    await one.begin()
    await sale.begin()
    await other.begin()
    said = await one.call("file", b"<a/>", filename="import.xml")
    assert said.word == "failure" and "начат заново" in said.lines[0]
    assert (await other.call("file", goods("X"), filename="import.xml")).word == "success"
    assert (await sale.call("info")).word.startswith("<?xml")


async def test_a_session_is_over_after_its_hours(shop: ExchangeShop) -> None:
    onec = shop.onec("catalog")
    await onec.begin()
    await shop.run(
        "update plugin_erp_1c.session set opened_at = now() - make_interval(secs => :s)",
        s=timedelta(hours=13).total_seconds(),
    )
    assert "закончился" in (await onec.call("init")).lines[0]


async def test_the_log_is_kept_for_thirty_days_and_empty_sessions_for_two(
    shop: ExchangeShop,
) -> None:
    aged = (
        "update plugin_erp_1c.session set opened_at = now() - make_interval(days => :days),"
        " seen_at = now() - make_interval(days => :days), closed_at = null where kind = :kind"
    )
    job = JobContext(shop.hall, Outside(), "erp_1c.tidy", 1)
    kinds = "select kind from plugin_erp_1c.session order by kind"
    onec = shop.onec("sale")
    await onec.begin()
    await onec.query()
    await shop.onec("catalog").begin()
    await shop.run(aged, days=1, kind="sale")
    await tidy_sessions(job, Tidy())
    assert await shop.all(kinds) == [("catalog",), ("sale",)]
    await shop.run(aged, days=3, kind="sale")
    await tidy_sessions(job, Tidy())
    assert await shop.all(kinds) == [("catalog",)]
    # One in which something was refused tells of it for a month.
    await shop.run(
        "insert into plugin_erp_1c.entry (session_id, mode, answer)"
        " select id, 'dance', 'failure' from plugin_erp_1c.session"
    )
    for days, left in ((29, [("catalog",)]), (31, [])):
        await shop.run(aged, days=days, kind="catalog")
        await tidy_sessions(job, Tidy())
        assert await shop.all(kinds) == left
    assert await shop.all("select count(*) from plugin_erp_1c.entry") == [(0,)]


async def test_what_nobody_knows_is_refused_in_words(shop: ExchangeShop) -> None:
    onec = shop.onec("catalog")
    await onec.begin()
    assert (await onec.call("dance")).lines == ("Вызов «dance» портал не знает",)
    other = shop.onec("reference")
    assert "reference" in (await other.call("checkauth")).lines[0]


async def test_some_send_the_password_again_and_no_cookie(shop: ExchangeShop) -> None:
    onec = shop.onec("catalog")
    await onec.begin()
    basic = base64.b64encode(f"{shop.login}:{shop.password}".encode()).decode()
    async with shop.web() as web:
        answer = await web.get(
            "/1c_exchange?type=catalog&mode=init", headers={"Authorization": f"Basic {basic}"}
        )
    assert answer.text.startswith("zip=")
