"""The ladder: every rule is answered, and an exemption has its reason."""

from pathlib import Path

from fondaco_sdk.testing.quality import BRONZE, quality_problems


def _file(folder: Path, text: str) -> Path:
    file = folder / "quality.toml"
    file.write_text(text, "utf-8")
    return file


def test_all_done_or_exempt(tmp_path: Path) -> None:
    first, *rest = BRONZE
    answers = [f'{first} = {{ exempt = "it has none" }}', *(f'{rule} = "done"' for rule in rest)]
    text = 'level = "bronze"\n[rules]\n' + "\n".join(answers)
    assert quality_problems(_file(tmp_path, text)) == []


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    first, second, *rest = BRONZE
    answers = [f'{first} = "soon"', f'{second} = {{ exempt = " " }}', 'invented = "done"']
    answers += [f'{rule} = "done"' for rule in rest[1:]]
    text = 'level = "bronze"\n[rules]\n' + "\n".join(answers)
    problems = quality_problems(_file(tmp_path, text))
    assert [p.partition(":")[0] for p in problems] == [rest[0], "invented", first, second]


def test_no_file_and_no_such_level(tmp_path: Path) -> None:
    assert "no such file" in quality_problems(tmp_path / "quality.toml")[0]
    assert "'gold'" in quality_problems(_file(tmp_path, 'level = "gold"'))[0]
