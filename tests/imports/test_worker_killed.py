"""A worker that dies in the middle of an import, at any step: another goes on to the right end."""

import os
import subprocess
import sys
from decimal import Decimal

import pytest
from cml import packed, shop
from desk import Desk, words

from fondaco.crash import EXIT_CODE, VARIABLE

pytestmark = pytest.mark.plugins("erp_1c")

NAMES = [f"A-{n}" for n in range(1, 31)]
PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 32


def die_at(desk: Desk, database_url: str, point: str) -> None:
    """Run a worker of the site as a process of its own, which ends itself at `point`."""
    settings = desk.hall.settings
    worker = subprocess.run(
        [sys.executable, "-m", "fondaco.cli", "worker"],
        env={
            **os.environ,
            "FONDACO_DATABASE_URL": database_url,
            "FONDACO_DATA_DIR": str(settings.data),
            "FONDACO_WITHOUT": ",".join(desk.without),
            VARIABLE: point,
        },
        timeout=60,
        capture_output=True,
    )
    assert worker.returncode == EXIT_CODE, worker.stderr.decode()[-2000:]


@pytest.mark.parametrize(
    "point", ["import.staged", "import.catalogue", "import.prices.batch", "import.images.batch"]
)
async def test_another_worker_goes_on(desk: Desk, database_url: str, point: str) -> None:
    package = shop(NAMES)
    named = "<Картинка>a.png</Картинка></Товар>".encode()
    package["import.xml"] = package["import.xml"].replace("</Товар>".encode(), named)
    answer = await desk.upload("p.zip", packed(package | {"a.png": PICTURE}))
    place = answer.headers["location"]
    die_at(desk, database_url, point)
    left = words((await desk.client.get(place)).text)
    assert "готова" not in left
    assert "hx-get" in (await desk.client.get(place)).text

    await desk.work()
    page = words((await desk.client.get(place)).text)
    assert "готова" in page
    assert f"Товары {len(NAMES)} {len(NAMES)} —" in page
    assert await desk.prices() == {(name, "Розница"): Decimal(100) for name in NAMES}
    assert await desk.stock() == {(name, "Москва"): Decimal(5) for name in NAMES}
    [(linked,)] = await desk.all("select count(file_id) from fondaco.product_image")
    assert linked == len(NAMES)
    assert await desk.all("select generation from fondaco.catalogue_state") == [(1,)]
