"""`fondaco erp-sim`: run it, one step of it, put it to sleep, wake it, ask how it is."""

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

import httpx
import pika.exceptions

from fondaco_erp_1c.commerceml.errors import SourceRefused
from fondaco_erp_1c.sim import doing, goods
from fondaco_erp_1c.sim.accounts import open_accounts
from fondaco_erp_1c.sim.books import Books, Impossible, Kept
from fondaco_erp_1c.sim.client import Failure, Onec
from fondaco_erp_1c.sim.over_http import HttpLine
from fondaco_erp_1c.sim.over_rabbit import RabbitLine
from fondaco_erp_1c.sim.play import Line, Player, summary
from fondaco_erp_1c.sim.serving import serving
from fondaco_sdk.manifest import Terminal

log = logging.getLogger("fondaco.erp_sim")
FOLDER = "erp-sim"
PASSWORD = "ERP_SIM_PASSWORD"
BROKER, DIALECT = "FONDACO_AMQP_URL", "ERP_SIM_DIALECT"
PACE, EVERY = "ERP_SIM_PACE", "ERP_SIM_EVERY"
_LOST = (
    httpx.HTTPError,
    pika.exceptions.AMQPError,
    OSError,
    Failure,
    SourceRefused,
    IndexError,
    KeyError,
)


def main(terminal: Terminal, arguments: Sequence[str]) -> int:
    """Its command line; 0, or 2 where what was asked for could not be done."""
    said = _parser(terminal).parse_args(arguments)
    if said.dialect == "rabbitmq" and not said.broker:
        print(f"fondaco: set {BROKER}, or say --broker", file=sys.stderr)
        return 2
    books = Books(_path(terminal))
    _open(books, terminal)
    try:
        return _do(books, terminal, said)
    except Impossible as why:
        print(f"1C: {why}", file=sys.stderr)
        return 2


def _do(books: Books, terminal: Terminal, said: argparse.Namespace) -> int:
    now = datetime.now().astimezone()
    if said.what == "run":
        # Where the demo runs is known to the demo alone; another terminal's step needs it.
        books.note("url", terminal.url)
        with ExitStack() as beside:
            if said.port:
                answer_at(beside, _path(terminal), said.port)
            return asyncio.run(_run(books, terminal, said))
    if said.what == "step":
        return asyncio.run(_step(books, terminal, said))
    if said.what in ("sleep", "wake"):
        books.note("asleep", "yes" if said.what == "sleep" else "")
    elif said.what == "pay":
        paid = doing.take_payment(books, said.of, said.amount, now)
        print(f"{paid} came to the bank for order {said.of}")
    elif said.what == "amend":
        doing.cut_short(books, _document(books, said.of), now)
        print(f"order {said.of}: a line is short")
    elif said.what == "reprice":
        lists = goods.reprice(books, said.of, _needed(said.amount, -99))
        print(f"{said.of}: {said.amount:+f} % in {lists} price lists, not exported yet")
    elif said.what == "count":
        places = goods.count(books, said.of, _needed(said.amount, 0))
        print(f"{said.of}: {said.amount} in each of {places} warehouses, not exported yet")
    elif said.what == "trade":
        print(f"changes in stock, prices and lots: {goods.trade(books, said.seed, now)}")
    print("\n".join(summary(books)))
    return 0


def answer_at(beside: ExitStack, path: Path, port: int) -> None:
    """Whoever has taken the port meanwhile does not keep 1C from calling the portal."""
    try:
        beside.enter_context(serving(path, port))
    except OSError as taken:
        log.warning("1C answers nobody at port %s: %s", port, taken)


def _parser(terminal: Terminal) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="fondaco erp-sim",
        description="Plays 1C: takes orders, confirms and ships them, issues documents, takes"
        " payments, changes stock and prices, and answers for them when it is asked. The access is"
        f" that of the demo, or --login with the password in {PASSWORD}.",
    )
    parser.add_argument(
        "what",
        choices=(
            "run",
            "step",
            "sleep",
            "wake",
            "status",
            "amend",
            "pay",
            "trade",
            "reprice",
            "count",
        ),
        help="amend: one line of the order OF is short; pay: AMOUNT for the order OF came to the"
        " bank; trade: a turn of sales elsewhere and receipts; reprice: the article OF costs AMOUNT"
        " percent more; count: each warehouse has AMOUNT of the article OF (both are told when the"
        " portal asks, or with the next trade)",
    )
    parser.add_argument("of", nargs="?", default="", help="the number of an order, or an article")
    parser.add_argument(
        "amount", nargs="?", type=_amount, help="pay: what came, all that is lacking by default"
    )
    parser.add_argument("--login", default="", help="of an access made at /staff/machines")
    parser.add_argument(
        "--dialect", choices=("http", "rabbitmq"), default=os.environ.get(DIALECT, "http")
    )
    parser.add_argument(
        "--broker", default=os.environ.get(BROKER, ""), help="amqp://… (default: that of the site)"
    )
    parser.add_argument(
        "--port",
        type=int,
        default=terminal.port,
        help="of this machine, at which it answers for live prices and stock; 0: it does not",
    )
    parser.add_argument(
        "--pace",
        type=float,
        default=os.environ.get(PACE, "5"),
        help=f"seconds before it confirms an order; for a whole demo, {PACE}",
    )
    parser.add_argument(
        "--every",
        type=float,
        default=os.environ.get(EVERY, "5"),
        help=f"seconds between its rounds; for a whole demo, {EVERY}",
    )
    parser.add_argument(
        "--trade",
        type=float,
        default=0,
        help="seconds between its other business; 0: it has none",
    )
    parser.add_argument(
        "--short", type=int, default=0, help="of one order in so many a line is short; 0: of none"
    )
    parser.add_argument("--seed", type=int, default=1)
    return parser


def _amount(typed: str) -> Decimal:
    try:
        found = Decimal(typed)
    except InvalidOperation:
        raise argparse.ArgumentTypeError(f"{typed!r} is no amount") from None
    if not found.is_finite() or found != round(found, 2):
        raise argparse.ArgumentTypeError(f"{typed!r} is no amount with at most two decimals")
    return found


def _needed(amount: Decimal | None, least: int) -> Decimal:
    if amount is None or amount < least:
        raise Impossible(f"say how much, {least} or more")
    return amount


def _path(terminal: Terminal) -> Path:
    return terminal.data / FOLDER / "books.db"


def _open(books: Books, terminal: Terminal) -> None:
    """In the folder of a demo 1C has what the portal was filled with."""
    package = terminal.data / "demo" / "package"
    if package.is_dir():
        open_accounts(books, datetime.now().astimezone().date())
        goods.open_goods(books, package)


def _document(books: Books, number: str) -> Kept:
    found = [one for one in books.documents() if one.number == number]
    if not found:
        raise Impossible(f"there is no order {number!r}")
    return found[0]


async def _run(books: Books, terminal: Terminal, said: argparse.Namespace) -> int:
    async with _line(books, terminal.url, terminal, said) as line:
        player = _player(books, line, said)
        lost = ""
        while True:
            try:
                await player.round(datetime.now().astimezone())
                lost = ""
            except _LOST as wrong:
                if str(wrong) != lost:
                    log.warning("1C did not get through: %s", wrong)
                lost = str(wrong)
            await asyncio.sleep(said.every)


async def _step(books: Books, terminal: Terminal, said: argparse.Namespace) -> int:
    if books.asleep:
        print("asleep: `fondaco erp-sim wake` wakes it", file=sys.stderr)
        return 2
    async with _line(books, books.fact("url") or terminal.url, terminal, said) as line:
        try:
            done = await _player(books, line, said).round(datetime.now().astimezone())
        except _LOST as wrong:
            print(f"1C did not get through: {wrong}", file=sys.stderr)
            return 2
    print(
        f"fetched {done.fetched}, moved {done.moved}, told {done.told}, other news {done.letters}"
    )
    return 0


@asynccontextmanager
async def _line(
    books: Books, url: str, terminal: Terminal, said: argparse.Namespace
) -> AsyncIterator[Line]:
    if said.dialect == "rabbitmq":
        yield RabbitLine(said.broker)
        return
    login = said.login or terminal.login
    password = os.environ.get(PASSWORD, "") if said.login else terminal.password
    # It is its own machine that it calls: a proxy of the environment has no part in it.
    async with httpx.AsyncClient(base_url=url, timeout=60, trust_env=False) as web:
        yield HttpLine(terminal.data / FOLDER, lambda: Onec(web, login, password, "sale"))


def _player(books: Books, line: Line, said: argparse.Namespace) -> Player:
    return Player(books, line, pace=said.pace, seed=said.seed, short=said.short, trade=said.trade)
