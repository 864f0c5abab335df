"""The demo wholesaler and its three customers. All are invented.

The numbers have valid check digits, but belong to tax offices (98), a bank branch (99) and a
Belarusian series that do not exist, so they are nobody's.
"""

import datetime

from msgspec import Struct

from fondaco.demo.ids import guid
from fondaco.demo.prices import DEALER, EXPORT, RETAIL, WHOLESALE, PriceType
from fondaco_sdk.types.paper import BankAccount


class DemoLegalEntity(Struct, frozen=True, kw_only=True):
    """`country` is ISO 3166 alpha-2; `tax_id` is the INN or the UNP; `kpp` and `ogrn` may be ""."""

    external_id: str
    name: str
    full_name: str
    tax_id: str
    address: str
    country: str = "RU"
    kpp: str = ""
    ogrn: str = ""


class DemoSeller(DemoLegalEntity, frozen=True, kw_only=True):
    """The wholesaler's own legal entity; it pays VAT. `bank` is its ruble account."""

    phone: str
    director: str
    accountant: str
    bank: BankAccount


class DemoUser(Struct, frozen=True, kw_only=True):
    """`roles` are the kernel's: buyer, approver, accountant, manager, site_admin, ..."""

    name: str
    email: str
    roles: tuple[str, ...]


class DemoOutlet(Struct, frozen=True, kw_only=True):
    """Where goods go; `address` is the street and the house."""

    external_id: str
    name: str
    city: str
    address: str


class DemoAgreement(Struct, frozen=True, kw_only=True):
    """`price_lists`: external ids of price types, the first that has a price wins; `currency` is
    ISO 4217; `payment_days`: 0 is payment in advance; `manager_email` names a user of the staff.
    """

    external_id: str
    number: str
    signed_on: datetime.date
    legal_entity_external_id: str
    price_lists: tuple[str, ...]
    currency: str
    payment_days: int
    manager_email: str


class DemoCompany(Struct, frozen=True, kw_only=True):
    """A customer with everything that belongs to it."""

    external_id: str
    name: str
    legal_entities: tuple[DemoLegalEntity, ...]
    outlets: tuple[DemoOutlet, ...]
    agreements: tuple[DemoAgreement, ...]
    users: tuple[DemoUser, ...]


class DemoCustomers(Struct, frozen=True, kw_only=True):
    """The wholesaler's side and the customers' side."""

    seller: DemoSeller
    staff: tuple[DemoUser, ...]
    companies: tuple[DemoCompany, ...]


SELLER = DemoSeller(
    external_id=guid("organisation", "seller"),
    name="ООО «Фондако Запчасть»",
    full_name="Общество с ограниченной ответственностью «Фондако Запчасть»",
    tax_id="5098004174",
    kpp="509801001",
    ogrn="1245098000410",
    address="142715, Московская обл, Ленинский г.о., п Развилка, Складской проезд, д 4, офис 12",
    phone="+7 495 000-04-17",
    director="Лаврентьев П. Н.",
    accountant="Дёмина О. С.",
    bank=BankAccount(
        account="40702810900000004417",
        bank_name="Банк «Торговая пристань» (АО)",
        bic="044599977",
        correspondent="30101810500000000977",
        city="г. Москва",
    ),
)


def _user(name: str, email: str, role: str) -> DemoUser:
    return DemoUser(name=name, email=email, roles=(role,))


_MANAGER = _user("Ковалёва Ирина Сергеевна", "kovaleva@fondaco.example", "manager")
_SECOND_MANAGER = _user("Тихонов Артём Львович", "tikhonov@fondaco.example", "manager")
_HEAD_OF_SALES = _user("Белов Константин Юрьевич", "belov@fondaco.example", "head_of_sales")
_PICKER = _user("Мухин Семён Игоревич", "mukhin@fondaco.example", "picker")
_SITE_ADMIN = _user("Журавлёв Денис Олегович", "admin@fondaco.example", "site_admin")


def write_companies() -> DemoCustomers:
    """The seller, its staff and three customers, as values; nothing is stored."""
    return DemoCustomers(
        seller=SELLER,
        staff=(_MANAGER, _SECOND_MANAGER, _HEAD_OF_SALES, _PICKER, _SITE_ADMIN),
        companies=(_service_chain(), _farm(), _importer()),
    )


def _service_chain() -> DemoCompany:
    moscow = DemoLegalEntity(
        external_id=guid("counterparty", "avtostan-moscow"),
        name="ООО «Автостан Сервис»",
        full_name="Общество с ограниченной ответственностью «Автостан Сервис»",
        tax_id="7798003268",
        kpp="779801001",
        ogrn="1217798000320",
        address="115280, г Москва, ул Автозаводская, д 23, стр 120",
    )
    petersburg = DemoLegalEntity(
        external_id=guid("counterparty", "avtostan-petersburg"),
        name="ООО «Автостан Северо-Запад»",
        full_name="Общество с ограниченной ответственностью «Автостан Северо-Запад»",
        tax_id="7898001585",
        kpp="789801001",
        ogrn="1237898000152",
        address="196084, г Санкт-Петербург, ул Цветочная, д 16",
    )
    return DemoCompany(
        external_id=guid("company", "avtostan"),
        name="Сеть автосервисов «Автостан»",
        legal_entities=(moscow, petersburg),
        outlets=(
            _outlet("Сервис на Автозаводской", "Москва", "ул Автозаводская, д 23, стр 120"),
            _outlet("Сервис в Химках", "Химки", "Ленинградское ш, д 35"),
            _outlet("Сервис на Цветочной", "Санкт-Петербург", "ул Цветочная, д 16"),
            _outlet("Сервис в Твери", "Тверь", "ул Коминтерна, д 77"),
        ),
        agreements=(
            _agreement("ФЗ-114/25", moscow, _MANAGER, 21, (DEALER, WHOLESALE, RETAIL)),
            _agreement("ФЗ-115/25", petersburg, _MANAGER, 14, (WHOLESALE, RETAIL)),
        ),
        users=(
            _user("Соколов Михаил Андреевич", "sokolov@avtostan.example", "buyer"),
            _user("Никитина Анна Павловна", "nikitina@avtostan.example", "approver"),
            _user("Орлова Светлана Игоревна", "buh@avtostan.example", "accountant"),
            _user("Громов Виктор Ильич", "gromov@avtostan.example", "company_admin"),
        ),
    )


def _farm() -> DemoCompany:
    holding = DemoLegalEntity(
        external_id=guid("counterparty", "zauralskoe-pole"),
        name="ООО «Зауральское поле»",
        full_name="Общество с ограниченной ответственностью «Зауральское поле»",
        tax_id="6698002734",
        kpp="669801001",
        ogrn="1196698000278",
        address="623850, Свердловская обл, г Ирбит, ул Елизарьевых, д 28",
    )
    proprietor = DemoLegalEntity(
        external_id=guid("counterparty", "sorokina"),
        name="ИП Сорокина Елена Викторовна",
        full_name="Индивидуальный предприниматель Сорокина Елена Викторовна",
        tax_id="669800451973",
        ogrn="320669800045195",
        address="640000, Курганская обл, г Курган, ул Куйбышева, д 144",
    )
    return DemoCompany(
        external_id=guid("company", "zauralskoe-pole"),
        name="Агрохолдинг «Зауральское поле»",
        legal_entities=(holding, proprietor),
        outlets=(
            _outlet("Машинный двор", "Ирбит", "ул Елизарьевых, д 28"),
            _outlet("Ремонтная база", "Курган", "ул Куйбышева, д 144"),
            _outlet("Элеватор", "Шадринск", "ул Свердлова, д 101"),
        ),
        agreements=(
            _agreement("ФЗ-208/24", holding, _SECOND_MANAGER, 30, (WHOLESALE, RETAIL)),
            _agreement("ФЗ-209/25", proprietor, _SECOND_MANAGER, 0, (RETAIL,)),
        ),
        users=(
            _user("Фомин Георгий Васильевич", "fomin@zpole.example", "buyer"),
            _user("Лебедев Олег Петрович", "lebedev@zpole.example", "approver"),
            _user("Сорокина Елена Викторовна", "sorokina@zpole.example", "accountant"),
        ),
    )


def _importer() -> DemoCompany:
    importer = DemoLegalEntity(
        external_id=guid("counterparty", "zapadny-uzel"),
        name="ООО «Западный узел»",
        full_name="Общество с ограниченной ответственностью «Западный узел»",
        country="BY",
        tax_id="198804268",
        address="220073, Республика Беларусь, г Минск, ул Скрыганова, д 6",
    )
    return DemoCompany(
        external_id=guid("company", "zapadny-uzel"),
        name="«Западный узел», Минск",
        legal_entities=(importer,),
        outlets=(
            _outlet("Консолидационный склад", "Смоленск", "ул Кашена, д 23"),
            _outlet("Перевалка", "Брянск", "ул Сталелитейная, д 12"),
        ),
        agreements=(_agreement("ФЗ-031/26", importer, _MANAGER, 0, (EXPORT,)),),
        users=(
            _user("Савицкий Павел Антонович", "savicki@zuzel.example", "buyer"),
            _user("Жук Марина Олеговна", "zhuk@zuzel.example", "approver"),
            _user("Кравец Ольга Михайловна", "kravets@zuzel.example", "accountant"),
        ),
    )


def _outlet(name: str, city: str, street: str) -> DemoOutlet:
    return DemoOutlet(
        external_id=guid("outlet", f"{city}/{name}"),
        name=name,
        city=city,
        address=street,
    )


def _agreement(
    number: str,
    legal_entity: DemoLegalEntity,
    manager: DemoUser,
    payment_days: int,
    price_types: tuple[PriceType, ...],
) -> DemoAgreement:
    return DemoAgreement(
        external_id=guid("agreement", number),
        number=number,
        signed_on=datetime.date(2000 + int(number[-2:]), 1, 15),
        legal_entity_external_id=legal_entity.external_id,
        price_lists=tuple(price_type.external_id for price_type in price_types),
        currency=price_types[0].currency,
        payment_days=payment_days,
        manager_email=manager.email,
    )
