"""Statements as banks write them, made for a test."""

from collections.abc import Iterable

OURS = "40702810900000000001"
THEIRS = "40702810100000000002"


def payment(**fields: str) -> str:
    """A document section; `fields` over an incoming payment of 300.00."""
    kind = fields.pop("kind", "Платежное поручение")
    values = {
        "Номер": "77",
        "Дата": "01.03.2026",
        "Сумма": "300.00",
        "ПлательщикСчет": THEIRS,
        "Плательщик": 'ИНН 7700000023 ООО "Пример"',
        "ПлательщикИНН": "7700000023",
        "Плательщик1": 'ООО "Пример"',
        "ПлательщикРасчСчет": THEIRS,
        "ПолучательСчет": OURS,
        "ДатаПоступило": "01.03.2026",
        "НазначениеПлатежа": "Оплата, в т.ч. НДС 22%",
        "Новое поле банка": "что-то",
        **fields,
    }
    lines = [f"СекцияДокумент={kind}", *(f"{k}={v}" for k, v in values.items())]
    return "\r\n".join([*lines, "КонецДокумента"])


def account(
    number: str = OURS,
    opening: str = "1000.00",
    received: str = "300.00",
    closing: str = "1300.00",
) -> str:
    """The section of an account."""
    return "\r\n".join(
        [
            "СекцияРасчСчет",
            "ДатаНачала=01.03.2026",
            "ДатаКонца=01.03.2026",
            f"РасчСчет={number}",
            f"НачальныйОстаток={opening}",
            f"ВсегоПоступило={received}",
            "ВсегоСписано=0.00",
            f"КонечныйОстаток={closing}",
            "КонецРасчСчет",
        ]
    )


def statement(sections: Iterable[str], *, accounts: Iterable[str] = (OURS,)) -> str:
    """The text of a file."""
    head = [
        "1CClientBankExchange",
        "ВерсияФормата=1.03",
        "Кодировка=Windows",
        "ДатаНачала=01.03.2026",
        "ДатаКонца=01.03.2026",
        *(f"РасчСчет={one}" for one in accounts),
    ]
    return "\r\n".join([*head, *sections, "КонецФайла", ""])
