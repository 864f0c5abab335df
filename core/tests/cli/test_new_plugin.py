"""`fondaco plugin new`: what it makes works, is tested, and passes the checks of this house."""

import os
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

import pytest

from fondaco.cli.main import main
from fondaco.cli.new_plugin import NotMade, make_plugin

NAME = "sample_shop"
UV = Path(sys.executable).with_name("uv")
CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
)


def _run(words: Sequence[object], folder: Path, **environment: str) -> str:
    done = subprocess.run(
        list(map(str, words)),
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    """A throw-away environment beside this one: sees all that is installed here, adds its own."""
    home = tmp_path / "env"
    _run([sys.executable, "-m", "venv", "--without-pip", home], tmp_path)
    python = home / "bin" / "python"
    packages = _run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], tmp_path
    ).strip()
    here = sysconfig.get_path("purelib")
    Path(packages, "here.pth").write_text(f"import site; site.addsitedir({here!r})\n")
    return python


@pytest.mark.timeout(300)
def test_its_own_tests_pass_with_its_wheel_installed(tmp_path: Path, beside: Path) -> None:
    plugin = make_plugin(NAME, tmp_path)
    install = [UV, "pip", "install", "--quiet", "--no-deps", "--python", beside, plugin]
    _run(install, tmp_path)
    tests = tmp_path / "elsewhere"
    (plugin / "tests").rename(tests)
    options = ("-q", "--import-mode=importlib", "-o", "asyncio_mode=auto", "-p", "no:cacheprovider")
    said = _run([beside, "-m", "pytest", *options, tests], tmp_path)
    assert "18 passed" in said
    listed = "from fondaco.cli.main import main; raise SystemExit(main(['plugin', 'list']))"
    assert f"\n{NAME} " in _run([beside, "-c", listed], tmp_path)


@pytest.mark.parametrize("name", ["abc", NAME, "a" * 30])
def test_it_passes_the_linter_whatever_its_name(tmp_path: Path, name: str) -> None:
    plugin = make_plugin(name, tmp_path)
    for check in CHECKS:
        _run([Path(sys.executable).with_name(check[0]), *check[1:], "--no-cache"], plugin)
    left = [f for f in plugin.rglob("*") if f.is_file() and "@@" in f.read_text("utf-8")]
    assert left == []


@pytest.mark.timeout(300)
def test_its_types_hold(tmp_path: Path) -> None:
    plugin = make_plugin(NAME, tmp_path)
    _run([sys.executable, "-m", "mypy", "src", "tests"], plugin, MYPYPATH="src")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Bad-Name", "cannot be a plugin's name"),
        ("9lives", "cannot be a plugin's name"),
        ("двойной", "cannot be a plugin's name"),
        ("two__lines", "cannot be a plugin's name"),
        ("../up", "cannot be a plugin's name"),
        ("ab", "cannot be a plugin's name"),
        ("a" * 31, "cannot be a plugin's name"),
        ("class", "is reserved"),
        ("core", "is reserved"),
        ("price_lists", "is there already"),
    ],
)
def test_bad_names_are_refused(tmp_path: Path, name: str, why: str) -> None:
    with pytest.raises(NotMade, match=why):
        make_plugin(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_command_says_what_comes_next_and_overwrites_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["plugin", "new", NAME, "--to", str(tmp_path)]
    assert main(words) == 0
    assert "README.md" in capsys.readouterr().out
    kept = tmp_path / NAME / "README.md"
    kept.write_text("mine")
    assert main(words) == 2
    assert "exists already" in capsys.readouterr().err
    assert kept.read_text() == "mine"
