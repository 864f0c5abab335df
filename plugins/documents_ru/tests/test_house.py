"""What holds for every plugin."""

from pathlib import Path

import msgspec
import pytest

import fondaco_documents_ru
from fondaco.testing.plugin_checks import modules_of_manifest
from fondaco_documents_ru.manifest import plugin
from fondaco_documents_ru.settings import DocumentsRuSettings
from fondaco_sdk.testing.quality import quality_problems


def test_the_ladder_of_quality() -> None:
    folder = Path(fondaco_documents_ru.__file__).parent
    assert quality_problems(folder / "quality.toml") == []


def test_the_manifest_imports_nothing_of_the_plugin() -> None:
    assert modules_of_manifest("fondaco_documents_ru.manifest") == [
        "fondaco_documents_ru",
        "fondaco_documents_ru.manifest",
    ]


def test_kinds_have_a_name_in_both_languages() -> None:
    for kind in plugin.documents:
        assert kind.title.ru
        assert kind.title.en
        assert kind.title.ru != kind.title.en


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"contrakt": "x"}, DocumentsRuSettings)
