"""The report of what was wanted and had nothing to stand in for it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from litestar import Response
from msgspec import Struct
from sqlalchemy import text

from fondaco_sdk.context import Ask
from fondaco_sdk.manifest import Text
from fondaco_sdk.types.sheet import WrittenColumn
from fondaco_sdk.web import Page, workbook

SHOWN = 200
MOST = 100_000

# Once something stands in, a product is wanted no longer, though what was noted stays.
_WANTED = text(
    """
    select p.uuid, p.sku, p.name, p.brand, count(*) as times, max(w.at) as last,
           string_agg(distinct c.name, ', ' order by c.name) as companies
      from fondaco_api.analogue_wanted_v1 w
      join fondaco_api.product_v1 p on p.id = w.product_id
      join fondaco_api.company_v1 c on c.id = w.company_id
     where w.day > current_date - 90
       and not exists (select from plugin_analogues.reference r
                        where r.product_id = w.product_id and r.other_id is not null
                          and r.ended_at is null)
     group by p.id, p.uuid, p.sku, p.name, p.brand
     order by times desc, last desc, p.id
     limit :most
    """
)


class Wanted(Struct, frozen=True):
    """A product: how often it was wanted (companies times days), when last, and by whom."""

    uuid: UUID
    sku: str
    name: str
    brand: str
    times: int
    last: datetime
    companies: str


async def all_wanted(ask: Ask, most: int) -> Sequence[Wanted]:
    """Of the last 90 days, what is wanted most first. One statement."""
    return [Wanted(*row) for row in await ask.fetch(_WANTED, {"most": most})]


async def wanted(ask: Ask) -> Page:
    """The report's page."""
    return Page("analogues/wanted.html", {"rows": await all_wanted(ask, SHOWN), "shown": SHOWN})


async def wanted_file(ask: Ask) -> Response[bytes]:
    """The report as a workbook."""
    columns = [WrittenColumn(title.text(ask.locale), width) for title, width in _COLUMNS]
    rows = [
        (
            one.sku,
            one.name,
            one.brand,
            one.times,
            f"{one.last.astimezone(ask.zone):%d.%m.%Y %H:%M}",
            one.companies,
        )
        for one in await all_wanted(ask, MOST)
    ]
    return workbook(ask.sheets.write(_TITLE.text(ask.locale), columns, rows), "wanted.xlsx")


_TITLE = Text("Нужны аналоги", "Analogues wanted")
_COLUMNS = (
    (Text("Артикул", "Article"), 20),
    (Text("Наименование", "Name"), 50),
    (Text("Бренд", "Brand"), 16),
    (Text("Запросов", "Times"), 10),
    (Text("Последний", "Last"), 18),
    (Text("Кто спрашивал", "By whom"), 60),
)
