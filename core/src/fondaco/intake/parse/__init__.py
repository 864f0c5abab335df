"""Reading article lists: an uploaded file or a pasted text becomes rows. Nothing is looked up here.

`parse_file` is loaded on first use: the child process imports this package too, and asyncio would
double its start.
"""

from typing import TYPE_CHECKING, Any

from fondaco.intake.parse.model import (
    ColumnChoice,
    Columns,
    FileRefused,
    Limits,
    ParsedList,
    Problem,
    SheetRow,
    SkippedRow,
)
from fondaco.intake.parse.paste import parse_paste

if TYPE_CHECKING:
    from fondaco.intake.parse.files import parse_file

__all__ = [
    "ColumnChoice",
    "Columns",
    "FileRefused",
    "Limits",
    "ParsedList",
    "Problem",
    "SheetRow",
    "SkippedRow",
    "parse_file",
    "parse_paste",
]


def __getattr__(name: str) -> Any:
    if name != "parse_file":
        raise AttributeError(name)
    from fondaco.intake.parse.files import parse_file

    return parse_file
