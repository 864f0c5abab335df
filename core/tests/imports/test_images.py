"""Pictures are kept once, linked by their path, and none is missed by those that never come."""

from .conftest import Imports, Shop
from .said import catalog, goods

JPEG = b"\xff\xd8\xff\xe0" + b"jpeg"
PNG = b"\x89PNG\r\n\x1a\n" + b"png"
LINKS = (
    "select i.source_path, f.media_type from fondaco.product_image i"
    " left join fondaco.file f on f.id = i.file_id order by i.product_id, i.rank"
)


async def test_pictures_are_kept_once_and_linked(imports: Imports, shop: Shop) -> None:
    run = await imports(
        catalog(),
        goods("g1", images=("a.jpg", "b.png")),
        goods("g2", images=("a.jpg", "never.jpg")),
        images={"a.jpg": JPEG, "b.png": PNG, "copy.jpg": JPEG, "page.jpg": b"<svg onload=x>"},
    )
    assert sorted(await shop(LINKS), key=str) == sorted(
        [
            ("a.jpg", "image/jpeg"),
            ("b.png", "image/png"),
            ("a.jpg", "image/jpeg"),
            ("never.jpg", None),
        ],
        key=str,
    )
    assert await shop("select size from fondaco.file order by size") == [8, 11]
    assert await shop.report() == [("image.not_a_picture", "page.jpg")]
    assert (run.counts["images.changed"], run.counts["images.missing"]) == (3, 1)
    kept = [p for p in (imports.hall.settings.data / "files").rglob("*") if p.is_file()]
    assert sorted(p.read_bytes() for p in kept) == sorted([JPEG, PNG])


async def test_the_same_pictures_again_change_nothing_and_a_new_one_does(
    imports: Imports, shop: Shop
) -> None:
    records = (catalog(), goods("g1", images=("a.jpg", "b.png")))
    await imports(*records, images={"a.jpg": JPEG, "b.png": PNG})
    assert (await imports(*records, images={"a.jpg": JPEG, "b.png": PNG})).changed == 0
    assert (await imports(*records, images={"a.jpg": PNG})).counts["images.changed"] == 1
    assert [media for _, media in await shop(LINKS)] == ["image/png", "image/png"]


async def test_a_picture_that_moves_up_keeps_its_file(imports: Imports, shop: Shop) -> None:
    await imports(
        catalog(), goods("g1", images=("a.jpg", "b.png")), images={"a.jpg": JPEG, "b.png": PNG}
    )
    await imports(catalog(), goods("g1", images=("b.png",)))
    assert await shop(LINKS) == [("b.png", "image/png")]
