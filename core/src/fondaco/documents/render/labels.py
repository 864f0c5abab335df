"""The words of the layouts, in Russian and English; the layouts themselves have none."""

from collections.abc import Mapping

from fondaco_sdk.types.paper import NO_VAT, Line, Party

LABELS: Mapping[str, Mapping[str, str]] = {
    "ru": {
        "account": "Сч. №",
        "accountant": "Главный бухгалтер",
        "availability": "Наличие",
        "bank": "Банк получателя",
        "basis": "Основание",
        "bic": "БИК",
        "buyer": "Покупатель",
        "company_id": "ИНН",
        "count": "Всего наименований {count}, на сумму {total}",
        "delivery": "Доставка",
        "director": "Руководитель",
        "discount": "Скидка",
        "discounted_price": "Цена со скидкой",
        "explanation": "Пояснение",
        "file": "Файл",
        "invoice": "Счёт на оплату № {number} от {date}",
        "invoice_short": "Счёт № {number} от {date}",
        "item": "Товары (работы, услуги)",
        "kpp": "КПП",
        "list_price": "Цена по прайсу",
        "list_total": "По прайсу",
        "manager": "Ваш менеджер",
        "no_vat": "Без НДС",
        "not_offer": "Предложение носит информационный характер и не является публичной офертой"
        " (ст. 437 ГК РФ).",
        "number_sign": "№",
        "origins": "Как получены цены",
        "origins_note": "После каждого шага — цена единицы. Скидка на заказ — сумма по строке.",
        "page": "{page} из {pages}",
        "payee": "Получатель",
        "payment": "Оплата",
        "phone": "тел.",
        "price": "Цена",
        "prices_no_vat": "Цены указаны в {currency}, НДС не облагаются.",
        "prices_with_vat": "Цены указаны в {currency}, включая НДС.",
        "product": "Товар",
        "promised": "Срок",
        "outlet": "Торговая точка",
        "address": "Адрес",
        "purpose": "Назначение платежа",
        "qr": "Оплата по QR-коду",
        "quantity": "Кол-во",
        "quote": "Коммерческое предложение",
        "quote_number": "№ {number} от {date}",
        "quote_short": "Коммерческое предложение № {number} от {date}",
        "reference": "Обозначение",
        "result": "Итог",
        "replaced": "Вместо",
        "instead_of": "вместо {what}",
        "row": "Строка",
        "saving": "Ваша экономия",
        "seller": "Поставщик",
        "quote_total": "Сумма предложения",
        "sku": "Артикул",
        "sole_trader": "Индивидуальный предприниматель",
        "stamp": "М. П.",
        "subtotal": "Итого",
        "sum": "Сумма",
        "tax_id": "Налоговый номер",
        "to_pay": "Всего к оплате",
        "unit": "Ед.",
        "multiple": "Кратность",
        "unp": "УНП",
        "valid_until": "Счёт действителен до {date}",
        "quote_valid_until": "Действует до",
        "vat": "НДС",
        "vat_sum": "Сумма НДС",
        "vat_included": "В том числе НДС {rate}",
        "vat_short": "НДС {rate}",
    },
    "en": {
        "account": "Acc. No.",
        "accountant": "Chief accountant",
        "availability": "Availability",
        "bank": "Beneficiary's bank",
        "basis": "Basis",
        "bic": "BIC",
        "buyer": "Buyer",
        "company_id": "INN",
        "count": "Lines: {count}, amounting to {total}",
        "delivery": "Delivery",
        "director": "Director",
        "discount": "Discount",
        "discounted_price": "Price after discount",
        "explanation": "Explanation",
        "file": "File",
        "invoice": "Invoice No. {number} of {date}",
        "invoice_short": "Invoice No. {number} of {date}",
        "item": "Goods (works, services)",
        "kpp": "KPP",
        "list_price": "List price",
        "list_total": "At list price",
        "manager": "Your manager",
        "no_vat": "No VAT",
        "not_offer": "This quote is for information and is not a public offer.",
        "number_sign": "No.",
        "origins": "How the prices came about",
        "origins_note": "After each step, the price of a unit. An order discount is a line’s sum.",
        "page": "{page} of {pages}",
        "payee": "Beneficiary",
        "payment": "Payment",
        "phone": "tel.",
        "price": "Price",
        "prices_no_vat": "Prices in {currency}, not subject to VAT.",
        "prices_with_vat": "Prices in {currency}, VAT included.",
        "product": "Product",
        "promised": "Date",
        "outlet": "Outlet",
        "address": "Address",
        "purpose": "Payment details",
        "qr": "Pay by QR code",
        "quantity": "Qty",
        "quote": "Quote",
        "quote_number": "No. {number} of {date}",
        "quote_short": "Quote No. {number} of {date}",
        "reference": "Reference",
        "result": "Result",
        "replaced": "Instead of",
        "instead_of": "instead of {what}",
        "row": "Row",
        "saving": "You save",
        "seller": "Seller",
        "quote_total": "Quote total",
        "sku": "Article",
        "sole_trader": "Sole trader",
        "stamp": "Stamp",
        "subtotal": "Subtotal",
        "sum": "Amount",
        "tax_id": "Tax ID",
        "to_pay": "Total to pay",
        "unit": "Unit",
        "multiple": "Multiple",
        "unp": "UNP",
        "valid_until": "The invoice is valid until {date}",
        "quote_valid_until": "Valid until",
        "vat": "VAT",
        "vat_sum": "VAT amount",
        "vat_included": "Including VAT {rate}",
        "vat_short": "VAT {rate}",
    },
}
_TAX_ID = {"RU": "company_id", "BY": "unp"}


def instead_of(line: Line, lang: str) -> str:
    """«вместо A-1», or "" where nothing was replaced."""
    return LABELS[lang]["instead_of"].format(what=line.replaced) if line.replaced else ""


def tax_id_label(party: Party, lang: str) -> str:
    """What the tax number is called in the party's country."""
    return LABELS[lang][_TAX_ID.get(party.country, "tax_id")]


def rate_text(rate: str, lang: str) -> str:
    """A VAT code for the reader: `22%`, `Без НДС`."""
    if rate == NO_VAT:
        return LABELS[lang]["no_vat"]
    return f"{rate}%" if rate.isdigit() else rate


def vat_text(rate: str, lang: str) -> str:
    """A VAT code with the name of the tax: `НДС 22%`, `Без НДС`."""
    text = rate_text(rate, lang)
    return text if rate == NO_VAT else LABELS[lang]["vat_short"].format(rate=text)
