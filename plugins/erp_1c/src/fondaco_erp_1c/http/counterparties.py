"""Counterparties of 1C: the kernel takes them as companies with their legal entities.

CommerceML knows no companies above legal entities, so each counterparty is one of its own; the
kernel recognises those that registered before by their tax ids.
"""

import asyncio
import base64
import binascii
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco_erp_1c.commerceml.errors import SourceRefused
from fondaco_erp_1c.commerceml.stream import elements
from fondaco_erp_1c.commerceml.tree import (
    LOCAL,
    Element,
    child,
    children,
    parent_name,
    release,
    texts,
)
from fondaco_erp_1c.commerceml.values import clean, flag, ident
from fondaco_erp_1c.http.answers import refusal_text
from fondaco_sdk.context import Job

_COUNTRIES = {9: "BY", 10: "RU", 12: "RU"}

_DONE: TextClause = text(
    """
    update plugin_erp_1c.file set state = :state, refused = :refused, said = left(:said, 4000),
           at = clock_timestamp()
     where id = :id
    """
)


class TakePartners(Struct, frozen=True):
    """The payload of the task."""

    file_id: int
    path: str


async def take_partners(job: Job, payload: TakePartners) -> None:
    """Hand the counterparties of a file to the kernel; what came of them stands with the file."""
    try:
        found = await asyncio.to_thread(lambda: list(read_partners(Path(payload.path))))
    except SourceRefused as refused:
        await _end(job, payload, "failed", 0, refusal_text(refused))
        return
    except FileNotFoundError:
        await _end(job, payload, "failed", 0, "Файл потерян. Повторите обмен")
        return
    said_of: list[str] = []
    for name, records in (("companies", _companies(found)), ("legal_entities", _entities(found))):
        report = await job.receive(f"erp.{name}", records)
        said_of += [f"{one.reference}: {one.reason.ru}" for one in report.unmatched]
    await _end(job, payload, "done", len(said_of), "\n".join(dict.fromkeys(said_of)))


async def _end(job: Job, payload: TakePartners, state: str, refused: int, said: str) -> None:
    async with job.act() as act:
        values = {"id": payload.file_id, "state": state, "refused": refused, "said": said}
        await act.execute(_DONE, values)


class Partner(Struct, frozen=True):
    """A counterparty that buys."""

    id: str
    name: str
    full_name: str
    tax_id: str
    kpp: str
    address: str
    phone: str
    accounts: tuple[dict[str, str], ...]
    version: int


def read_partners(path: Path) -> Iterator[Partner]:
    """Those that buy and are not marked for deletion. Raises SourceRefused."""
    with path.open("rb") as source:
        for event, element in elements(source, ("Контрагент",)):
            if event == "end" and LOCAL[element.tag] == "Контрагент":
                if parent_name(element) != "Контрагенты":
                    continue
                partner = _partner(element)
                release(element)
                if partner is not None:
                    yield partner


def _partner(element: Element) -> Partner | None:
    known = {name: clean(value) for name, value in texts(element).items()}
    key = ident(known.get("Ид"))
    role = known.get("Роль", "").lower()
    if not key or flag(known.get("ПометкаУдаления")) or role not in ("", "покупатель"):
        return None
    name = known.get("Наименование", "")
    return Partner(
        key,
        name,
        known.get("ОфициальноеНаименование") or known.get("ПолноеНаименование", ""),
        known.get("ИНН", ""),
        known.get("КПП", ""),
        _address(element),
        _phone(element),
        tuple(_accounts(element)),
        _version(known.get("НомерВерсии", "")),
    )


def _address(element: Element) -> str:
    for name in ("АдресРегистрации", "ЮридическийАдрес", "Адрес"):
        home = child(element, name)
        if home is not None and (said := clean(texts(home).get("Представление"))):
            return said
    return ""


def _phone(element: Element) -> str:
    home = child(element, "Контакты")
    for one in children(home, "Контакт") if home is not None else ():
        known = texts(one)
        if clean(known.get("Тип")).replace(" ", "").lower().startswith("телефон"):
            return clean(known.get("Значение") or known.get("Представление"))
    return ""


def _accounts(element: Element) -> Iterator[dict[str, str]]:
    home = child(element, "РасчетныеСчета")
    for one in children(home, "РасчетныйСчет") if home is not None else ():
        bank = child(one, "Банк")
        known = texts(bank) if bank is not None else {}
        account, bic = clean(texts(one).get("НомерСчета")), clean(known.get("БИК"))
        if account and bic:
            yield {
                "account": account,
                "bic": bic,
                "bank_name": clean(known.get("Наименование")),
                "correspondent": clean(known.get("СчетКорреспондентский")),
            }


def _version(written: str) -> int:
    """A row's version in 1C as a number that grows; 0 where there is none, or one of no use."""
    try:
        found = int.from_bytes(base64.b64decode(written, validate=True), "big")
    except (binascii.Error, ValueError):
        return 0
    return found if found < 1 << 63 else 0


def _country(partner: Partner) -> str:
    return _COUNTRIES.get(len(partner.tax_id), "RU")


def _companies(found: Sequence[Partner]) -> Iterator[dict[str, Any]]:
    for one in found:
        yield {
            "external_id": one.id,
            "name": one.name,
            "country": _country(one),
            "tax_id": one.tax_id,
            "kpp": one.kpp,
            "version": one.version,
            **({"phone": one.phone} if one.phone else {}),
        }


def _entities(found: Sequence[Partner]) -> Iterator[dict[str, Any]]:
    for one in found:
        said = {
            "full_name": one.full_name,
            "tax_id": one.tax_id,
            "kpp": one.kpp,
            "address": one.address,
            "accounts": one.accounts,
        }
        yield {
            "external_id": one.id,
            "company": one.id,
            "name": one.name,
            "country": _country(one),
            "version": one.version,
            # What 1C leaves out is unknown to it, and stays.
            **{name: value for name, value in said.items() if value},
        }
