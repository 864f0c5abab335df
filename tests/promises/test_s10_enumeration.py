"""S10: nobody learns whether an e-mail has an account: the same answer after the same time.

Each try comes from an address of its own and names an account of its own, so no limit is reached;
known and unknown e-mails take turns, so that whatever else the machine does meets both.
"""

import math
import re
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

import httpx
import pytest
from msgspec import Struct
from processes import app_processes
from sqlalchemy import text

from fondaco.hooks.hall import Hall
from fondaco.identity.passwords import hash_password
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import PASSWORD, Wholesaler

KNOWN, UNKNOWN = "known", "other"
SECONDS = 0.005
P = 0.01
WAIT = 15 * 60
SMALL = pytest.param(100, id="small")
FULL = pytest.param(300, id="full", marks=pytest.mark.full)
BEHIND_A_PROXY = {"FONDACO_SERVER__TRUSTED_PROXIES": "127.0.0.1"}

_TOKENS = re.compile(rb'(name="_csrf_token" value|name="csrf-token" content)="[^"]*"')
_OWN = frozenset({"x-request-id", "date"})


class Answers(Struct, frozen=True):
    """What was said to known and to unknown e-mails, and how long it took."""

    known: set[tuple[object, ...]]
    known_seconds: Sequence[float]
    unknown: set[tuple[object, ...]]
    unknown_seconds: Sequence[float]

    @property
    def apart(self) -> float:
        """The difference of the medians, in seconds."""
        return abs(median(self.known_seconds) - median(self.unknown_seconds))

    @property
    def p(self) -> float:
        """Mann-Whitney, two-sided, by the normal approximation."""
        a, b = self.known_seconds, self.unknown_seconds
        u = sum((x > y) + (x == y) / 2 for x in a for y in b)
        n, m = len(a), len(b)
        z = (u - n * m / 2) / math.sqrt(n * m * (n + m + 1) / 12)
        return math.erfc(abs(z) / math.sqrt(2))


def _said(answer: httpx.Response, email: str) -> tuple[object, ...]:
    """Status, headers and body, without what is new in every answer and what was typed."""
    headers = tuple(
        (name, "" if name == "set-cookie" else value)
        for name, value in answer.headers.multi_items()
        if name not in _OWN
    )
    body = _TOKENS.sub(b"", answer.content).replace(email.encode(), b"E")
    return answer.status_code, headers, body


async def _accounts(hall: Hall, number: int) -> None:
    """Their passwords are kept at the portal's own cost."""
    async with hall.database.transaction() as connection:
        await connection.execute(
            text(
                "insert into fondaco.user_account (uuid, email, name, password_hash, roles)"
                " select gen_random_uuid(), 'known' || lpad(n::text, 4, '0') || '@customer.test',"
                " 'К', :hash, '{buyer}' from generate_series(0, cast(:number as int)) n"
            ),
            {"number": number, "hash": hash_password(PASSWORD)},
        )


async def _ask_about(
    hall: Hall,
    database_url: str,
    folder: Path,
    path: str,
    number: int,
    target: str = "fondaco.serve:application",
) -> Answers:
    await _accounts(hall, number)
    found: dict[str, tuple[set[tuple[object, ...]], list[float]]] = {
        KNOWN: (set(), []),
        UNKNOWN: (set(), []),
    }
    processes = app_processes(
        database_url, folder, number=1, target=target, environment=BEHIND_A_PROXY
    )
    with processes as (address,):
        async with Client(base_url=address, timeout=60) as browser:
            token = await browser.token()
            for n in range(-5, number):  # the first five warm it up
                for kind in found:
                    email = f"{kind}{n:04d}@customer.test"
                    claimed = f"10.{kind == KNOWN:d}.{n // 250}.{n % 250}"
                    headers = {"X-CSRFToken": token, "X-Forwarded-For": claimed}
                    form = {"email": email, "password": "a wrong one"}
                    started = perf_counter()
                    answer = await browser.post(path, data=form, headers=headers)
                    seconds = perf_counter() - started
                    if n < 0:
                        continue
                    said, times = found[kind]
                    said.add(_said(answer, email))
                    times.append(seconds)
    return Answers(*found[KNOWN], *found[UNKNOWN])


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("path", "status"), [("/login", 422), ("/forgot", 200)])
@pytest.mark.parametrize("number", [SMALL, FULL])
async def test_the_answer_is_the_same_byte_for_byte_and_after_the_same_time(
    hall: Hall,
    wholesaler: Wholesaler,
    database_url: str,
    tmp_path: Path,
    path: str,
    status: int,
    number: int,
) -> None:
    found = await _ask_about(hall, database_url, tmp_path, path, number)
    assert found.known == found.unknown
    assert [said[0] for said in found.known] == [status]
    assert found.apart < SECONDS or found.p > P, (found.apart, found.p)


async def test_a_limited_account_answers_like_one_that_is_not_there(
    hall: Hall, wholesaler: Wholesaler, client: Client
) -> None:
    email = await wholesaler.staff("manager")
    answers, waits = [], []
    for who in (email, "n" * (len(email) - 9) + "@opt.test"):
        async with hall.database.transaction() as connection:
            await connection.execute(text("delete from fondaco.attempt where kind = 'address'"))
        for _ in range(11):
            answer = await client.sign_in(who, "a wrong one")
        assert answer.status_code == 429
        waits.append(int(answer.headers.pop("retry-after")))
        answers.append(_said(answer, who))
    assert answers[0] == answers[1]
    # Counted from the first try of each, however long the eleven took.
    assert all(WAIT - 60 <= seconds <= WAIT for seconds in waits)


async def test_without_work_for_nobody_the_time_would_tell(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    """The control of the time."""
    target = "open_doors:without_work_for_nobody"
    found = await _ask_about(hall, database_url, tmp_path, "/login", 20, target)
    assert found.known == found.unknown
    assert found.apart > SECONDS
    assert found.p < P


async def test_an_error_for_nobody_would_tell(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    """The control of the comparison."""
    target = "open_doors:saying_who_is_there"
    found = await _ask_about(hall, database_url, tmp_path, "/forgot", 3, target)
    assert found.known != found.unknown


async def test_the_accounts_of_this_test_can_be_entered(
    hall: Hall, wholesaler: Wholesaler, client: Client
) -> None:
    await _accounts(hall, 1)
    assert (await client.sign_in("known0000@customer.test", PASSWORD)).status_code == 303
