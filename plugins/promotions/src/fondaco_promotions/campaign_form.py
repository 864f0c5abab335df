"""The form of a campaign: read whole, every mistake at its field; and filled from a stored one."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from fondaco_promotions.campaign import MOST_USES, Campaign, misfits
from fondaco_promotions.goods import (
    Named,
    brands_in,
    categories_in,
    companies_in,
    products_in,
)
from fondaco_sdk.context import Ask
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.web import Form, FormReading

FIELDS = (
    "name_ru",
    "name_en",
    "takes",
    "value",
    "how",
    "stackable",
    "starts_at",
    "ends_at",
    "min_total",
    "limit_total",
    "limit_company",
    "products",
    "brands",
    "categories",
    "companies",
)
TAKES = ("unit_percent", "unit_amount", "order_percent", "order_amount")
HOW = ("auto", "code")
_MOMENT = "%Y-%m-%dT%H:%M"


async def read_campaign(ask: Ask, form: Form, uuid: UUID) -> Campaign:
    """The campaign that a form describes. Raises `UserError` with every mistake."""
    reading = form.reading()
    names = reading.required("name_ru"), reading.required("name_en")
    takes = reading.choice("takes", TAKES)
    level: Literal["unit", "order"] = "order" if takes.startswith("order") else "unit"
    value = reading.decimal("value")
    wanted = Campaign(
        uuid=uuid,
        name_ru=names[0],
        name_en=names[1],
        level=level,
        percent=None if takes.endswith("amount") else value,
        amount=value if takes.endswith("amount") else None,
        stackable=bool(reading.text("stackable")),
        by_code=reading.text("how") == "code",
        starts_at=_moment(reading, "starts_at", ask.zone) or ask.now.replace(microsecond=0),
        ends_at=_moment(reading, "ends_at", ask.zone),
        min_total=reading.decimal("min_total") if reading.text("min_total") else None,
        limit_total=_whole(reading, "limit_total"),
        limit_company=_whole(reading, "limit_company"),
        products=await products_in(ask, reading),
        brands=await brands_in(ask, reading),
        categories=await categories_in(ask, reading),
        companies=await companies_in(ask, reading),
    )
    for field, reason in misfits(wanted).items():
        reading.refuse(field, reason)
    reading.done()
    return wanted


def filled(
    campaign: Campaign, names: Mapping[str, Sequence[Named]], zone: ZoneInfo
) -> dict[str, str]:
    """What stands in the form of a stored campaign."""
    takes = "percent" if campaign.percent is not None else "amount"
    value = campaign.percent if campaign.percent is not None else campaign.amount
    return {
        "name_ru": campaign.name_ru,
        "name_en": campaign.name_en,
        "takes": f"{campaign.level}_{takes}",
        "value": _plain(value),
        "how": "code" if campaign.by_code else "auto",
        "stackable": "1" if campaign.stackable else "",
        "starts_at": campaign.starts_at.astimezone(zone).strftime(_MOMENT),
        "ends_at": campaign.ends_at.astimezone(zone).strftime(_MOMENT) if campaign.ends_at else "",
        "min_total": _plain(campaign.min_total),
        "limit_total": str(campaign.limit_total or ""),
        "limit_company": str(campaign.limit_company or ""),
        **{
            kind: "\n".join(one.typed for one in names[kind])
            for kind in ("products", "brands", "companies")
        },
    }


def whole_number(reading: FormReading, name: str, most: int) -> int | None:
    """A whole number from 1 to `most`, or None where nothing is typed."""
    typed = reading.text(name).replace("\u00a0", "").replace(" ", "")
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 10 and 0 < int(typed) <= most):
        reading.refuse(name, _number(most))
        return None
    return int(typed)


def _whole(reading: FormReading, name: str) -> int | None:
    return whole_number(reading, name, MOST_USES)


def _moment(reading: FormReading, name: str, zone: ZoneInfo) -> datetime | None:
    typed = reading.text(name)
    if not typed:
        return None
    try:
        found = datetime.fromisoformat(typed)
        if found.tzinfo is not None or not 2000 <= found.year <= 2200:
            raise ValueError(typed)
    except ValueError:
        reading.refuse(name, _NO_MOMENT)
        return None
    return found.replace(tzinfo=zone).astimezone(UTC)


def _plain(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"


def _number(most: int) -> Reason:
    return Reason(
        "promotions.whole", f"Целое число от 1 до {most}", f"A whole number from 1 to {most}"
    )


_NO_MOMENT = Reason("promotions.moment", "Укажите дату и время", "Give a date and a time")
