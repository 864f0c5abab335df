"""Which processes of PostgreSQL work inside a data folder: the only proof that a server lives.

The number in `postmaster.pid` proves nothing: after a kill it may be a stranger's, or a zombie's.
"""

from pathlib import Path

from fondaco.db._pg_account import Account


def working_in(data: Path, account: Account) -> list[int]:
    """The numbers of the server's processes in this folder; survivors of a killed one too."""
    try:
        found = data.stat()
    except FileNotFoundError:
        return []
    here = (found.st_dev, found.st_ino)
    return [
        int(process.name)
        for process in Path("/proc").iterdir()
        if process.name.isdigit() and _is_server(process) and _folder(process, account) == here
    ]


def _is_server(process: Path) -> bool:
    # By name, or a shell left open in the folder would count as a server.
    try:
        return (process / "comm").read_text() == "postgres\n"
    except OSError:
        return False


def _folder(process: Path, account: Account) -> tuple[int, int] | None:
    try:
        found = (process / "cwd").stat()
    except PermissionError:
        return _folder_asked_by(account, process)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _folder_asked_by(account: Account, process: Path) -> tuple[int, int] | None:
    """Root of a container may not look at the processes of other accounts; they may."""
    try:
        if account.entry is None or process.stat().st_uid != account.uid:
            return None
    except OSError:
        return None
    answer = account.run("stat", "-L", "-c", "%d %i", process / "cwd", check=False)
    if answer.returncode:
        return None
    device, inode = answer.stdout.split()
    return int(device), int(inode)


def postmaster(data: Path, living: list[int]) -> int | None:
    """The process to stop, if the number in `postmaster.pid` is really one of the living."""
    try:
        number = int((data / "postmaster.pid").read_text(errors="replace").split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    return number if number in living else None
