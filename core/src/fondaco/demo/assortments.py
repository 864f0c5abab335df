"""Two customers of the demo who see less than the others: a brand hidden, a category to ask for.

The third, the chain of services, has no assortment of its own and sees everything.
"""

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.assortments.service import Goods, add_assortment, add_rule, bind
from fondaco.demo.assortment.oils import OIL_PARTS
from fondaco.demo.ids import guid
from fondaco.hooks.context import ActContext
from fondaco_sdk.types.ids import CompanyId

HIDDEN_BRAND = "SHARBOR"

_COMPANY: TextClause = text("select id from fondaco.company where external_id = :external_id")
_CATEGORY: TextClause = text(
    "select id from fondaco.category where name = :name and parent_id is null order by id limit 1"
)
_MADE_BEFORE: TextClause = text("select 1 from fondaco.assortment where name = :name limit 1")


class DemoAssortment(Struct, frozen=True):
    """Everything but a brand or a category at the top, and what becomes of that for a customer."""

    name: str
    description: str
    company: str
    effect: str
    brand: str = ""
    category: str = ""


ASSORTMENTS = (
    DemoAssortment(
        f"Без бренда {HIDDEN_BRAND}",
        "Поставки этого бренда клиент ведёт сам: его товары скрыты в каталоге, поиске и списках.",
        guid("company", "zauralskoe-pole"),
        "hidden",
        brand=HIDDEN_BRAND,
    ),
    DemoAssortment(
        f"Раздел «{OIL_PARTS.name}» по запросу",
        "Товары видны с ценой; заказать их можно после того, как менеджер откроет доступ.",
        guid("company", "zapadny-uzel"),
        "not_orderable",
        category=OIL_PARTS.name,
    ),
)


async def seed_assortments(act: ActContext) -> None:
    """Make each once: what somebody has changed or removed since stays as they left it."""
    for one in ASSORTMENTS:
        if await act.fetch(_MADE_BEFORE, {"name": one.name}):
            continue
        [company] = await act.fetch(_COMPANY, {"external_id": one.company})
        goods = Goods(brand=one.brand)
        if one.category:
            [category] = await act.fetch(_CATEGORY, {"name": one.category})
            goods = Goods(category=category.id)
        uuid = await add_assortment(act, one.name, one.description)
        await add_rule(act, uuid, goods, excludes=True)
        await bind(act, uuid, one.effect, CompanyId(company.id))
