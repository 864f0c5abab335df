"""Which picture a product has, drawn when the first product asks for it."""

from pathlib import Path

from fondaco.demo.assortment import LEAVES
from fondaco.demo.pictures import draw
from fondaco.demo.products import Goods


class Album:
    """The pictures of a package: at most `limit` files in `folder`, shared by the products.

    A leaf has one picture for each maker, then, if the limit allows, each maker's next shapes.
    """

    def __init__(self, folder: Path, limit: int) -> None:
        self._folder = folder
        each, more = divmod(limit, len(LEAVES))
        self._counts = {leaf.key: each + (place < more) for place, leaf in enumerate(LEAVES)}
        self._drawn: set[str] = set()

    @property
    def drawn(self) -> int:
        """How many files were written."""
        return len(self._drawn)

    def picture_of(self, goods: Goods) -> str:
        """The path of the goods' picture relative to the package; "" where the leaf has none."""
        leaf = goods.leaf
        count = self._counts[leaf.key]
        if not count:
            return ""
        makers = len(leaf.brands)
        variant = (leaf.brands.index(goods.brand.name) + makers * (goods.number // makers)) % count
        name = f"{leaf.key}-{variant + 1:02d}.jpg"
        if name not in self._drawn:
            self._folder.mkdir(parents=True, exist_ok=True)
            draw(leaf.key, leaf.brands[variant % makers], variant // makers, self._folder / name)
            self._drawn.add(name)
        return f"import_files/{name}"
