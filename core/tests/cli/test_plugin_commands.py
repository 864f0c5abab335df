"""Commands of plugins: found by their names, called with what follows, refused when doubled."""

import json
import stat
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fondaco.cli import plugin_commands
from fondaco.cli.main import main
from fondaco.cli.plugin_commands import commands_of, give_access, run_command
from fondaco.hooks.context import system_ask
from fondaco.hooks.hall import Hall
from fondaco.hooks.loader import PluginReport
from fondaco.identity.machines import machines_of
from fondaco.settings import Settings
from fondaco_sdk.manifest import Command, Plugin, Terminal, Text

HELP = Text("повторяет", "says it again")
ECHO = Command("echo", f"{__name__}:echo", HELP, demo=("run",))


def echo(terminal: Terminal, arguments: Sequence[str]) -> int:
    """Leave in the data folder what it was called with."""
    terminal.data.mkdir(parents=True, exist_ok=True)
    told = [terminal.login, terminal.password, *arguments]
    (terminal.data / "echo.json").write_text(json.dumps(told))
    return 7


def _plugin(name: str, *commands: Command) -> Plugin:
    return Plugin(name=name, version="1", title=HELP, commands=commands)


@pytest.fixture
def echoing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A site in a folder, with a plugin that brings a command."""

    def found(_: Any) -> Any:
        return (_plugin("one", ECHO),), ()

    monkeypatch.setattr(plugin_commands, "discover", found)
    monkeypatch.setattr(
        import_module("fondaco.cli.main"), "load_settings", lambda _: _settings(tmp_path)
    )
    return tmp_path


def _settings(folder: Path) -> Settings:
    return msgspec.structs.replace(Settings(), data_dir=str(folder))


def test_what_follows_the_name_is_the_plugins_affair(echoing: Path) -> None:
    assert main(["echo", "--loud", "a", "--help"]) == 7
    assert json.loads((echoing / "echo.json").read_text()) == ["", "", "--loud", "a", "--help"]
    assert main(["-v", "--without", "other", "echo"]) == 7


def test_it_is_in_the_list_of_commands(echoing: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "says it again" in capsys.readouterr().out


def test_a_command_of_nobody_is_refused(echoing: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["ecko"])
    assert "echo" in capsys.readouterr().err


def test_two_of_one_name_are_refused() -> None:
    with pytest.raises(PluginReport) as refused:
        commands_of([_plugin("one", ECHO), _plugin("two", ECHO)])
    assert "two: the command 'echo' is already that of one" in str(refused.value)


async def test_the_demo_gives_it_an_access_once(hall: Hall, tmp_path: Path) -> None:
    hall = msgspec.structs.replace(hall, settings=_settings(tmp_path))
    await give_access(hall, ECHO)
    kept = tmp_path / "demo" / "echo.password"
    password = kept.read_text()
    assert len(password) >= 20 and stat.S_IMODE(kept.stat().st_mode) == 0o600
    await give_access(hall, ECHO)
    assert kept.read_text() == password
    # Its folder is gone, the database is not: the old access ends.
    kept.unlink()
    await give_access(hall, ECHO)
    assert kept.read_text() != password
    assert [one.login for one in await machines_of(system_ask(hall))] == ["echo"]
    assert run_command(hall.settings, ECHO, ["x"]) == 7
    told = json.loads((tmp_path / "echo.json").read_text())
    assert told == ["echo", kept.read_text(), "x"]
