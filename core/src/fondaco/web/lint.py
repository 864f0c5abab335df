"""Refuses in templates what our content security policy or our two languages cannot bear.

The policy would refuse inline code in the browser only, on the page where it happens to stand; this
finds it in every template, in a test, before anybody opens the page.
"""

import re
from collections.abc import Collection, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_STATEMENT = re.compile(r"\{%.*?%\}", re.DOTALL)
_EXPRESSION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_CYRILLIC = re.compile(r"[Ѐ-ӿ]+")
_WORDS = re.compile(r"[^\W\d_]{2,}")
_ICON = re.compile(r"""\bicon\(\s*["']([\w-]+)["']\s*[,)]""")
_TEXT_KEY = re.compile(r"""\btr\(\s*["']([\w.]+)["']\s*[,)]""")
_SPOKEN = frozenset({"title", "alt", "placeholder", "aria-label"})
_CODE = re.compile(r"^\s*(js|javascript):", re.IGNORECASE)


class Finding(NamedTuple):
    """One thing to mend; `line` counts from 1."""

    file: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


def check_templates(
    folder: Path,
    *,
    icons: Collection[str] = (),
    keys: Collection[str] = (),
    translated: bool = True,
) -> list[Finding]:
    """All findings in the .html files below a folder.

    `icons`, `keys`: names of pictures and of texts without plural form; empty means not checked.
    `translated` False: words may stand in the template itself, as on pages for developers.
    """
    findings: list[Finding] = []
    for file in sorted(folder.rglob("*.html")):
        source = _COMMENT.sub(_only_lines, file.read_text("utf-8"))
        page = _Page(file, translated)
        page.feed(_EXPRESSION.sub(_only_lines, _STATEMENT.sub(_only_lines, source)))
        page.close()
        findings += page.findings
        findings += _names(file, source, _ICON, icons, "is not in web/icons.txt")
        findings += _names(file, source, _TEXT_KEY, keys, "is in no catalogue")
        findings += [
            Finding(file, _line(source, match), f"{match[0]!r}: Russian texts stand in ru.toml")
            for match in _CYRILLIC.finditer(source)
        ]
    return findings


class _Page(HTMLParser):
    def __init__(self, file: Path, translated: bool) -> None:
        super().__init__()
        self.file = file
        self.translated = translated
        self.findings: list[Finding] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        if tag == "style":
            self._find("<style> is refused by the policy: use classes")
        if tag == "script" and "src" not in names:
            self._find("<script> without src is refused by the policy: write a module in web/src")
        for name, value in attrs:
            for complaint in _complaints(name.removeprefix("data-"), value or ""):
                self._find(complaint)
            if self.translated and name in _SPOKEN and _WORDS.search(value or ""):
                self._find(f'{name}="{value}": texts come from tr()')

    def handle_data(self, data: str) -> None:
        if self.translated and (word := _WORDS.search(data)):
            self._find(f"{word[0]!r}: texts come from tr()")

    def _find(self, message: str) -> None:
        self.findings.append(Finding(self.file, self.getpos()[0], message))


def _complaints(name: str, value: str) -> Iterator[str]:
    if name == "style":
        yield "style= is refused by the policy: use classes"
    if name.startswith(("hx-on", "on")):
        yield f"{name}= is refused by the policy: listen in a module of web/src"
    if name == "hx-trigger" and "[" in value:
        yield "a filter in hx-trigger needs eval: listen in a module of web/src"
    if _CODE.match(value):
        yield f"{name}= holds a script, which the policy refuses"


def _names(
    file: Path, source: str, pattern: re.Pattern[str], known: Collection[str], complaint: str
) -> list[Finding]:
    return [
        Finding(file, _line(source, match), f"{match[1]!r} {complaint}")
        for match in pattern.finditer(source)
        if known and match[1] not in known
    ]


def _line(source: str, match: re.Match[str]) -> int:
    return source.count("\n", 0, match.start()) + 1


def _only_lines(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n")
