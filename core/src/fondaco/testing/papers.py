"""Who and what stands on the papers of tests: a seller, a buyer, and goods with awkward names."""

from fondaco_sdk.types.paper import BankAccount, Letterhead, Party

SELLER = Party(
    name="ООО «Северный подшипник»",
    full_name="Общество с ограниченной ответственностью «Северный подшипник»",
    tax_id="7701234567",
    kpp="770101001",
    address="125167, г. Москва, Ленинградский проспект, д. 37, корп. 3, офис 412",
    phone="+7 495 123-45-67",
    bank=BankAccount(
        account="40702810138250123017",
        bank_name="ПАО СБЕРБАНК",
        bic="044525225",
        correspondent="30101810400000000225",
        city="г. Москва",
    ),
    director="Морозов А. В.",
    accountant="Лебедева Н. С.",
)
BUYER = Party(
    name="ООО «Агротехсервис»",
    full_name="Общество с ограниченной ответственностью «Агротехсервис»",
    tax_id="3664123456",
    kpp="366401001",
    address="394036, Воронежская обл., г. Воронеж, ул. Карла Маркса, д. 68",
    phone="+7 473 255-00-11",
)
PLAIN = Letterhead(site_name="Северный подшипник")
GOODS = (
    ("6205-2RS C3", "Подшипник шариковый радиальный 6205-2RS C3, 25×52×15 мм", "Китай"),
    ("HYD-12-1SN-2500", "Рукав высокого давления 1SN DN12, 2500 мм, с фитингами DKOL", ""),
    ("МТЗ-240-1004015", "Поршневая группа Д-240 (комплект на двигатель)", "Беларусь"),
    ("0012", "Фильтр масляный", "Россия"),
    ("XT-99/4-Ф", "Ремень клиновой зубчатый AVX13-1250 La, усиленный, морозостойкий до −40 °C, для"
     " комбайнов ДОН-1500Б, Акрос-530/540/550/580 и Вектор-410 (производство по ТУ)", "Германия"),
)  # fmt: skip
"""Article, name and country of origin, "" where it is not known."""


def goods(number: int) -> tuple[str, str, str]:
    """What stands in the line of that number; they take turns."""
    return GOODS[(number - 1) % len(GOODS)]
