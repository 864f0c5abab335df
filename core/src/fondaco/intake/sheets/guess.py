"""Which column is what, guessed by the headings; a person corrects it.

A choice is "" (not read), "article", "currency", "min_quantity", "cost", "price_group", "lot",
"arrives_on", or "price:" or "stock:" with the uuid of the price list or place, or with `new`: one
named like the column.
"""

import re
from collections.abc import Mapping, Sequence

from fondaco.intake.sheets.mappings import Goal
from fondaco.intake.sheets.model import Column, Preview, SheetMapping

NEW = "new"
ARTICLE = "article"
CURRENCY = "currency"
MIN_QUANTITY = "min_quantity"
COST = "cost"
PRICE_GROUP = "price_group"
LOT = "lot"
ARRIVES_ON = "arrives_on"

_CURRENCY = re.compile(r"(код )?валют[аы]\b.*|currency.*")
_MIN_QUANTITY = re.compile(
    r"(мин\w*\.?|от)\b.*(кол|шт|парт|заказ).*|moq|min\w*\.? ?(qty|quantity|order).*"
)
_COST = re.compile(r"(себест\w*|закуп\w*( цена)?|цена закуп\w*|cost|cost price|purchase price)")
_PRICE_GROUP = re.compile(r"(ценовая|скидочная) группа|(price|discount) group")
_ARRIVES_ON = re.compile(
    r"(дата (поступлени|приход|поставк|прибыти)\w*|ожида\w+ дата|arriv\w*( date| on)?|eta)\b.*"
)
_LOT = re.compile(r"((номер |№ ?)?(поступлени\w*|парти[яи])|lot|batch|shipment)\b.*")
_PRICE = re.compile(
    r".*\b(цен[аы]|прайс|стоимость|опт\w*|розн\w*|ррц|мрц|price|retail|wholesale)\b.*"
)
_STOCK = re.compile(
    r".*\b(остат\w*|наличи\w*|свободно|склад\w*|stock|available|on hand|qty|кол-?во|количество)\b.*"
)
_NEITHER = re.compile(
    r".*\b(сумма|скидка|ндс|итого|резерв\w*|закуп\w*|себест\w*|vat|sum|total)\b.*"
)


def guess(preview: Preview, known: Sequence[Goal]) -> Mapping[str, str]:
    """The likely choice of each column, by its key."""
    found: dict[str, str] = {}
    for index, column in enumerate(preview.columns):
        choice = ARTICLE if index == preview.article else _choice(column, known)
        if choice and (choice.endswith(f":{NEW}") or choice not in found.values()):
            found[column.key] = choice
    return found


def choices_of(mapping: SheetMapping, known: Sequence[Goal]) -> Mapping[str, str]:
    """A saved mapping as choices; what went to a list or place that is gone is left out."""
    by_id = {(goal.kind, goal.external_id): str(goal.uuid) for goal in known}
    found = {mapping.article: ARTICLE}
    for kind, targets in (("price", mapping.prices), ("stock", mapping.stock)):
        for target in targets:
            if uuid := by_id.get((kind, target.into)):
                found[target.column] = f"{kind}:{uuid}"
    for column, choice in (
        (mapping.currency, CURRENCY),
        (mapping.min_quantity, MIN_QUANTITY),
        (mapping.cost, COST),
        (mapping.price_group, PRICE_GROUP),
        (mapping.lot, LOT),
        (mapping.arrives_on, ARRIVES_ON),
    ):
        if column:
            found[column] = choice
    return found


def _choice(column: Column, known: Sequence[Goal]) -> str:
    title = column.key.replace("ё", "е")
    same = [goal for goal in known if _is_of(title, goal.name)]
    if _CURRENCY.fullmatch(title):
        return CURRENCY
    if _MIN_QUANTITY.fullmatch(title):
        return MIN_QUANTITY
    if _COST.fullmatch(title):
        return COST
    if _PRICE_GROUP.fullmatch(title):
        return PRICE_GROUP
    if _ARRIVES_ON.fullmatch(title):
        return ARRIVES_ON
    if _LOT.fullmatch(title):
        return LOT
    if len(same) == 1:
        return f"{same[0].kind}:{same[0].uuid}"
    if _NEITHER.fullmatch(title):
        return ""
    for kind, pattern in (("price", _PRICE), ("stock", _STOCK)):
        if pattern.fullmatch(title):
            of_kind = [goal for goal in known if goal.kind == kind]
            return f"{kind}:{of_kind[0].uuid}" if len(of_kind) == 1 else f"{kind}:{NEW}"
    return ""


def _is_of(title: str, name: str) -> bool:
    """Whether the heading names the list or place: «Цена Оптовая» that of «Оптовая»."""
    plain = " ".join(name.casefold().replace("ё", "е").split())
    return len(plain) > 2 and re.search(rf"\b{re.escape(plain)}\b", title) is not None
