"""Pieces that several documents share, as the plain texts that a layout places."""

from collections.abc import Sequence
from decimal import Decimal

from fondaco.documents.render.brand import inks
from fondaco.documents.render.figures import money, unbroken
from fondaco.documents.render.labels import LABELS, rate_text, tax_id_label
from fondaco.documents.render.text import paragraphs
from fondaco_sdk.types.paper import NO_VAT, Letterhead, Party, Place, PlacedBlock, VatTotal


def frame(letterhead: Letterhead, seller: Party, lang: str) -> dict[str, object]:
    """What every page needs: language, colours, the page number's pattern, the sender."""
    return {
        "lang": lang,
        "inks": inks(letterhead),
        "page": LABELS[lang]["page"],
        "sender": {
            "name": letterhead.site_name or seller.name,
            "address": seller.address,
            "phone": unbroken(seller.phone),
        },
    }


def requisites(party: Party, lang: str) -> str:
    """A party in one sentence: name, tax numbers, address, telephone."""
    words = LABELS[lang]
    parts = [
        party.full_name or party.name,
        unbroken(f"{tax_id_label(party, lang)} {party.tax_id}"),
        unbroken(f"{words['kpp']} {party.kpp}") if party.kpp else "",
        party.address,
        unbroken(f"{words['phone']} {party.phone}") if party.phone else "",
    ]
    return ", ".join(part for part in parts if part)


def vat_amounts(totals: Sequence[VatTotal], lang: str) -> list[tuple[str, Decimal | None]]:
    """Under a total: a label and amount per taxed rate, or the one label that there is no VAT."""
    words = LABELS[lang]
    taxed = [vat for vat in totals if vat.rate != NO_VAT]
    if not taxed:
        return [(words["no_vat"], None)]
    return [
        (words["vat_included"].format(rate=rate_text(vat.rate, lang)), vat.amount) for vat in taxed
    ]


def vat_rows(totals: Sequence[VatTotal], lang: str) -> list[tuple[str, str]]:
    """`vat_amounts` as they are printed."""
    return [
        (label, "—" if amount is None else money(amount, lang))
        for label, amount in vat_amounts(totals, lang)
    ]


def placed(blocks: Sequence[PlacedBlock]) -> dict[str, list[dict[str, object]]]:
    """The blocks by the place where the layout puts them."""
    return {
        place.value: [
            {
                "heading": block.heading,
                "rows": [list(row) for row in block.rows],
                "paragraphs": [line for text in block.paragraphs for line in paragraphs(text)],
            }
            for block in blocks
            if block.place == place
        ]
        for place in Place
    }
