"""Typst, fed with data only: a layout from the package, texts and pictures as JSON."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, cast

import msgspec
import typst

from fondaco.documents.render.errors import RenderError
from fondaco.documents.render.fonts import Typeface, check_glyphs, load
from fondaco.documents.render.text import fit_all

_RUNS_TO_FORGET = 11
COMMON = "common.typ"
LAYOUTS = Path(__file__).parent.parent / "layouts"


def typeset(
    layout: str | Path,
    texts: Mapping[str, object],
    pictures: Mapping[str, str],
    day: date,
    typeface: Typeface | None = None,
    *,
    tagged: bool = True,
) -> bytes:
    """A PDF: `layout` names a file of the layouts, or is one of a plugin's that stands beside them;
    `pictures` are SVG texts by name.

    The same input gives the same bytes on every machine: `day` is the date of creation. `tagged`:
    with the structure that screen readers follow, which a table of many cells pays for dearly.
    RenderError: a missing font or glyph, or anything else that Typst complains of.
    """
    typeface = typeface or load()
    name = layout.stem if isinstance(layout, Path) else layout
    fitted = fit_all(texts)
    check_glyphs(fitted, typeface)
    data = {"texts": fitted, "pictures": pictures, "family": typeface.family}
    try:
        pdf, warnings = typst.compile_with_warnings(
            cast("Any", _sources(layout)),
            font_paths=typeface.fonts,
            sys_inputs={"data": msgspec.json.encode(data).decode()},
            timestamp=datetime.combine(day, time(), UTC),
            pdf_tags=tagged,
        )
    except typst.TypstError as error:
        raise _failed(name, [error.message]) from error
    finally:
        _forget()
    if warnings:
        raise _failed(name, [warning.message for warning in warnings])
    return pdf


def _sources(layout: str | Path) -> dict[str, bytes]:
    """The file that is set, and the one that all may import."""
    file = layout if isinstance(layout, Path) else LAYOUTS / f"{layout}.typ"
    return {"main.typ": file.read_bytes(), COMMON: (LAYOUTS / COMMON).read_bytes()}


def _forget() -> None:
    """Typst keeps what it computed until ten later runs had no use for it: after ten documents of
    500 lines that is 750 MB. Empty runs make it forget at once and take 5 ms."""
    nothing = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False)
    for _ in range(_RUNS_TO_FORGET):
        typst.compile(b"", font_paths=nothing, format="svg")


def _failed(layout: str, messages: list[str]) -> RenderError:
    said = "; ".join(messages)
    return RenderError(
        f"The layout “{layout}” could not be typeset: {said}.",
        f"Не удалось сверстать документ «{layout}»: {said}.",
    )
