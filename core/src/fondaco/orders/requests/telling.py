"""Who hears of a request and of its answer: the timeline, letters, the outbox, the audit."""

from collections.abc import Sequence
from datetime import date
from typing import Literal, TypeAlias

from msgspec import Struct

from fondaco.hooks.context import ActContext
from fondaco.orders.approval_letters import tell_buyer, tell_managers
from fondaco.orders.approvers import managers_of
from fondaco.orders.release import buyer_of
from fondaco.orders.requests.reading import ChangeRequest
from fondaco.orders.requests.rule import Line
from fondaco.orders.service import Orders, add_entry
from fondaco.web.format import day, quantity
from fondaco_sdk.events import LineWanted, OrderChangeAnsweredV1, OrderChangeRequestedV1
from fondaco_sdk.types.order import Order
from fondaco_sdk.types.reason import Reason

Outcome: TypeAlias = Literal["accepted", "refused", "withdrawn"]
MOST = 20
"""Lines that are named one by one."""


class Answered(Struct, frozen=True):
    """An answer; `wanted_on` is the day that the order has by it, None where that stays.

    `told`: the buyer has a letter already, of the lines that changed.
    """

    outcome: Outcome
    said: str = ""
    wanted_on: date | None = None
    told: bool = False


async def tell_asked(
    act: ActContext, order: Order, request: ChangeRequest, lines: Sequence[Line]
) -> None:
    """Staff are told by a letter, the ERP by the outbox."""
    said = wishes_in_words(act, request)
    await add_entry(act, order.id, "change.asked", said)
    await act.audit("order.change_ask", f"order:{order.number}", None, said.en, order.company_id)
    company = (await buyer_of(act, order.id)).customer.company_name
    people = await managers_of(act, order.company_id)
    await tell_managers(act, people, order, company, request.person or act.actor.name, said)
    products = {line.id: line.product_id for line in lines}
    await act.emit(
        OrderChangeRequestedV1(
            order_id=order.id,
            order_uuid=order.uuid,
            number=order.number,
            company_id=order.company_id,
            legal_entity_id=order.legal_entity_id,
            at=act.now,
            request_uuid=request.uuid,
            comment=request.comment,
            wanted_on=request.wanted_on,
            lines=tuple(
                LineWanted(one.line, products[one.line], one.before, one.wanted)
                for one in request.lines
            ),
        )
    )


async def tell_answered(
    act: ActContext, order: Order, request: ChangeRequest, answer: Answered
) -> None:
    """The buyer reads the answer in a letter, the ERP hears of it from the outbox."""
    who = act.actor.name
    ru, en = _SAID[answer.outcome]
    more = f". {answer.said}" if answer.said else ""
    said = Reason(f"change.{answer.outcome}", f"{ru}: {who}{more}", f"{en}: {who}{more}")
    await add_entry(act, order.id, f"change.{answer.outcome}", said)
    subject, before = f"order:{order.number}", {"request": str(request.uuid)}
    after = {"outcome": answer.outcome, "said": answer.said}
    await act.audit("order.change_answer", subject, before, after, order.company_id)
    if answer.outcome != "withdrawn" and not answer.told:
        now = (await Orders(act).orders([order.id], act.scope))[order.id]
        buyer = await buyer_of(act, order.id)
        locale = buyer.locale or act.hall.settings.site.locale
        kind: Literal["change_accepted", "change_refused"] = (
            "change_accepted" if answer.outcome == "accepted" else "change_refused"
        )
        await tell_buyer(act, kind, buyer, now, answer.said or _NO_WORDS.text(locale))
    if request.approval == "asked":
        return  # the ERP has never heard of it
    await act.emit(
        OrderChangeAnsweredV1(
            order_id=order.id,
            order_uuid=order.uuid,
            number=order.number,
            company_id=order.company_id,
            legal_entity_id=order.legal_entity_id,
            at=act.now,
            request_uuid=request.uuid,
            outcome=answer.outcome,
            said=answer.said,
            wanted_on=answer.wanted_on,
        )
    )


def wishes_in_words(act: ActContext, request: ChangeRequest) -> Reason:
    """What is asked for, a line each."""
    today = act.now.astimezone(act.zone).date()
    said: dict[str, list[str]] = {"ru": [], "en": []}
    for locale, parts in said.items():
        for one in request.lines[:MOST]:
            was = quantity(one.before, one.unit, locale)
            now = quantity(one.wanted, one.unit, locale)
            name = one.sku or one.name
            words = _LINE[locale] if one.wanted else _OFF[locale]
            parts.append(words.format(name=name, was=was, now=now))
        if (more := len(request.lines) - MOST) > 0:
            parts.append(_MORE[locale].format(n=more))
        if request.wanted_on is not None:
            parts.append(_DAY[locale].format(day=day(request.wanted_on, locale, today)))
        if request.comment:
            parts.append(request.comment)
    return Reason("change.asked", ";\n".join(said["ru"]), ";\n".join(said["en"]))


_LINE = {"ru": "{name}: {was} → {now}", "en": "{name}: {was} → {now}"}
_OFF = {"ru": "{name}: убрать, было {was}", "en": "{name}: take off, was {was}"}
_MORE = {"ru": "ещё строк: {n}", "en": "more lines: {n}"}
_DAY = {"ru": "отгрузить не раньше: {day}", "en": "not to be sent before {day}"}
_NO_WORDS = Reason("change.no_words", "Без примечаний", "Without remarks")
_SAID = {
    "accepted": ("Запрос на изменение принят", "The request for a change is accepted"),
    "refused": ("Запрос на изменение отклонён", "The request for a change is refused"),
    "withdrawn": ("Запрос на изменение отозван", "The request for a change is withdrawn"),
}
