"""Towns without a service: found by their beginning, imported by a command, nothing by halves."""

from pathlib import Path

import pytest
from sqlalchemy import text

from fondaco.cli.main import main
from fondaco.hooks.context import AskContext
from fondaco.lookup.localities import Localities, Locality
from fondaco.lookup.towns import WrongList, replace_localities

KNOWN = Localities(
    [
        Locality("Киров", "Кировская обл", "г Киров", population=470_000),
        Locality("Киров", "Калужская обл", "Калужская обл, г Киров", population=30_000),
        Locality("Озёрск", "Челябинская обл", "Челябинская обл, г Озёрск", population=80_000),
        Locality("Слободской", "Кировская обл", "Кировская обл, г Слободской", population=30_000),
        Locality("Нижний Новгород", "Нижегородская обл", "г Нижний Новгород", population=1),
    ]
)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("кир", ["г Киров", "Калужская обл, г Киров", "Кировская обл, г Слободской"]),
        ("г. Киров, Калужская обл", ["Калужская обл, г Киров"]),
        ("озерск", ["Челябинская обл, г Озёрск"]),
        ("ОЗЁРСК", ["Челябинская обл, г Озёрск"]),
        ("jp`hcr", ["Челябинская обл, г Озёрск"]),
        ("ниж нов", ["г Нижний Новгород"]),
        ("новг", ["г Нижний Новгород"]),
        ("обл", []),
        ("", []),
        ("ижний", []),
        ("%", []),
    ],
)
def test_a_town_is_found(typed: str, found: list[str]) -> None:
    assert [one.label for one in KNOWN.find(typed, 8)] == found


HEAD = (
    "address,postal_code,region_type,region,area_type,area,city,settlement,fias_id"
    ",geo_lat,geo_lon,population"
)
GOOD = f"""{HEAD}
г Москва,101000,г,Москва,,,,,0c5b2444,55.75,37.61,11514330
"Московская обл, г Воскресенск",140200,обл,Московская,г,Воскресенск,,,x,,,91464
"Респ Адыгея, г Майкоп",385000,Респ,Адыгея,,,Майкоп,,y,44.6,40.1,144055
"""


async def test_a_list_is_taken_whole_or_not_at_all(ask: AskContext) -> None:
    async with ask.act() as act:
        assert await replace_localities(act, GOOD) == 3
    for wrong in (
        "name,population\nМосква,1\n",
        f"{HEAD}\n",
        GOOD + ",,,,,,,,,,,1\n",
        GOOD + "x,,обл,Икс,,,Город,,,север,,1\n",
        GOOD + "x,,обл,Икс,,,Город,,,,,NaN\n",
    ):
        with pytest.raises(WrongList):
            async with ask.act() as act:
                await replace_localities(act, wrong)

    rows = await ask.fetch(text("select name, region from fondaco.locality order by id"))
    assert [tuple(row) for row in rows] == [
        ("Москва", ""),
        ("Воскресенск", "Московская обл"),
        ("Майкоп", "Респ Адыгея"),
    ]


def test_the_command_names_what_is_wrong(
    tmp_path: Path,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("FONDACO_DATABASE_URL", database_url)
    monkeypatch.setenv("FONDACO_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "towns.csv"
    file.write_text(GOOD, "utf-8")
    assert main(["localities", "import", str(file)]) == 0
    assert "3 localities" in capsys.readouterr().out
    file.write_text("name\nx\n", "utf-8")
    assert main(["localities", "import", str(file)]) == 2
    assert "no column city, region, population" in capsys.readouterr().err
    file.write_bytes(GOOD.encode("cp1251"))
    assert main(["localities", "import", str(file)]) == 2
