from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from msgspec.structs import replace
from pypdf import PdfReader

from fondaco.documents.render import RenderError, quote_pdf
from fondaco.testing.papers import BUYER, SELLER
from fondaco.testing.pdf import pages_of, text_of
from fondaco_sdk.types.paper import Origin, PlacedBlock

from .samples import LETTERHEAD, line, lines, photo, quote


def test_an_offer_says_what_when_and_how_much_is_saved() -> None:
    text = text_of(quote_pdf(quote(), LETTERHEAD, "ru"))
    for expected in (
        "Коммерческое предложение",
        "№ КП-128 от 22 ноября 2026 г.",
        "29 656,86 ₽",
        "Ваша экономия, 7% 2 232,34 ₽",
        "Действует до 29 ноября 2026 г.",
        "ООО «Агротехсервис»",
        "Ирина Соколова",
        "i.sokolova@example.com",
        "6205-2RS C3",
        "12 шт в Москве, ещё 40 к вт 24 ноября",
        "отгрузка пн 23 ноября",
        "487,40 −7%",
        "НДС 22%",
        "По прайсу 31 889,20",
        "Ваша экономия −2 232,34",
        "В том числе НДС 22% 5 347,95",
        "Цены указаны в ₽, включая НДС.",
        "До Воронежа 2–3 дня, 4 120,00 ₽.",
        "Отсрочка 21 календарный день с даты отгрузки.",
        "не является публичной офертой",
        "1 из 1",
    ):
        assert expected in text


def test_what_is_not_there_is_not_mentioned() -> None:
    plain = lines(
        2,
        list_price=None,
        discount_percent=None,
        availability="",
        promised="",
        vat_rate="novat",
        vat_amount=Decimal(0),
    )
    content = quote(plain, delivery_terms="", payment_terms="", public_offer=True)
    text = text_of(quote_pdf(content, LETTERHEAD, "ru"))
    for absent in ("экономия", "прайсу", "Доставка", "Оплата", "оферт", "включая НДС"):
        assert absent not in text
    assert "НДС не облагаются" in text


def test_in_english() -> None:
    rows = [line(1, name="Ball bearing", unit="pcs", availability="128 in Moscow", promised="")]
    content = quote(rows, currency="USD", valid_until=date(2026, 12, 3))
    text = text_of(quote_pdf(content, LETTERHEAD, "en-US"))
    for expected in (
        "Quote No. КП-128 of 22 November 2026",
        "You save, 7%",
        "$4,079.52",
        "Valid until 3 December 2026",
        "Prices in $, VAT included.",
        "1 of 1",
        "is not a public offer",
    ):
        assert expected in text


def test_the_header_of_the_table_stands_on_every_page() -> None:
    pages = pages_of(quote_pdf(quote(lines(60)), LETTERHEAD, "ru"))
    assert len(pages) > 3
    assert all("Товар Кол-во Цена Сумма" in page for page in pages[:-1])
    assert all(f"{number} из {len(pages)}" in page for number, page in enumerate(pages, 1))


def test_photos_are_drawn_and_a_broken_one_leaves_its_place_empty() -> None:
    rows = [line(1, image=photo("crimson")), line(2), line(3, image=b"\x89PNG broken")]
    pdf = quote_pdf(quote(rows), LETTERHEAD, "ru")
    (page,) = PdfReader(BytesIO(pdf)).pages
    assert len(page.images) == 1
    assert "Рукав высокого давления" in page.extract_text()


def test_a_block_of_a_plugin_and_hostile_texts() -> None:
    hostile = "#include $x$ \\ =cmd {{ *b* <l> @r"
    block = PlacedBlock(heading="Бонусы", rows=[("Начислим", "1 240")], paragraphs=[hostile])
    content = quote(
        [line(1, name=hostile)], buyer=replace(BUYER, name=hostile), delivery_terms=hostile
    )
    text = text_of(quote_pdf(content, LETTERHEAD, "ru", [block]))
    assert text.count(hostile) == 4
    assert "Начислим 1 240" in text


@pytest.mark.parametrize("colour", ["#000000", "#ffffff", "#ffd400", "#E63946"])
def test_any_brand_colour_can_be_printed(colour: str) -> None:
    letterhead = replace(LETTERHEAD, colour=colour, logo=None)
    assert "Северный подшипник" in text_of(quote_pdf(quote(), letterhead, "ru"))


def test_a_missing_glyph_is_an_error() -> None:
    with pytest.raises(RenderError, match=r"U\+1F525"):
        quote_pdf(quote(seller=replace(SELLER, name="Огонь 🔥")), LETTERHEAD, "ru")


def test_the_way_to_each_price_is_an_appendix_where_there_is_something_to_tell() -> None:
    listed = Origin("Прайс-лист «Оптовая»", unit_price=Decimal("487.40"))
    plain = quote_pdf(quote([line(1, origins=[listed]), line(2)]), LETTERHEAD, "ru")
    assert "Как получены цены" not in text_of(plain)
    origins = [
        listed,
        Origin("Скидка по договору, бренд «FAG»: −7 %", unit_price=Decimal("453.28")),
        Origin("Акция «Осень»: −100,00 ₽ на заказ", off_sum=Decimal("33.34")),
    ]
    pages = pages_of(quote_pdf(quote([line(1, origins=origins), line(2)]), LETTERHEAD, "ru"))
    assert "Скидка по договору" not in pages[0]
    for expected in (
        "Как получены цены",
        "Прайс-лист «Оптовая» 487,40",
        "Скидка по договору, бренд «FAG»: −7 % 453,28",
        "Акция «Осень»: −100,00 ₽ на заказ −33,34",
    ):
        assert expected in pages[-1]
    many = quote([line(n, origins=origins) for n in range(1, 41)])
    assert len(pages_of(quote_pdf(many, LETTERHEAD, "ru"))) > 4
