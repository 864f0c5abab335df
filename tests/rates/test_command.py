"""`fondaco rates`: a file goes in once, and what is in force is shown with its age."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cbr import answer_of

from fondaco.cli.rates import import_rates, show_rates
from fondaco.cli.site import Site
from fondaco.settings import Settings
from fondaco.settings import Site as SiteSettings


def test_a_file_is_stored_once_and_shown_with_its_age(
    database_url: str, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = Site(settings, database_url, database_url)
    file = tmp_path / "rates.xml"
    day = datetime.now(UTC).date() - timedelta(days=10)
    file.write_bytes(answer_of(f"{day:%d.%m.%Y}"))
    assert import_rates(site, str(file)) == 0
    assert import_rates(site, str(file)) == 0
    said = capsys.readouterr().out
    assert "3 rates, 3 new or changed" in said
    assert "3 rates, 0 new or changed" in said
    assert show_rates(site) == 0
    assert f"KZT  15.3512 for 100  since {day}" in capsys.readouterr().out


def test_what_is_no_rates_is_one_clear_line(
    database_url: str, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "rates.xml"
    file.write_text("Error in parameters")
    assert import_rates(Site(settings, database_url, database_url), str(file)) == 2
    assert "not XML" in capsys.readouterr().err
    byn = Settings(site=SiteSettings(currency="BYN"))
    assert import_rates(Site(byn, database_url, database_url), str(file)) == 2
    assert "roubles" in capsys.readouterr().err
