"""The heads of documents carry the site's brand."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from fondaco.settings import Settings, SettingsError, Site, load_settings

COLOUR, OF_LOGO = "#0a7d55", "#a01060"
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="30">'
    f'<rect width="120" height="30" fill="{OF_LOGO}"/></svg>'
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    theme = tmp_path / "theme"
    theme.mkdir()
    return Settings(
        data_dir=str(tmp_path / "data"),
        theme_dir=str(theme),
        secret="test-secret",
        site=Site(name="Ромашка Опт", colour=COLOUR),
    )


async def _invoice(shop: Any, buyer: Any) -> bytes:
    order = await shop.order(buyer, 2)
    (row,) = await shop.sql(
        "select d.uuid from fondaco.document d join fondaco.customer_order o on o.id = d.order_id"
        " where o.uuid = :uuid",
        uuid=order.rpartition("/")[2],
    )
    await shop.render(row.uuid)
    return bytes((await buyer.get(f"/documents/{row.uuid}/file")).content)


def _fills(pdf: bytes) -> set[str]:
    """The colours of a PDF's first page, as "#rrggbb"."""
    contents = PdfReader(BytesIO(pdf)).pages[0].get_contents()
    assert contents is not None
    found = set()
    for operands, operator in contents.operations:
        if operator in (b"rg", b"RG", b"sc", b"SC", b"scn", b"SCN") and len(operands) == 3:
            found.add("#" + "".join(f"{round(float(part) * 255):02x}" for part in operands))
    return found


async def test_the_logo_and_the_colour_of_the_site(
    shop: Any, buyer: Any, settings: Settings
) -> None:
    plain = await _invoice(shop, buyer)
    (Path(settings.theme_dir) / "logo.svg").write_text(LOGO, "utf-8")
    branded = await _invoice(shop, buyer)
    assert {COLOUR, OF_LOGO} <= _fills(branded) - _fills(plain)


def test_a_colour_that_is_none_is_refused_at_the_start(tmp_path: Path) -> None:
    file = tmp_path / "fondaco.toml"
    file.write_text('[site]\ncolour = "green"\n', "utf-8")
    with pytest.raises(SettingsError, match="colour"):
        load_settings(file, {})
