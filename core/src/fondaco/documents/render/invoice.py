"""Счёт на оплату: what goes where on the page, as texts for `layouts/invoice.typ`."""

from collections.abc import Sequence
from typing import NamedTuple

from fondaco.documents.content import BankAccount, Block, Invoice, Letterhead, Line, Party
from fondaco.documents.payment_qr import payment_qr_svg, payment_string
from fondaco.documents.render.checks import check_totals
from fondaco.documents.render.errors import RenderError
from fondaco.documents.render.figures import (
    NBSP,
    language,
    long_date,
    money,
    percent,
    quantity,
    with_currency,
)
from fondaco.documents.render.labels import LABELS, rate_text, tax_id_label
from fondaco.documents.render.parts import frame, placed, requisites, vat_rows
from fondaco.documents.render.pictures import logo
from fondaco.documents.render.text import fit, paragraphs
from fondaco.documents.render.typeset import typeset
from fondaco.documents.words import amount_in_words

# Longest words that their column can hold; anything longer may break.
_SKU_WORD, _NAME_WORD, _UNIT_WORD = 14, 26, 7


def invoice_pdf(
    content: Invoice, letterhead: Letterhead, locale: str, blocks: Sequence[Block] = ()
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
        "table": _table(content.lines, lang),
        "totals": [
            (words["subtotal"], money(content.total, lang)),
            *vat_rows(content.vat_totals, lang),
            (words["to_pay"], money(content.total, lang)),
        ],
        "count": words["count"].format(count=len(content.lines), total=_in_figures(content, lang)),
        "in_words": amount_in_words(content.total, content.currency, lang),
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


class _Column(NamedTuple):
    """Width in millimetres: as its longest text needs, within bounds; 0 to 0 takes the rest."""

    heading: str
    side: str
    texts: list[str]
    least: int = 0
    most: int = 0

    @property
    def width(self) -> int:
        longest = max(map(len, self.texts))
        return min(max(self.least, longest * 7 // 4 + 4), self.most)


def _table(lines: Sequence[Line], lang: str) -> dict[str, object]:
    columns = _columns(lines, lang)
    return {
        "columns": [(column.heading, column.width, column.side) for column in columns],
        "rows": list(zip(*(column.texts for column in columns), strict=True)),
    }


def _columns(lines: Sequence[Line], lang: str) -> list[_Column]:
    words = LABELS[lang]
    discounted = any(line.discount_percent for line in lines)
    several_rates = len({line.vat_rate for line in lines}) > 1
    price = words["discounted_price"] if discounted else words["price"]
    columns = [
        _Column("№", "center", [str(line.number) for line in lines], 8, 12),
        _Column(words["sku"], "left", [fit(line.sku, _SKU_WORD) for line in lines], 18, 31),
        _Column(words["item"], "left", [fit(line.name, _NAME_WORD) for line in lines]),
        _Column(
            words["quantity"], "right", [quantity(line.quantity, lang) for line in lines], 15, 24
        ),
        _Column(words["unit"], "left", [fit(line.unit, _UNIT_WORD) for line in lines], 10, 17),
    ]
    if discounted:
        texts = [_discount(line, lang) for line in lines]
        columns.append(_Column(words["discount"], "right", texts, 15, 17))
    columns.append(_Column(price, "right", [money(line.price, lang) for line in lines], 19, 30))
    if several_rates:
        texts = [rate_text(line.vat_rate, lang) for line in lines]
        columns.append(_Column(words["vat"], "right", texts, 12, 18))
    texts = [money(line.total, lang) for line in lines]
    return [*columns, _Column(words["sum"], "right", texts, 21, 32)]


def _discount(line: Line, lang: str) -> str:
    return percent(line.discount_percent, lang) if line.discount_percent else "—"


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
    if content.currency != "RUB" or content.seller.country != "RU":
        return ""
    purpose = content.purpose or LABELS["ru"]["invoice_short"].format(
        number=content.number, date=f"{content.date:%d.%m.%Y}"
    )
    payer = content.buyer.tax_id if content.buyer.country == "RU" else ""
    try:
        text = payment_string(content.seller, content.total, purpose, payer)
        return payment_qr_svg(text).decode()
    except ValueError as error:
        raise RenderError(
            f"Invoice {content.number} gets no payment code: {error}. Correct the details.",
            f"Для счёта {content.number} не получается платёжный QR-код: {error}."
            " Исправьте реквизиты.",
        ) from error
