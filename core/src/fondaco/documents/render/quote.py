"""Коммерческое предложение: what goes where on the page, as texts for `layouts/quote.typ`."""

from collections.abc import Sequence
from decimal import Decimal

from fondaco.documents.render.checks import check_totals
from fondaco.documents.render.figures import (
    currency_sign,
    language,
    long_date,
    money,
    percent,
    quantity,
    with_currency,
)
from fondaco.documents.render.labels import LABELS, instead_of, tax_id_label, vat_text
from fondaco.documents.render.origins import origins_texts
from fondaco.documents.render.parts import frame, placed, vat_rows
from fondaco.documents.render.pictures import logo, thumbnail
from fondaco.documents.render.text import fit, paragraphs
from fondaco.documents.render.typeset import typeset
from fondaco_sdk.types.paper import (
    NO_VAT,
    Letterhead,
    Line,
    PlacedBlock,
    Quote,
    headings_of,
    total_of,
)

# Longest words that their column can hold; anything longer may break.
_NAME_WORD, _UNIT_WORD = 30, 8


def quote_pdf(
    content: Quote, letterhead: Letterhead, locale: str, blocks: Sequence[PlacedBlock] = ()
) -> bytes:
    """The quote as a PDF, A4, in Russian for "ru…" locales and in English for the others.

    RenderError: totals that differ from the lines, a glyph that the font lacks, a logo that is no
    picture. A product's picture that cannot be read leaves its place empty.
    """
    check_totals(content)
    texts = quote_texts(content, letterhead, language(locale), blocks)
    return typeset("quote", texts, {"logo": logo(letterhead), **_photos(content)}, content.date)


def quote_texts(
    content: Quote, letterhead: Letterhead, lang: str, blocks: Sequence[PlacedBlock]
) -> dict[str, object]:
    """Everything that the layout prints."""
    words = LABELS[lang]
    stated = {"number": content.number, "date": long_date(content.date, lang)}
    title = words["quote_short"].format(**stated)
    headings = ("number_sign", "product", "quantity", "price", "sum")
    return {
        **frame(letterhead, content.seller, lang),
        "title": title,
        "running": title,
        "author": content.seller.name,
        "kind": words["quote"],
        "number": words["quote_number"].format(**stated),
        "figures": _figures(content, lang),
        "cards": [_buyer_card(content, lang), _manager_card(content, lang)],
        "headings": [words[name] for name in headings],
        "rows": [
            {**_row(line, lang), "heading": heading}
            for line, heading in zip(content.lines, headings_of(content.lines), strict=True)
        ],
        "totals": _totals(content, lang),
        "note": price_note(content, lang),
        "terms": quote_terms(content, lang),
        "origins": origins_texts(content.lines, lang),
        "legal": [] if content.public_offer else [words["not_offer"]],
        "blocks": placed(blocks),
    }


def price_note(content: Quote, lang: str) -> str:
    """In which currency the prices are, and whether VAT is in them."""
    taxed = any(vat.rate != NO_VAT for vat in content.vat_totals)
    name = "prices_with_vat" if taxed else "prices_no_vat"
    return LABELS[lang][name].format(currency=currency_sign(content.currency, lang))


def quote_terms(content: Quote, lang: str) -> list[tuple[str, list[str]]]:
    """Delivery and payment, as (heading, paragraphs), as far as they are known."""
    terms = [("delivery", content.delivery_terms), ("payment", content.payment_terms)]
    return [(LABELS[lang][name], paragraphs(text)) for name, text in terms if paragraphs(text)]


def _figures(content: Quote, lang: str) -> list[tuple[str, str]]:
    words = LABELS[lang]
    figures = [(words["quote_total"], with_currency(content.total, content.currency, lang))]
    if content.saving:
        saving = with_currency(content.saving, content.currency, lang)
        figures.append((_saving_label(content, lang), saving))
    return [*figures, (words["quote_valid_until"], long_date(content.valid_until, lang))]


def _saving_label(content: Quote, lang: str) -> str:
    label = LABELS[lang]["saving"]
    share = (content.saving * 100 / (content.total + content.saving)).quantize(Decimal("0.1"))
    return f"{label}, {percent(share, lang)}" if share >= 1 else label


def _buyer_card(content: Quote, lang: str) -> dict[str, object]:
    buyer = content.buyer
    tax = f"{tax_id_label(buyer, lang)} {buyer.tax_id}" if buyer.tax_id else ""
    details = [part for part in (tax, buyer.address, buyer.phone) if part]
    return {"label": LABELS[lang]["buyer"], "name": buyer.name, "details": details}


def _manager_card(content: Quote, lang: str) -> dict[str, object]:
    manager = content.manager
    details = [part for part in (manager.position, manager.phone, manager.email) if part]
    return {"label": LABELS[lang]["manager"], "name": manager.name, "details": details}


def _row(line: Line, lang: str) -> dict[str, str]:
    return {
        "number": str(line.number),
        "sku": fit(line.sku, _NAME_WORD),
        "name": fit(line.name, _NAME_WORD),
        "supply": " · ".join(part for part in _beside(line, lang) if part),
        "quantity": quantity(line.quantity, lang),
        "unit": fit(line.unit, _UNIT_WORD),
        "price": money(line.price, lang),
        "total": money(line.total, lang),
        "vat": vat_text(line.vat_rate, lang),
        "photo": f"photo-{line.number}",
        **_reduction(line, lang),
    }


def _beside(line: Line, lang: str) -> tuple[str, ...]:
    return fit(instead_of(line, lang), _NAME_WORD), line.availability, line.promised


def _reduction(line: Line, lang: str) -> dict[str, str]:
    if line.list_price is None or line.list_price <= line.price:
        return {"list_price": "", "discount": ""}
    discount = line.discount_percent
    return {
        "list_price": money(line.list_price, lang),
        "discount": percent(-discount, lang) if discount else "",
    }


def _totals(content: Quote, lang: str) -> list[tuple[str, str, str]]:
    """The rows under the table as (label, value, weight); the weight is "total" or "plain"."""
    words = LABELS[lang]
    rows = []
    if content.saving:
        listed = total_of(content.lines) + content.saving
        rows.append((words["list_total"], money(listed, lang), "plain"))
        rows.append((words["saving"], money(-content.saving, lang), "plain"))
    total = with_currency(content.total, content.currency, lang)
    rows.append((words["quote_total"], total, "total"))
    vat = [(label, amount, "plain") for label, amount in vat_rows(content.vat_totals, lang)]
    return [*rows, *vat]


def _photos(content: Quote) -> dict[str, str]:
    return {
        f"photo-{line.number}": thumbnail(line.image)
        for line in content.lines
        if line.image is not None
    }
