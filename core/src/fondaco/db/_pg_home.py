"""Where the embedded server lives, and whose it is; no folder that exists has its mode changed."""

import errno
import os
import stat
import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from fondaco.db._pg_account import (
    REMEDY_EN,
    REMEDY_RU,
    Account,
    EmbeddedServerError,
    ourselves,
    unprivileged,
)

ELSEWHERE = Path("/var/lib/fondaco")
"""Servers of sites that root keeps where no other account can reach: the site has a link to it."""

# An address of a Unix socket holds 107 bytes; a Cyrillic letter in a folder's name takes two.
LONGEST_SOCKET = 100
SOCKET = ".s.PGSQL.5432"


def settle(home: Path) -> tuple[Path, Account]:
    """Makes the home if need be; gives its true path and the account that owns all inside it.

    Root gets the account of the folder's owner, or `nobody` below a folder of its own. A home
    that this account cannot reach becomes a link to a new folder in ELSEWHERE. Raises
    EmbeddedServerError when the home belongs to somebody else or cannot be made.
    """
    try:
        real, account = _settle_as_root(home) if os.geteuid() == 0 else _settle(home)
    except OSError as error:
        raise _unusable(home, str(error), str(error)) from error
    for lock in ("start.lock", "users.lock", "server.log"):
        if not (real / lock).exists():
            account.run("touch", real / lock)
    return real, account


def _settle(home: Path) -> tuple[Path, Account]:
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    real, account = home.resolve(), ourselves()
    owner = real.stat().st_uid
    if owner != account.uid:
        raise _unusable(
            home, f"it belongs to the account {owner}", f"владелец — учётная запись {owner}"
        )
    return real, account


def _settle_as_root(home: Path) -> tuple[Path, Account]:
    if not home.exists() or home.stat().st_uid == 0:
        _make_as_root(home)
    real = home.resolve()
    owner = real.stat().st_uid
    account = unprivileged(owner)
    if account.uid != owner or not account.may("-w", real):
        raise _unusable(
            home,
            f"the account {account.name} cannot reach it or write there",
            f"учётная запись {account.name} не может туда попасть или писать там",
        )
    return real, account


def _make_as_root(home: Path) -> None:
    site = next(folder for folder in home.parents if folder.exists())
    account = unprivileged(site.stat().st_uid)
    if site.stat().st_uid == account.uid:
        # As the owner, not as root: a link put here by the owner must not lead root anywhere.
        account.run("mkdir", "-p", "-m", "700", home)
        return
    home.parent.mkdir(parents=True, exist_ok=True)
    if account.may("-x", home.parent):
        fresh = _folder_of(account, home.parent, ".new-")
        _unless_others_were_quicker(fresh, lambda: fresh.rename(home))
        return
    if not ELSEWHERE.is_dir():
        ELSEWHERE.mkdir(parents=True)
        ELSEWHERE.chmod(0o755)
    # A new name each time: whoever deletes .fondaco to begin anew must not meet the old data.
    fresh = _folder_of(account, ELSEWHERE, f"{home.parent.parent.name}-")
    _unless_others_were_quicker(fresh, lambda: home.symlink_to(fresh))


def _folder_of(account: Account, parent: Path, prefix: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    gid = account.entry.pw_gid if account.entry else -1
    os.chown(folder, account.uid, gid)
    return folder


def _unless_others_were_quicker(fresh: Path, put: Callable[[], object]) -> None:
    try:
        put()
    except OSError as error:
        fresh.rmdir()
        if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
            raise


def socket_folder(data: Path) -> Path:
    """The data folder itself, or a short folder when its path does not do as an address.

    A path can be too long, and drivers take a comma for the end of a host. The short folder is in
    /tmp: every process of the site must come to the same path, whatever its TMPDIR.
    """
    if len(os.fsencode(data / SOCKET)) <= LONGEST_SOCKET and "," not in str(data):
        return data
    return Path("/tmp") / f"fondaco-{sha256(os.fsencode(data)).hexdigest()[:16]}"


def guard_socket_folder(folder: Path, account: Account) -> None:
    """Makes a short socket folder, or raises EmbeddedServerError if a stranger has made it."""
    account.run("mkdir", "-m", "700", folder, check=False)
    found = folder.lstat()
    if found.st_uid != account.uid or stat.filemode(found.st_mode) != "drwx------":
        raise EmbeddedServerError(
            f"The folder {folder} for the database's socket is not a closed folder of the account "
            f"{account.name}. Remove it, or keep the site under a shorter path.",
            f"Папка {folder} для сокета базы данных не принадлежит учётной записи {account.name} "
            "или открыта другим. Удалите её или перенесите сайт в папку с более коротким путём.",
        )


def _unusable(home: Path, why_en: str, why_ru: str) -> EmbeddedServerError:
    return EmbeddedServerError(
        f"The folder {home} of the embedded database cannot be used: {why_en}. {REMEDY_EN}",
        f"Папкой встроенной базы данных {home} нельзя пользоваться: {why_ru}. {REMEDY_RU}",
    )
