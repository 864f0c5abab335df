"""A worker that dies while 1C waits for its import: another goes on, and 1C never knows."""

import re
from decimal import Decimal
from typing import Any, cast

import httpx
import pytest
from cml import shop
from desk import Desk
from test_worker_killed import NAMES, die_at

from fondaco.testing.application import application_of
from fondaco_erp_1c.sim.client import Onec

pytestmark = pytest.mark.plugins("erp_1c")


@pytest.mark.parametrize("point", ["import.staged", "import.prices.batch"])
async def test_1c_is_told_of_progress_until_another_worker_is_done(
    desk: Desk, database_url: str, point: str
) -> None:
    page = await desk.client.send_form("/staff/machines", {"login": "ut11"})
    password = re.findall(r'id="machine-password">([^<]+)<', page.text)[0]
    transport = httpx.ASGITransport(app=cast("Any", application_of(desk.hall)))
    async with httpx.AsyncClient(transport=transport, base_url="http://portal.test") as web:
        onec = Onec(web, "ut11", password, "catalog")
        await onec.begin()
        for name, content in shop(NAMES).items():
            await onec.send(name, content)
        assert (await onec.call("import", filename="import.xml")).word == "progress"
        die_at(desk, database_url, point)
        assert (await onec.call("import", filename="import.xml")).word == "progress"
        await desk.work()
        assert (await onec.call("import", filename="import.xml")).word == "success"
        assert (await onec.call("import", filename="offers.xml")).word == "success"
    assert await desk.prices() == {(name, "Розница"): Decimal(100) for name in NAMES}
    assert await desk.stock() == {(name, "Москва"): Decimal(5) for name in NAMES}
    assert await desk.all("select count(*) from fondaco.import_run") == [(1,)]
