"""Pictures: one drawing a leaf, each maker's its own, always the same."""

from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from fondaco.demo.assortment import LEAVES
from fondaco.demo.assortment.spec import Leaf
from fondaco.demo.pictures import draw


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf.key)
def test_a_part_is_drawn_whole_on_white(leaf: Leaf, tmp_path: Path) -> None:
    path = tmp_path / "part.jpg"
    draw(leaf.key, leaf.brands[0], 1, path)
    assert path.stat().st_size <= 30_000
    with Image.open(path) as picture:
        assert picture.size == (600, 600)
        grey = picture.convert("L")
    assert ImageStat.Stat(grey).stddev[0] > 15
    grey.paste(255, (2, 2, 598, 598))
    assert ImageStat.Stat(grey).mean[0] > 254.9


def test_makers_and_shapes_differ(tmp_path: Path) -> None:
    shown = []
    for place, (brand, shape) in enumerate((("LORVEX", 0), ("OSTFIL", 0), ("LORVEX", 1))):
        path = tmp_path / f"{place}.jpg"
        draw("oil-filter", brand, shape, path)
        with Image.open(path) as picture:
            shown.append(picture.convert("RGB"))
    for one, two in ((0, 1), (0, 2), (1, 2)):
        assert ImageChops.difference(shown[one], shown[two]).getbbox()


def test_the_same_part_is_drawn_the_same(tmp_path: Path) -> None:
    for name in ("one.jpg", "two.jpg"):
        draw("shock-absorber", "SAVREN", 2, tmp_path / name)
    assert (tmp_path / "one.jpg").read_bytes() == (tmp_path / "two.jpg").read_bytes()
