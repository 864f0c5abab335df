"""Agreements from the ERP: price lists in their order, currency, terms, seller, manager."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import UNSET, Struct, UnsetType
from sqlalchemy import text

from fondaco.builtin.erp.owners import entities_of, managers_of, price_lists_of
from fondaco.builtin.erp.parts import Parts
from fondaco.builtin.erp.rows import Kept, Row, moved, said, unfit, unfit_currency, unknown
from fondaco.builtin.erp.sellers import sellers_of
from fondaco.builtin.erp.taking import Taking, changed
from fondaco_sdk.context import Act
from fondaco_sdk.types.inbound import Report
from fondaco_sdk.types.reason import Reason

AGREEMENT = Kept(
    "agreement",
    {
        "legal_entity_id": "bigint",
        "seller_id": "bigint",
        "number": "text",
        "signed_on": "date",
        "currency": "text",
        "payment_days": "int",
        "manager_id": "bigint",
        "active": "boolean",
    },
)
CLEARED: Mapping[str, Any] = {
    "number": "",
    "signed_on": None,
    "currency": "RUB",
    "payment_days": 0,
    "manager": None,
    "active": True,
    "price_lists": (),
}
_BLANK = {
    "manager_id": None,
    **{n: v for n, v in CLEARED.items() if n not in ("manager", "price_lists")},
}
_LONGEST_TERM = 3650

_LISTS = Parts(
    "price_lists",
    shown=text(
        """
        select l.agreement_id, array_agg(p.name order by l.rank)
          from fondaco.agreement_price_list l join fondaco.price_list p on p.id = l.price_list_id
         where l.agreement_id = any(cast(:owners as bigint[])) group by 1
        """
    ),
    drop=text(
        "delete from fondaco.agreement_price_list"
        " where agreement_id = any(cast(:owners as bigint[]))"
    ),
    add=text(
        """
        insert into fondaco.agreement_price_list (agreement_id, rank, price_list_id)
        select owner, rank, list
          from jsonb_to_recordset(cast(:rows as jsonb)) said (owner bigint, rank int, list bigint)
        """
    ),
)


class AgreementRecord(Struct, frozen=True, kw_only=True):
    """Conditions of a legal entity with one of our own; price lists in the order in which they are
    asked, by the ERP's ids. `manager` is an e-mail, or the ERP's id of one of our staff."""

    external_id: str
    legal_entity: str
    seller: str
    number: str | UnsetType | None = UNSET
    signed_on: date | UnsetType | None = UNSET
    currency: str | UnsetType = UNSET
    payment_days: int | UnsetType | None = UNSET
    manager: str | UnsetType | None = UNSET
    active: bool | UnsetType = UNSET
    price_lists: tuple[str, ...] | UnsetType | None = UNSET
    version: int = 0


class _Known(Struct, frozen=True):
    """What the records of a batch name, by the ERP's ids."""

    entities: Mapping[str, int]
    sellers: Mapping[str, int]
    lists: Mapping[str, int]
    managers: Mapping[str, int]


async def take_agreements(act: Act, records: Sequence[AgreementRecord]) -> Report:
    """Add and change. Constant statements."""
    taking = await Taking.open(act, "agreement", AGREEMENT, records)
    entities = await entities_of(act, {record.legal_entity for record in records})
    known = _Known(
        {key: owner.id for key, owner in entities.items()},
        await sellers_of(act, {record.seller for record in records}),
        await price_lists_of(act, {key for record in records for key in record.price_lists or ()}),
        await managers_of(act, {record.manager for record in records if record.manager}),
    )
    lists: dict[str, Sequence[Mapping[str, Any]]] = {}
    for place, record in enumerate(records):
        fields = taking.news(record, said(record, CLEARED))
        row = taking.rows.get(record.external_id)
        if refusal := _refusal(record, row, known):
            taking.refuse(place, record.number or record.external_id, refusal)
            continue
        if "price_lists" in fields:
            asked = dict.fromkeys(fields["price_lists"])
            lists[record.external_id] = [
                {"rank": rank, "list": known.lists[key]} for rank, key in enumerate(asked, 1)
            ]
        taking.take(record, changed(row or _new(record, known), _columns(fields, known)), fields)
    await taking.write(act, AGREEMENT, _LISTS, lists)
    return taking.report


def _new(record: AgreementRecord, known: _Known) -> Row:
    owners = {
        "legal_entity_id": known.entities[record.legal_entity],
        "seller_id": known.sellers[record.seller],
    }
    return Row(record.external_id, {**owners, **_BLANK})


def _columns(fields: Mapping[str, Any], known: _Known) -> dict[str, Any]:
    columns = {name: value for name, value in fields.items() if name in _BLANK}
    if "manager" in fields:
        named = fields["manager"]
        columns["manager_id"] = known.managers[named.lower()] if named else None
    return columns


def _refusal(record: AgreementRecord, row: Row | None, known: _Known) -> Reason | None:
    """Why a record cannot be taken."""
    if refusal := unfit(record.external_id):
        return refusal
    if record.legal_entity not in known.entities:
        return unknown("Юрлица", "legal entity", record.legal_entity)
    if record.seller not in known.sellers:
        return unknown("Продавца", "seller", record.seller)
    for key in record.price_lists or ():
        if key not in known.lists:
            return unknown("Прайс-листа", "price list", key)
    if record.manager and record.manager.lower() not in known.managers:
        return _no_manager(record.manager)
    # Another seller or legal entity is another agreement: orders under this one stay what they are.
    owners = (known.entities[record.legal_entity], known.sellers[record.seller])
    if row and (row.values["legal_entity_id"], row.values["seller_id"]) != owners:
        return moved("другое юрлицо или продавец", "legal entity or seller")
    if record.currency and (refusal := unfit_currency(record.currency)):
        return refusal
    return None if 0 <= (record.payment_days or 0) <= _LONGEST_TERM else _TERM


def _no_manager(named: str) -> Reason:
    return Reason(
        "erp.manager_unknown",
        f"Сотрудника «{named}» на портале нет: заведите его, или передайте запись без менеджера",
        f"The portal has no staff “{named}”: make an account, or send the record without a manager",
        {"manager": named},
    )


_TERM = Reason(
    "erp.payment_days",
    f"Отсрочка — число дней от 0 до {_LONGEST_TERM}",
    f"The payment term is a number of days from 0 to {_LONGEST_TERM}",
)
