"""What the gallery shows: the same invented wholesaler in both languages."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from fondaco.web.format import money
from fondaco.web.shell import Acting, ActingOption, Brand, Cart, NavItem, Person, Shell

TODAY = date(2026, 11, 23)
ZONE = ZoneInfo("Europe/Moscow")

_WORDS = {
    "gallery": ("Галерея", "Gallery"),
    "catalogue": ("Каталог", "Catalogue"),
    "category": ("Подшипники и уплотнения", "Bearings and seals"),
    "download": ("Скачать КП", "Download quote"),
    "order": ("Оформить заказ", "Place order"),
    "info": (
        "Остатки по данным на 09:40: учётная система не отвечает, ждём её.",
        "Stock as of 09:40: the ERP does not answer, we are waiting for it.",
    ),
    "done": ("Заказ 2026-000417 принят, счёт отправлен на почту.", "Order 2026-000417 is placed."),
    "warning_title": ("С прошлого раза изменились 2 строки", "Two lines have changed since"),
    "warning": (
        "Подшипник 6205: было 412,00 ₽, стало 431,50 ₽. Примите новую цену или уберите строку.",
        "Bearing 6205: was 412.00, is 431.50. Accept the new price or remove the line.",
    ),
    "failed": (
        "Строка 14: файл ссылается на артикул ZZ-1, которого нет в каталоге. Исправьте артикул.",
        "Line 14: the file names ZZ-1, which is not in the catalogue. Correct the article.",
    ),
    "line": ("Строка 3, подшипник 6205", "Line 3, bearing 6205"),
    "unit": ("шт", "pcs"),
    "spark": ("Цена за полгода: от 9 до 41", "Price in half a year: from 9 to 41"),
    "progress": (
        "Разобрано 12 400 из 250 000, отказано 3",
        "Parsed 12,400 of 250,000, 3 refused",
    ),
    "inn": ("ИНН", "Tax number"),
    "inn_hint": ("10 цифр у организации, 12 у предпринимателя.", "10 or 12 digits."),
    "inn_error": ("ИНН: восемь цифр, нужно 10 или 12", "Tax number: 8 digits, 10 or 12 needed"),
    "phone": ("Телефон", "Phone"),
    "phone_error": ("Укажите телефон для водителя", "Give a phone number for the driver"),
    "payment": ("Оплата", "Payment"),
    "payment_hint": ("Отсрочка недоступна: просрочка 3 дня.", "No credit: 3 days overdue."),
    "comment": ("Комментарий", "Comment"),
    "comment_hint": ("Например, въезд со двора", "For example, entrance from the yard"),
    "partial": ("Отгружать частями", "Ship in parts"),
    "drop": ("Перетащите файл или выберите его", "Drop a file or choose one"),
    "drop_hint": ("xlsx, xls, ods или csv, до 5 МБ", "xlsx, xls, ods or csv, up to 5 MB"),
    "save": ("Сохранить", "Save"),
    "email": ("Почта", "E-mail"),
    "password": ("Пароль", "Password"),
    "empty_title": ("Списков пока нет", "No lists yet"),
    "empty_text": (
        "Сохраните часто заказываемые товары, чтобы повторять заказ одним нажатием.",
        "Keep what you order often, and order it again with one click.",
    ),
    "empty_action": ("Создать список", "Make a list"),
    "empty_sample": ("Образец файла", "Sample file"),
    "lines_caption": ("Строки корзины", "Lines of the cart"),
    "pager": ("1–12 из 1 240", "1–12 of 1,240"),
}


def _pick(locale: str, pair: tuple[str, str]) -> str:
    return pair[locale == "en"]


def sample(locale: str, rows: int = 12, tall: bool = False) -> SimpleNamespace:
    def say(ru: str, en: str) -> str:
        return _pick(locale, (ru, en))

    words = {key: _pick(locale, pair) for key, pair in _WORDS.items()}
    lines = [_row(number, locale) for number in range(rows)]
    return SimpleNamespace(
        **words,
        badges=(
            say("в резерве", "reserved"),
            say("в пути", "on its way"),
            say("отгружен", "shipped"),
            say("цена изменилась", "price changed"),
            say("отменён", "cancelled"),
        ),
        price=Decimal("1234567.8"),
        list_price=Decimal("1300000"),
        tomorrow=date(2026, 11, 24),
        later=date(2027, 1, 12),
        moment=datetime(2026, 11, 23, 6, 40, tzinfo=UTC),
        percent=Decimal("12.5"),
        count=Decimal("1250"),
        nothing=Decimal(0),
        payments=[("invoice", say("По счёту", "By invoice")), ("card", say("Картой", "By card"))],
        events=_events(say),
        head=SimpleNamespace(
            article=say("Артикул", "Article"),
            name=say("Название", "Name"),
            maker=say("Производитель", "Maker"),
            stock=say("Наличие", "Stock"),
            price=say("Цена, ₽", "Price, ₽"),
            quantity=say("Количество", "Quantity"),
            sum=say("Сумма, ₽", "Sum, ₽"),
            total=say("Итого, в том числе НДС 22 %", "Total, VAT 22% included"),
        ),
        rows=lines,
        tall=tall,
        total=sum(row.price * row.quantity for row in lines),
    )


def steps(locale: str) -> list[SimpleNamespace]:
    def step(ru: str, en: str, why: tuple[str, str], amount: str, lost: bool) -> SimpleNamespace:
        return SimpleNamespace(
            label=_pick(locale, (ru, en)),
            reason=_pick(locale, why),
            amount=Decimal(amount),
            lost=lost,
        )

    return [
        step("Прайс-лист", "List", ("«Опт 3», от 10 шт", "Wholesale 3, 10 and more"), "450", False),
        step("Договор", "Contract", ("скидка 5 % на группу", "5% on the group"), "427.5", False),
        step("Акция", "Promotion", ("до 30 ноября", "until 30 November"), "412", False),
        step("Статус", "Loyalty", ("акция выгоднее", "the promotion is better"), "418.95", True),
    ]


def shell(locale: str, theme: str, path: str, *, staff: bool = False, guest: bool = False) -> Shell:
    def say(ru: str, en: str) -> str:
        return _pick(locale, (ru, en))

    nav = (
        NavItem(href="/c", label=say("Каталог", "Catalogue"), icon="category", active=True),
        NavItem(href="/o", label=say("Заказы", "Orders"), icon="clipboard-list"),
        NavItem(href="/l", label=say("Списки", "Lists"), icon="list-details"),
        NavItem(href="/d", label=say("Документы", "Documents"), icon="file-text"),
        NavItem(href="/t", label=say("Обращения", "Tickets"), icon="message"),
    )
    outlets = (
        (say("ООО «Ромашка»", "Romashka LLC"), say("Склад в Туле", "Warehouse in Tula")),
        (say("ООО «Ромашка»", "Romashka LLC"), say("Магазин на Мира, 7", "Shop, Mira st. 7")),
        (say("ИП Иванов И. И.", "Ivanov, sole trader"), ""),
    )
    person = Person(name=say("Мария Котова", "Maria Kotova"), email="kotova@example.com")
    return Shell(
        site_name="Нордметиз" if locale == "ru" else "Nordmetiz",
        brand=Brand(name=say("Нордметиз", "Nordmetiz")),
        locale=locale,
        locales=("ru", "en"),
        path=path,
        today=TODAY,
        zone=ZONE,
        theme=theme,
        csrf_token="sample-token",
        person=None if guest else person,
        acting=Acting(
            company=say("Группа «Ромашка»", "Romashka Group"),
            legal_entity=outlets[0][0],
            outlet=outlets[0][1],
            entities=tuple(
                ActingOption(value=who, name=who, selected=who == outlets[0][0])
                for who in dict.fromkeys(who for who, _ in outlets)
            ),
            outlets=tuple(
                ActingOption(value=where, name=where, selected=where == outlets[0][1])
                for _, where in outlets
                if where
            ),
            on_behalf=staff,
        ),
        cart=Cart(lines=23, total=money(Decimal("1234567.8"), "RUB", locale)),
        notifications_url="/notifications",
        unread=3,
        nav=nav,
        staff=staff,
        seller=say("ООО «Нордметиз», ИНН 7707083893", "Nordmetiz LLC, tax number 7707083893"),
    )


def _row(number: int, locale: str) -> SimpleNamespace:
    names = (
        ("Подшипник шариковый 6205-2RS C3", "Ball bearing 6205-2RS C3"),
        ("Болт М10×40 DIN 933 оцинкованный", "Bolt M10×40 DIN 933, zinc plated"),
        (
            "Манжета армированная 2.2-40×62-10/8 с пыльником для редукторов и насосов, NBR 70,"
            " усиленная, в упаковке производителя",
            "Reinforced shaft seal 2.2-40×62-10/8 with dust lip for gearboxes and pumps, NBR 70,"
            " in the maker's packing",
        ),
    )
    price = Decimal("412.00") + number * Decimal("17.35")
    return SimpleNamespace(
        id=number,
        sku=("6205-2RS", "DIN933-10-40", "М-2240-62")[number % 3],
        name=_pick(locale, names[number % 3]),
        maker=("SKF", "Nordmetiz", "Corteco")[number % 3],
        stock=_pick(
            locale,
            (
                "128 в Москве, ещё 40 ко вт\u00a024\u00a0нояб.",
                "128 in Moscow, 40 more by Tue\u00a024\u00a0Nov",
            ),
        )
        if number % 4
        else "—",
        price=price,
        list_price=price + 20 if number % 3 == 0 else price,
        quantity=Decimal(24),
        step=Decimal(12),
        changed=number == 2,
        refused=number == 5,
    )


def _events(say: object) -> list[SimpleNamespace]:
    assert callable(say)
    moments = [datetime(2026, 11, day, 7, 15, tzinfo=UTC) for day in (20, 21, 23)]
    titles = [
        (say("Заказ оформлен", "Order placed"), "", "info"),
        (
            say("Подтверждён в 1С", "Confirmed by the ERP"),
            say("все строки", "all lines"),
            "success",
        ),
        (say("Недостача", "Shortage"), say("строка 5: 3 из 12 шт", "line 5: 3 of 12"), "warning"),
    ]
    return [
        SimpleNamespace(at=at, title=title, text=text, tone=tone, who=say("склад", "warehouse"))
        for at, (title, text, tone) in zip(moments, titles, strict=True)
    ]
