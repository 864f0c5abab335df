"""S08: the link to a new password is the site's, good once on all processes, and short-lived."""

import asyncio
import re
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from processes import app_processes
from sqlalchemy import text

from fondaco.exchange.job import JobContext
from fondaco.exchange.net import Outside
from fondaco.hooks.hall import Hall
from fondaco.identity.reset import RESET_TASK, Forgotten, mail_reset
from fondaco.notifications.post import mail_folder
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import PASSWORD, Wholesaler

NEW = "a new long phrase"
HOSTILE = {
    "X-Forwarded-Host": "evil.test",
    "X-Host": "evil.test",
    "Forwarded": "host=evil.test;proto=http",
    "X-Forwarded-For": "6.6.6.6",
}
SMALL = pytest.param(10, id="small")
FULL = pytest.param(200, id="full", marks=pytest.mark.full)


async def _rows(hall: Hall, statement: str) -> list[tuple[Any, ...]]:
    async with hall.database.transaction() as connection:
        return [tuple(row) for row in (await connection.execute(text(statement))).all()]


async def _token(hall: Hall, email: str) -> str:
    """Do the worker's part; the token of the newest letter."""
    await mail_reset(JobContext(hall, Outside(), RESET_TASK, 1), Forgotten(email))
    newest = max(mail_folder(hall.settings).glob("*.eml"))
    words = message_from_bytes(newest.read_bytes(), policy=policy.default).get_content()
    found = re.search(r"(http\S+)/reset\?token=(\S+)", words)
    assert found
    assert found[1] == hall.settings.site.url
    assert "evil" not in words
    return found[2]


async def _use_at_once(addresses: Any, token: str, number: int) -> list[int]:
    """Many browsers follow the same link at one moment, by turns at each process."""

    async def one(address: str) -> int:
        async with Client(base_url=address, timeout=120) as browser:
            form = {"token": token, "password": NEW}
            return (await browser.send_form("/reset", form)).status_code

    browsers = (one(addresses[n % len(addresses)]) for n in range(number))
    return sorted(await asyncio.gather(*browsers))


@pytest.mark.parametrize("number", [SMALL, FULL])
async def test_a_link_is_the_sites_and_good_once_on_all_processes(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path, number: int
) -> None:
    email = await wholesaler.staff("manager")
    with app_processes(database_url, tmp_path) as addresses:
        browsers = [Client(base_url=address, timeout=30) for address in addresses]
        for browser in browsers:
            assert (await browser.sign_in(email, PASSWORD)).status_code == 303
        asked = await browsers[0].send_form("/forgot", {"email": email}, headers=HOSTILE)
        assert asked.status_code == 200
        await browsers[1].send_form("/forgot", {"email": email}, headers={"Host": "evil.test"})
        queued = await _rows(hall, "select convert_from(payload, 'UTF8') from fondaco.pgqueuer")
        assert "evil" not in str(queued)
        assert "token" not in str(queued)

        token = await _token(hall, email)
        assert len(token) >= 43  # 256 bits
        stored = await _rows(
            hall,
            "select encode(token_hash, 'escape'), expires_at - created_at <= interval '30 minutes'"
            " from fondaco.password_reset",
        )
        assert len(stored) == 1
        assert stored[0][1]
        assert token not in stored[0][0]

        answers = await _use_at_once(addresses, token, number)
        assert answers == [303] + [410] * (number - 1)
        for browser in browsers:
            assert (await browser.get("/profile")).status_code == 303
            await browser.aclose()
        told = await _rows(
            hall,
            "select 1 from fondaco.pgqueuer where entrypoint = 'notifications.mail'"
            f" and convert_from(payload, 'UTF8') like '%{email}%'",
        )
        assert len(told) == 1

        late = await _token(hall, email)
        async with hall.database.transaction() as connection:
            await connection.execute(
                text("update fondaco.password_reset set expires_at = now() where used_at is null")
            )
        assert await _use_at_once(addresses, late, 2) == [410, 410]


async def test_a_link_that_is_looked_at_first_would_be_good_twice(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    """The control."""
    email = await wholesaler.staff("manager")
    target = "open_doors:looking_at_links_first"
    with app_processes(database_url, tmp_path, target=target) as addresses:
        token = await _token(hall, email)
        answers = await _use_at_once(addresses, token, 6)
    assert answers.count(303) > 1
