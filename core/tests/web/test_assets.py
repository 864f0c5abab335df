"""What the build made: complete, compressed, with the letters that documents need."""

import gzip
import json
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from fondaco.web.assets import STATIC, Assets, AssetsError

FONTS = STATIC.parents[1] / "documents" / "fonts"
NEEDED = frozenset("₽€№«»—−×Ёё" + "АЯая" + "Zz09\u00a0\u202f")


def test_every_name_leads_to_a_file() -> None:
    names = json.loads((STATIC / "manifest.json").read_text())
    assert {"app.js", "app.css", "icons.svg", "licences.txt", "mark.svg"} <= names.keys()
    for name in names:
        assert (STATIC / Path(Assets().url(name)).name).is_file()


def test_compressed_copies_are_the_same_files() -> None:
    packed = list(STATIC.glob("*.gz"))
    assert len(packed) >= 4
    for file in packed:
        assert gzip.decompress(file.read_bytes()) == file.with_suffix("").read_bytes()


def test_the_page_stays_light() -> None:
    sizes = {file.name.split("-")[0]: file.stat().st_size for file in STATIC.glob("app-*.gz")}
    assert sum(file.stat().st_size for file in STATIC.glob("app-*.gz")) < 140_000, sizes
    assert sum(file.stat().st_size for file in STATIC.glob("*.woff2")) < 90_000


@pytest.mark.parametrize("file", list(FONTS.glob("*.ttf")), ids=lambda file: file.name)
def test_document_fonts_have_the_letters(file: Path) -> None:
    with TTFont(file, lazy=True) as font:
        assert {ord(letter) for letter in NEEDED} <= font.getBestCmap().keys()


def test_documents_have_their_weights() -> None:
    names = {file.name for file in FONTS.glob("*.ttf")}
    assert {"Inter-Regular.ttf", "Inter-Bold.ttf"} <= names


def test_without_a_build_the_error_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(AssetsError, match="make assets"):
        Assets(tmp_path)
    (tmp_path / "manifest.json").write_text('{"app.js": "app-1.js"}')
    assert Assets(tmp_path).url("app.js") == "/static/app-1.js"
    with pytest.raises(AssetsError, match=r"'app\.css'.*make assets"):
        Assets(tmp_path).url("app.css")
