"""Акт сверки взаимных расчётов: our half filled, the buyer's half to be filled by the buyer."""

from decimal import Decimal
from typing import cast

from fondaco_documents_ru import parts
from fondaco_documents_ru.parts import TYPST, day
from fondaco_sdk.providers.layout import Form, FormColumn, Paper, Press
from fondaco_sdk.types.paper import KOPECK, Party, Statement


class ReconciliationLayout:
    """Draws reconciliation acts (implements `Layout`)."""

    def draw(self, paper: Paper, press: Press) -> bytes:
        """PDF or xlsx."""
        statement = cast("Statement", paper.content)
        if paper.format == "xlsx":
            return press.workbook(_form(statement, press))
        texts = act_texts(paper, statement, press)
        tagged = len(statement.entries) <= parts.MOST_TAGGED
        file, seller, day_ = TYPST / "reconciliation.typ", statement.seller, statement.date
        return press.typeset(file, texts, seller, day_, tagged=tagged)


def act_texts(paper: Paper, statement: Statement, press: Press) -> dict[str, object]:
    """Everything that the act prints."""
    seller, buyer = statement.seller, statement.buyer
    title = f"Акт сверки № {statement.number} от {press.long_day(statement.date)}"
    correction = (
        f"Исправление № {paper.version - 1} от {day(paper.corrected_on)}"
        if paper.corrected_on
        else ""
    )
    return {
        "title": title,
        "running": title,
        "author": seller.name,
        "correction": correction,
        "lead": lead(statement),
        "halves": [
            f"По данным {one.name}, {parts.unit(statement.currency)}" for one in (seller, buyer)
        ],
        "headings": ["Дата", "Документ", "Дебет", "Кредит"],
        "opening": ["Сальдо начальное", *_sides(statement.opening, press)],
        "rows": [
            [
                day(entry.date),
                press.fit(entry.text, 18),
                press.money(entry.debit) if entry.debit else "",
                press.money(entry.credit) if entry.credit else "",
            ]
            for entry in statement.entries
        ],
        "turnover": [
            "Обороты за период",
            press.money(statement.debit),
            press.money(statement.credit),
        ],
        "closing": ["Сальдо конечное", *_sides(statement.closing, press)],
        "verdict": verdict(statement, press),
        "signatures": [_signature(seller), _signature(buyer)],
        "requisites": [parts.requisites(seller), parts.requisites(buyer)],
    }


def lead(statement: Statement) -> str:
    """The sentence above the table."""
    basis = f" Основание: {statement.basis}." if statement.basis else ""
    return (
        f"Стороны: {parts.full_name(statement.seller)} и {parts.full_name(statement.buyer)}.{basis}"
        " Составили настоящий акт о том, что состояние взаимных расчётов за период"
        f" с {day(statement.since)} по {day(statement.until)} по данным учёта следующее:"
    )


def verdict(statement: Statement, press: Press) -> str:
    """Who owes whom how much at the end, in figures and in words."""
    closing, until = statement.closing, day(statement.until)
    if not closing:
        return f"На {until} задолженность отсутствует."
    creditor = statement.seller if closing > 0 else statement.buyer
    amount = abs(closing).quantize(KOPECK)
    words = press.amount_in_words(amount, statement.currency)
    return (
        f"На {until} задолженность в пользу {creditor.name} составляет"
        f" {press.money(amount)} {parts.unit(statement.currency)} ({words})."
    )


def _sides(balance: Decimal, press: Press) -> list[str]:
    """What the buyer owes stands in the debit, what the seller owes in the credit."""
    return [
        press.money(balance) if balance > 0 else "",
        press.money(-balance) if balance < 0 else "",
    ]


def _signature(party: Party) -> list[str]:
    office, name = parts.signer(party)
    return [f"От {party.name}", office, name]


def _form(statement: Statement, press: Press) -> Form:
    opening, closing = statement.opening, statement.closing
    zero = Decimal(0)
    return Form(
        title=f"Акт сверки № {statement.number} от {day(statement.date)}",
        head=[
            ("Период", f"{day(statement.since)} – {day(statement.until)}"),
            ("Поставщик", parts.requisites(statement.seller)),
            ("Покупатель", parts.requisites(statement.buyer)),
            *([("Основание", statement.basis)] if statement.basis else []),
            ("Валюта", parts.currency(statement.currency)),
        ],
        columns=[
            FormColumn("Дата", 12),
            FormColumn("Документ", 46, "wrapped"),
            FormColumn("Дебет", 16, "money"),
            FormColumn("Кредит", 16, "money"),
            FormColumn("Дата (покупатель)", 12),
            FormColumn("Документ (покупатель)", 46, "wrapped"),
            FormColumn("Дебет (покупатель)", 16, "money"),
            FormColumn("Кредит (покупатель)", 16, "money"),
        ],
        rows=[
            ["", "Сальдо начальное", max(opening, zero), max(-opening, zero), *_empty()],
            *(
                [day(entry.date), entry.text, entry.debit or None, entry.credit or None, *_empty()]
                for entry in statement.entries
            ),
        ],
        totals=[
            ["", "Обороты за период", statement.debit, statement.credit, *_empty()],
            ["", "Сальдо конечное", max(closing, zero), max(-closing, zero), *_empty()],
        ],
        notes=[verdict(statement, press)],
    )


def _empty() -> list[None]:
    return [None] * 4
