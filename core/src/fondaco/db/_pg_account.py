"""Who the embedded server belongs to: ourselves, or an unprivileged account when we are root."""

import contextlib
import os
import pwd
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

REMEDY_EN = "Run it as an ordinary user, or set FONDACO_DATABASE_URL to a PostgreSQL of your own."
REMEDY_RU = (
    "Запустите от обычного пользователя или укажите в FONDACO_DATABASE_URL свой сервер PostgreSQL."
)


class EmbeddedServerError(Exception):
    """The embedded server cannot be used: says what happened, where and what to do.

    `str()` and `en` are English, `ru` is the same in Russian.
    """

    def __init__(self, en: str, ru: str) -> None:
        super().__init__(en)
        self.en = en
        self.ru = ru


@dataclass(frozen=True)
class Account:
    """An account of the system. `entry` is None for ourselves: nothing is switched then."""

    uid: int
    entry: pwd.struct_passwd | None = None

    @property
    def name(self) -> str:
        return self.entry.pw_name if self.entry else str(self.uid)

    def run(
        self,
        *command: str | Path,
        env: Mapping[str, str] | None = None,
        stdin: str = "",
        output: int = subprocess.PIPE,
        keep: Sequence[int] = (),
        check: bool = True,
    ) -> subprocess.CompletedProcess[str]:
        """Runs a program as this account and returns its answer.

        The folder of the caller may be closed to the account, and the caller's PG* and LC_*
        variables would change the programs of PostgreSQL: hence `/` and a bare environment.
        A session of its own keeps a Ctrl-C in the terminal for us alone. `keep` are descriptors
        the program inherits. Raises EmbeddedServerError when it cannot be started, or, with
        `check`, when it fails.
        """
        program = Path(command[0]).name
        try:
            done = subprocess.run(
                command,
                cwd="/",
                env={"PATH": os.defpath, **(env or {})},
                input=stdin,
                stdout=output,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                pass_fds=keep,
                start_new_session=True,
                user=self.entry.pw_uid if self.entry else None,
                group=self.entry.pw_gid if self.entry else None,
                extra_groups=self._groups(),
                check=False,
            )
        except OSError as error:
            raise EmbeddedServerError(
                f"{program} cannot be run as the account {self.name}: {error}. {REMEDY_EN}",
                f"Не удалось запустить {program} от имени {self.name}: {error}. {REMEDY_RU}",
            ) from error
        if check and done.returncode:
            said = "\n".join((done.stdout or "").strip().splitlines()[-15:])
            raise EmbeddedServerError(
                f"{program}, run as the account {self.name}, failed with status "
                f"{done.returncode}:\n{said}",
                f"Программа {program}, запущенная от имени {self.name}, "
                f"завершилась с кодом {done.returncode}:\n{said}",
            )
        return done

    def may(self, access: str, path: Path) -> bool:
        """Whether the account has this access (`-r`, `-w`, `-x`), parents and all."""
        return self.run("test", access, path, check=False).returncode == 0

    def _groups(self) -> list[int] | None:
        return os.getgrouplist(self.entry.pw_name, self.entry.pw_gid) if self.entry else None


def ourselves() -> Account:
    """The account of this process."""
    return Account(os.geteuid())


def unprivileged(owner: int) -> Account:
    """For root: the account of a folder's owner, so that files stay theirs; else `nobody`.

    Raises EmbeddedServerError when the system has neither.
    """
    with contextlib.suppress(KeyError):
        if owner:
            return Account(owner, pwd.getpwuid(owner))
    with contextlib.suppress(KeyError):
        nobody = pwd.getpwnam("nobody")
        return Account(nobody.pw_uid, nobody)
    raise EmbeddedServerError(
        f"PostgreSQL does not run as root, and this system has no account `nobody`. {REMEDY_EN}",
        f"PostgreSQL не работает от root, а учётной записи nobody в системе нет. {REMEDY_RU}",
    )
