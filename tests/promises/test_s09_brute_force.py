"""S09: of a thousand tries at a password at most twenty reach the hash, and the owner gets in.

Two processes share the count. An attacker claims another address with every try, or has one: behind
a proxy that the settings name, the addresses are real.
"""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from msgspec import Struct
from open_doors import HASHES_FILE
from processes import app_processes

from fondaco.hooks.hall import Hall
from fondaco.identity.door import ACCOUNT, ADDRESS
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import PASSWORD, Wholesaler

MOST = 20
AT_ONCE = 16
SMALL = pytest.param(60, id="small")
FULL = pytest.param(1000, id="full", marks=pytest.mark.full)
BEHIND_A_PROXY = {"FONDACO_SERVER__TRUSTED_PROXIES": "127.0.0.1"}


class Attack(Struct, frozen=True):
    """What became of it: the tries that reached the hash, the answers, and the owner's answer."""

    hashes: int
    answers: Sequence[int]
    owner: int


async def _attack(
    wholesaler: Wholesaler,
    database_url: str,
    folder: Path,
    *,
    number: int,
    account: Callable[[int, str], str],
    target: str = "open_doors:counted",
    proxy: bool = False,
) -> Attack:
    """`account` names the account of a try by its number; it is handed the victim's e-mail."""
    victim = await wholesaler.staff("manager")
    file = folder / "hashes"
    environment = {HASHES_FILE: str(file), **(BEHIND_A_PROXY if proxy else {})}
    processes = app_processes(database_url, folder, target=target, environment=environment)
    with processes as addresses:
        owner = Client(base_url=addresses[0], timeout=120)
        assert (await owner.sign_in(victim, PASSWORD)).status_code == 303
        await owner.send_form("/logout")
        before = file.stat().st_size
        attackers = [Client(base_url=address, timeout=120) for address in addresses]
        tokens = [await attacker.token() for attacker in attackers]
        free = asyncio.Semaphore(AT_ONCE)

        async def one(n: int) -> int:
            headers = {"X-Forwarded-For": f"10.{n // 62500}.{n // 250 % 250}.{n % 250}"}
            headers["X-CSRFToken"] = tokens[n % 2]
            form = {"email": account(n, victim), "password": f"guess {n}"}
            async with free:
                answer = await attackers[n % 2].post("/login", data=form, headers=headers)
            return answer.status_code

        answers = await asyncio.gather(*map(one, range(number)))
        hashes = file.stat().st_size - before
        entered = await owner.sign_in(victim, PASSWORD)
        for browser in (owner, *attackers):
            await browser.aclose()
    return Attack(hashes, answers, entered.status_code)


def _one(n: int, victim: str) -> str:
    return victim if n % 3 else victim.upper()


def _many(n: int, victim: str) -> str:
    return f"buyer{n}@customer.test"


@pytest.mark.parametrize("number", [SMALL, FULL])
async def test_one_account_from_claimed_addresses(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path, number: int
) -> None:
    attack = await _attack(wholesaler, database_url, tmp_path, number=number, account=_one)
    assert 0 < attack.hashes <= MOST
    assert attack.answers.count(429) == number - attack.hashes
    assert attack.owner == 303


@pytest.mark.parametrize("number", [SMALL, FULL])
async def test_one_account_from_as_many_real_addresses(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path, number: int
) -> None:
    attack = await _attack(
        wholesaler, database_url, tmp_path, number=number, account=_one, proxy=True
    )
    assert attack.hashes == ACCOUNT.most <= MOST
    assert attack.owner == 303


@pytest.mark.parametrize("number", [SMALL, FULL])
async def test_many_accounts_once_each_from_one_address(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path, number: int
) -> None:
    attack = await _attack(wholesaler, database_url, tmp_path, number=number, account=_many)
    assert attack.hashes == ADDRESS.most <= MOST
    assert attack.owner == 303


@pytest.mark.parametrize("account", [_one, _many])
async def test_without_a_limit_every_try_reaches_the_hash(
    hall: Hall,
    wholesaler: Wholesaler,
    database_url: str,
    tmp_path: Path,
    account: Callable[[int, str], str],
) -> None:
    """The control."""
    attack = await _attack(
        wholesaler,
        database_url,
        tmp_path,
        number=40,
        account=account,
        target="open_doors:without_limits",
    )
    assert attack.hashes == 40 > MOST


async def test_a_count_in_two_steps_would_let_more_through(
    hall: Hall, wholesaler: Wholesaler, database_url: str, tmp_path: Path
) -> None:
    """The control of the tries at one moment."""
    attack = await _attack(
        wholesaler,
        database_url,
        tmp_path,
        number=60,
        account=_one,
        target="open_doors:counting_in_two_steps",
        proxy=True,
    )
    assert attack.hashes > ACCOUNT.most
