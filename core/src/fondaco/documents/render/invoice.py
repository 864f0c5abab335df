"""Счёт на оплату: what goes where on the page, as texts for `layouts/invoice.typ`."""

from collections.abc import Sequence

from fondaco.documents.payment_qr import payment_qr_svg, payment_string
from fondaco.documents.render.checks import check_totals
from fondaco.documents.render.errors import RenderError
from fondaco.documents.render.figures import (
    NBSP,
    language,
    long_date,
    money,
    with_currency,
)
from fondaco.documents.render.invoice_table import invoice_table
from fondaco.documents.render.labels import LABELS, tax_id_label
from fondaco.documents.render.parts import frame, placed, requisites, vat_rows
from fondaco.documents.render.pictures import logo
from fondaco.documents.render.text import paragraphs
from fondaco.documents.render.typeset import typeset
from fondaco.documents.words import amount_in_words
from fondaco_sdk.types.paper import BankAccount, Invoice, Letterhead, Party, PlacedBlock


def invoice_pdf(
    content: Invoice, letterhead: Letterhead, locale: str, blocks: Sequence[PlacedBlock] = ()
) -> bytes:
    """The invoice as a PDF, A4, in Russian for "ru…" locales and in English for the others.

    A rouble invoice of a Russian seller carries a payment QR code.
    RenderError: totals that differ from the lines, no or wrong bank details, a glyph that the font
    lacks, a logo that is no picture.
    """
    check_totals(content)
    lang = language(locale)
    words = LABELS[lang]
    bank = _bank_of(content)
    stated = {"number": content.number, "date": long_date(content.date, lang)}
    texts = {
        **frame(letterhead, content.seller, lang),
        "title": words["invoice"].format(**stated),
        "running": words["invoice_short"].format(**stated),
        "author": content.seller.name,
        "bank": _bank_block(content, bank, lang),
        "parties": _parties(content, lang),
        "table": invoice_table(content.lines, lang),
        "totals": [
            (words["subtotal"], money(content.total, lang)),
            *vat_rows(content.vat_totals, lang),
            (words["to_pay"], money(content.due, lang)),
        ],
        "count": words["count"].format(count=len(content.lines), total=_in_figures(content, lang)),
        "in_words": amount_in_words(content.due, content.currency, lang),
        "terms": _terms(content, lang),
        "signatures": _signatures(content.seller, lang),
        "stamp": words["stamp"],
        "qr": words["qr"],
        "blocks": placed(blocks),
    }
    pictures = {"logo": logo(letterhead), "qr": _payment_code(content)}
    return typeset("invoice", texts, pictures, content.date)


def _in_figures(content: Invoice, lang: str) -> str:
    if (lang, content.currency) == ("ru", "RUB"):
        return f"{money(content.total, lang)}{NBSP}руб."
    return with_currency(content.total, content.currency, lang)


def _bank_of(content: Invoice) -> BankAccount:
    if content.seller.bank is None:
        raise RenderError(
            f"Invoice {content.number}: {content.seller.name} has no bank account to pay to."
            " Add one to the seller.",
            f"Счёт {content.number}: у продавца {content.seller.name} нет банковского счёта."
            " Добавьте его в карточку продавца.",
        )
    return content.seller.bank


def _bank_block(content: Invoice, bank: BankAccount, lang: str) -> dict[str, str]:
    words, seller = LABELS[lang], content.seller
    return {
        "name": ", ".join(part for part in (bank.bank_name, bank.city) if part),
        "name_label": words["bank"],
        "bic": bank.bic,
        "bic_label": words["bic"],
        "account_label": words["account"],
        "correspondent": bank.correspondent,
        "account": bank.account,
        "tax_id": f"{tax_id_label(seller, lang)} {seller.tax_id}",
        "kpp": f"{words['kpp']} {seller.kpp}" if seller.kpp else "",
        "payee": seller.full_name or seller.name,
        "payee_label": words["payee"],
        "purpose": content.purpose,
        "purpose_label": words["purpose"],
    }


def _parties(content: Invoice, lang: str) -> list[tuple[str, str]]:
    words = LABELS[lang]
    rows = [
        (words["seller"], requisites(content.seller, lang)),
        (words["buyer"], requisites(content.buyer, lang)),
    ]
    return [*rows, (words["basis"], content.basis)] if content.basis else rows


def _terms(content: Invoice, lang: str) -> list[str]:
    terms = paragraphs(content.payment_terms)
    if content.valid_until is None:
        return terms
    until = long_date(content.valid_until, lang)
    return [LABELS[lang]["valid_until"].format(date=until), *terms]


def _signatures(seller: Party, lang: str) -> list[tuple[str, str]]:
    words = LABELS[lang]
    if seller.sole_trader:
        return [(words["sole_trader"], seller.director or seller.name)]
    return [(words["director"], seller.director), (words["accountant"], seller.accountant)]


def _payment_code(content: Invoice) -> str:
    if content.currency != "RUB" or content.seller.country != "RU" or not content.due:
        return ""
    purpose = content.purpose or LABELS["ru"]["invoice_short"].format(
        number=content.number, date=f"{content.date:%d.%m.%Y}"
    )
    payer = content.buyer.tax_id if content.buyer.country == "RU" else ""
    try:
        text = payment_string(content.seller, content.due, purpose, payer)
        return payment_qr_svg(text).decode()
    except ValueError as error:
        raise RenderError(
            f"Invoice {content.number} gets no payment code: {error}. Correct the details.",
            f"Для счёта {content.number} не получается платёжный QR-код: {error}."
            " Исправьте реквизиты.",
        ) from error
