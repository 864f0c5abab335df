"""The arguments of the demo's commands: a size that cannot be is refused in a line."""

from pathlib import Path

import pytest

from fondaco.cli.main import main


@pytest.mark.parametrize("skus", ["0", "-1", "1000001", "many"])
def test_a_catalogue_that_cannot_be_is_refused(
    skus: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["demo", f"--skus={skus}"])
    assert "--skus" in capsys.readouterr().err


def test_a_list_longer_than_its_catalogue_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = main(["demo-data", "--skus=20", "--list-rows=21", "--to", str(tmp_path / "data")])
    assert said == 2 and "from 1 to 20" in capsys.readouterr().err
    assert main(["demo-data", "--skus=20", "--list-rows=20", "--to", str(tmp_path / "data")]) == 0
    assert (tmp_path / "data" / "order-clean.xlsx").exists()
