"""A package for the importer, made of the files of a session."""

import os
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from fondaco_erp_1c.http.files import Kept
from fondaco_erp_1c.http.kinds import Kind
from fondaco_erp_1c.importer import CHANGES, EXCHANGE

_NUMBERED = re.compile(r"\d+_\d+|___")

# Whoever claims files begins them; a claim of a process that died is free again after a minute.


def is_whole(kinds: Mapping[Kept, Kind]) -> bool:
    """Whether a snapshot in these files is there to its end: not split, or sent all at once."""
    split = any(_NUMBERED.search(one.name) for one in kinds)
    return not split or {Kind.GOODS, Kind.OFFERS} <= set(kinds.values())


def gather(source: Path, package: Path, names: Sequence[str], whole: bool) -> None:
    """Links to the files: they stay for the end of a full exchange, and cost no second place."""
    shutil.rmtree(package, ignore_errors=True)
    for name in names:
        target = package / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.link(source / name, target)
    (package / EXCHANGE).write_text("" if whole else CHANGES, "utf-8")
