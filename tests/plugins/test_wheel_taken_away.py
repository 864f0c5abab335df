"""Each plugin's wheel is uninstalled by pip, the shop goes on, and it is installed again.

The environment is a real one: wheels built from this tree, beside the libraries of the one that
runs the tests. The plugin's schema stays in the database meanwhile.
"""

import asyncio
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

import pytest
from journey import Journey, content_of, furnish
from processes import app_processes, environment_of

from fondaco.hooks.hall import Hall
from fondaco.hooks.loader import discover
from fondaco.testing.wholesaler import Wholesaler
from fondaco_sdk.manifest import Plugin

ROOT = Path(__file__).parents[2]
UV = Path(sysconfig.get_path("scripts")) / "uv"
ALL, _PROBLEMS = discover()
MEMBERS = ("sdk", "core", *(f"plugins/{plugin.name}" for plugin in ALL))

pytestmark = [pytest.mark.full, pytest.mark.timeout(900)]


class Installed:
    """An environment with the wheels of this tree."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._wheels = folder / "wheels"
        self.python = str(folder / "env" / "bin" / "python")

    def make(self) -> None:
        """Build the wheels and install all of them."""
        for member in MEMBERS:
            _run(UV, "build", "--quiet", "--wheel", "--out-dir", self._wheels, ROOT / member)
        _run(UV, "venv", "--quiet", "--python", sys.executable, self._folder / "env")
        (site,) = (self._folder / "env" / "lib").glob("python*/site-packages")
        for entry in Path(sysconfig.get_path("purelib")).iterdir():
            ours = entry.name.startswith(("fondaco", "_fondaco", "__editable__", "_editable"))
            if not ours and not (site / entry.name).exists():
                (site / entry.name).symlink_to(entry)
        self._pip("install", "--no-deps", *sorted(self._wheels.glob("*.whl")))

    def uninstall(self, plugin: str) -> None:
        """What `pip uninstall` does."""
        self._pip("uninstall", f"fondaco-{plugin.replace('_', '-')}")

    def install(self, plugin: str) -> None:
        """The wheel again."""
        (wheel,) = self._wheels.glob(f"fondaco_{plugin}-*.whl")
        self._pip("install", "--no-deps", wheel)

    def fondaco(self, environment: dict[str, str], *words: str) -> str:
        """The command in this environment; what it printed."""
        return _run(self.python, "-m", "fondaco.cli", *words, environment=environment)

    def _pip(self, verb: str, *words: str | Path) -> None:
        _run(UV, "pip", verb, "--quiet", "--python", self.python, *words)


def _run(*words: str | Path, environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        list(map(str, words)),
        cwd=ROOT.parent,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture
def manifests() -> Sequence[Plugin]:
    """Every plugin that is installed here, to make the data."""
    assert _PROBLEMS == ()
    return ALL


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """All wheels, installed once for all plugins."""
    made = Installed(tmp_path_factory.mktemp("wheels"))
    made.make()
    return made


@pytest.mark.parametrize("name", [plugin.name for plugin in ALL])
async def test_the_shop_goes_on_without_the_wheel_and_has_its_data_with_it(
    hall: Hall,
    wholesaler: Wholesaler,
    installed: Installed,
    database_url: str,
    tmp_path: Path,
    name: str,
) -> None:
    seller, prices = await wholesaler.seller(), await wholesaler.price_list()
    await wholesaler.products(3, price_list=prices, place=await wholesaler.place())
    company = await wholesaler.company("Ромашка", seller, [prices])
    journey = Journey(company, await wholesaler.staff("manager", "head_of_sales", "site_admin"))
    await furnish(hall)
    every = {**environment_of(database_url, tmp_path / "data"), "FONDACO_WITHOUT": ""}
    every.pop("PYTHONPATH")
    assert name in await asyncio.to_thread(installed.fondaco, every, "plugin", "list")
    before = await content_of(hall, name)

    await asyncio.to_thread(installed.uninstall, name)
    try:
        listed = await asyncio.to_thread(installed.fondaco, every, "plugin", "list")
        assert name not in listed
        await asyncio.to_thread(installed.fondaco, every, "plugin", "check")
        await asyncio.to_thread(installed.fondaco, every, "migrate")
        await _go(journey, installed, database_url, tmp_path)
        assert await content_of(hall, name) == before, "nobody has touched its tables"
    finally:
        await asyncio.to_thread(installed.install, name)

    await asyncio.to_thread(installed.fondaco, every, "plugin", "check")
    await asyncio.to_thread(installed.fondaco, every, "migrate")
    assert await content_of(hall, name) == before
    await _go(journey, installed, database_url, tmp_path)


async def _go(journey: Journey, installed: Installed, database_url: str, data: Path) -> None:
    with app_processes(
        database_url,
        data,
        number=1,
        environment={"FONDACO_WITHOUT": ""},
        python=installed.python,
    ) as (address,):
        await journey.go(address)


def test_the_environment_is_the_wheels_own(installed: Installed) -> None:
    shown = _run(
        installed.python,
        "-c",
        "import fondaco, fondaco_sdk, fondaco_loyalty;"
        "print(fondaco.__file__, fondaco_sdk.__file__, fondaco_loyalty.__file__)",
    )
    places: Sequence[str] = shown.split()
    assert all("site-packages" in place and str(ROOT / "core") not in place for place in places)
