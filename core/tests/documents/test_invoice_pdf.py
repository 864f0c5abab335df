import os
import re
import time
from decimal import Decimal

import psutil  # type: ignore[import-untyped]
import pytest
from msgspec.structs import replace

from fondaco.documents.render import RenderError, invoice_pdf
from fondaco.testing.papers import BUYER, PLAIN, SELLER
from fondaco.testing.pdf import pages_of, text_of
from fondaco_sdk.types.paper import Letterhead, Party, Place, PlacedBlock

from .samples import LETTERHEAD, invoice, line, lines, photo


def test_an_accountant_finds_everything() -> None:
    text = text_of(invoice_pdf(invoice(), LETTERHEAD, "ru"))
    for expected in (
        "Счёт на оплату № П-10042 от 22 ноября 2026 г.",
        "ПАО СБЕРБАНК, г. Москва",
        "БИК 044525225",
        "30101810400000000225",
        "40702810138250123017",
        "Получатель",
        "ИНН 7701234567, КПП 770101001",
        "Покупатель: Общество с ограниченной ответственностью «Агротехсервис», ИНН 3664123456",
        "Договор поставки № 118/26",
        "№ Артикул Товары (работы, услуги) Кол-во Ед. Скидка Цена со скидкой Сумма",
        "9 шт 7% 453,28 4 079,52",
        "Итого: 29 656,86",
        "В том числе НДС 22%: 5 347,95",
        "Всего к оплате: 29 656,86",
        "Всего наименований 3, на сумму 29 656,86 руб.",
        "Двадцать девять тысяч шестьсот пятьдесят шесть рублей 86 копеек",
        "Счёт действителен до 27 ноября 2026 г.",
        "Оплата в течение 5 банковских дней.",
        "Оплата по счёту № П-10042 от 22.11.2026, в т. ч. НДС 22%",
        "Оплата по QR-коду",
        "Руководитель Морозов А. В. Главный бухгалтер Лебедева Н. С.",
        "1 из 1",
    ):
        assert expected in text


def test_in_english_every_word_of_ours_is_english() -> None:
    english = Party(name="Acme Ltd", tax_id="7701234567", bank=SELLER.bank)
    rows = [line(1, name="Ball bearing", unit="pcs", sku="6205")]
    content = invoice(rows, seller=english, buyer=english, basis="", payment_terms="", number="7")
    text = text_of(invoice_pdf(replace(content, purpose="Invoice 7"), Letterhead(), "en"))
    # The bank in the seller's details keeps its Russian name.
    ours = text.replace("ПАО СБЕРБАНК, г. Москва", "")
    assert not re.findall("[а-яё]+", ours, re.IGNORECASE)
    assert "Invoice No. 7 of 22 November 2026" in text
    assert "Including VAT 22%: 735.65" in text
    assert "Four thousand seventy-nine roubles 52 kopecks" in text
    assert "1 of 1" in text


def test_several_rates_are_listed_and_shown_on_the_lines() -> None:
    rows = [
        line(1),
        line(2, vat_rate="10", vat_amount=Decimal("844.64")),
        line(3, vat_rate="novat", vat_amount=Decimal(0)),
    ]
    text = text_of(invoice_pdf(invoice(rows), PLAIN, "ru"))
    assert "В том числе НДС 22%: 735,65" in text
    assert "В том числе НДС 10%: 844,64" in text
    assert "708,10 Без НДС 16 286,30" in text


def test_without_vat_and_from_a_sole_trader() -> None:
    trader = replace(
        SELLER,
        name="ИП Петров П. П.",
        full_name="",
        tax_id="770123456789",
        kpp="",
        director="Петров П. П.",
        accountant="",
    )
    rows = lines(2, vat_rate="novat", vat_amount=Decimal(0), list_price=None, discount_percent=None)
    text = text_of(invoice_pdf(invoice(rows, seller=trader), PLAIN, "ru"))
    assert "Без НДС: —" in text
    assert "Индивидуальный предприниматель Петров П. П." in text
    assert "Главный бухгалтер" not in text
    assert "Скидка" not in text


def test_the_header_of_the_table_and_the_page_number_stand_on_every_page() -> None:
    pages = pages_of(invoice_pdf(invoice(lines(30)), LETTERHEAD, "ru"))
    assert len(pages) == 2
    for number, page in enumerate(pages, start=1):
        assert "№ Артикул Товары (работы, услуги)" in page
        assert f"{number} из 2" in page
    assert "Счёт № П-10042 от 22 ноября 2026 г." in pages[1]


@pytest.mark.parametrize("count", range(8, 22))
def test_nobody_signs_a_page_without_the_sum(count: int) -> None:
    pages = pages_of(invoice_pdf(invoice(lines(count)), LETTERHEAD, "ru"))
    (signed,) = [page for page in pages if "Руководитель" in page]
    assert "Всего к оплате" in signed


HOSTILE = [
    "#include",
    "$x$",
    "\\",
    "=cmd",
    "{{",
    "*b*",
    "_i_",
    "`raw`",
    "<label>",
    "@ref",
    "//c",
    "/*c*/",
    "#sys.inputs",
    "-- --- ...",
    "'q'",
    '"d"',
    "~",
    "A->B",
    "10x20",
    "https://e.io",
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_text_is_data(hostile: str) -> None:
    block = PlacedBlock(
        heading=f"h {hostile}", rows=[(f"l {hostile}", f"v {hostile}")], paragraphs=[f"p {hostile}"]
    )
    seller = replace(SELLER, full_name=f"s {hostile} end")
    content = invoice([line(1, name=f"n {hostile} end")], seller=seller)
    text = text_of(invoice_pdf(content, PLAIN, "ru", [block]))
    for printed in (
        f"n {hostile} end",
        f"s {hostile} end",
        f"h {hostile}",
        f"l {hostile}",
        f"v {hostile}",
        f"p {hostile}",
    ):
        assert printed in text


def test_blocks_of_plugins_stand_where_they_ask_to() -> None:
    blocks = [PlacedBlock(place=place, heading=f"Блок {place}") for place in Place]
    text = text_of(invoice_pdf(invoice(), PLAIN, "ru", blocks))
    order = [
        "Основание",
        "Блок parties",
        "Артикул",
        "Всего к оплате",
        "Блок terms",
        "Руководитель",
        "Блок end",
    ]
    positions = [text.index(found) for found in order]
    assert positions == sorted(positions)


def test_a_word_longer_than_its_column_breaks_and_loses_nothing() -> None:
    word = "ДЛИННОЕСЛОВО" * 10
    sku = "ABCDEFGH" * 6
    content = invoice([line(1, sku=sku, name=word)])
    printed = text_of(invoice_pdf(content, PLAIN, "ru")).replace(" ", "")
    assert word in printed
    assert sku in printed


def test_control_and_invisible_characters_vanish() -> None:
    content = invoice([line(1, name="Бо\u00adлт\tМ8\r\n\u202eх\u0000 30\ufeff и\u0306")])
    assert "Болт М8 х 30 й" in text_of(invoice_pdf(content, PLAIN, "ru"))


@pytest.mark.parametrize("name", ["Болт 🔩", "螺栓 M8", "Болт ก"])
def test_a_letter_that_the_font_lacks_is_an_error(name: str) -> None:
    with pytest.raises(RenderError, match=r"U\+") as caught:
        invoice_pdf(invoice([line(1, name=name)]), PLAIN, "ru")
    assert "нет знака U+" in caught.value.text("ru-RU")
    assert "has no glyph for U+" in caught.value.text("en")


def test_the_same_content_gives_the_same_bytes() -> None:
    first, second = (invoice_pdf(invoice(), LETTERHEAD, "ru") for _ in range(2))
    assert first == second


def test_a_seller_without_a_bank_and_a_wrong_account_are_errors() -> None:
    with pytest.raises(RenderError, match="no bank account"):
        invoice_pdf(invoice(seller=replace(SELLER, bank=None)), PLAIN, "ru")
    assert SELLER.bank
    bank = replace(SELLER.bank, account="123")
    with pytest.raises(RenderError, match="20 digits"):
        invoice_pdf(invoice(seller=replace(SELLER, bank=bank)), PLAIN, "ru")


def test_abroad_there_is_no_payment_code_and_the_tax_number_has_its_name() -> None:
    minsk = replace(SELLER, country="BY", tax_id="190000000", kpp="")
    text = text_of(invoice_pdf(invoice(seller=minsk, currency="BYN"), PLAIN, "ru"))
    assert "QR" not in text
    assert "УНП 190000000" in text
    assert "белорусских рублей 86 копеек" in text
    kazakh = replace(BUYER, country="KZ", tax_id="123456789012")
    assert "Налоговый номер 123456789012" in text_of(
        invoice_pdf(invoice(buyer=kazakh), PLAIN, "ru")
    )


@pytest.mark.parametrize("logo", [photo(), b"<svg xmlns='http://www.w3.org/2000/svg'/>"])
def test_logos(logo: bytes) -> None:
    assert invoice_pdf(invoice(), replace(LETTERHEAD, logo=logo), "ru").startswith(b"%PDF")


@pytest.mark.parametrize(
    "letterhead",
    [
        Letterhead(logo=b"no picture"),
        Letterhead(logo=b"<svg"),
        Letterhead(
            logo=b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>"
            b"<image href='/etc/hostname' width='9' height='9'/></svg>"
        ),
        Letterhead(colour="red"),
        Letterhead(colour='#fff") #panic("'),
    ],
)
def test_a_letterhead_that_cannot_be_printed_is_an_error(letterhead: Letterhead) -> None:
    with pytest.raises(RenderError):
        invoice_pdf(invoice(), letterhead, "ru")


def _rendered_in(number: int) -> float:
    started = time.perf_counter()
    invoice_pdf(invoice(lines(number)), LETTERHEAD, "ru")
    return time.perf_counter() - started


def test_500_lines_take_no_longer_than_ten_times_50_and_leave_no_memory_behind() -> None:
    process = psutil.Process(os.getpid())
    seconds, resident = [], []
    for number in range(6):
        content = invoice(lines(500), number=f"П-{number}")
        started = time.perf_counter()
        pdf = invoice_pdf(content, LETTERHEAD, "ru")
        seconds.append(time.perf_counter() - started)
        resident.append(process.memory_info().rss)
    pages = pages_of(pdf)
    assert "Всего наименований 500" in pages[-1]
    assert all("Артикул" in page for page in pages[:-1])
    assert min(seconds) < 10 * min(_rendered_in(50) for _ in range(5))
    assert resident[-1] - resident[1] < 100 * 1024 * 1024


def test_a_part_of_an_order_is_asked_for_and_the_lines_stay_whole() -> None:
    text = text_of(invoice_pdf(replace(invoice(), to_pay=Decimal("9656.86")), LETTERHEAD, "ru"))
    assert "Итого: 29 656,86" in text
    assert "Всего к оплате: 9 656,86" in text
    assert "Девять тысяч шестьсот пятьдесят шесть рублей 86 копеек" in text
