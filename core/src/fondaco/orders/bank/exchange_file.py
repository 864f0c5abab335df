"""The text file in which banks give statements to 1C (`1CClientBankExchange`): pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from msgspec import Struct

from fondaco_sdk.errors import UserError
from fondaco_sdk.types.reason import Reason

MARK = "1CClientBankExchange"
ACCOUNT, ACCOUNT_END = "СекцияРасчСчет", "КонецРасчСчет"
DOCUMENT, DOCUMENT_END = "СекцияДокумент", "КонецДокумента"
FILE_END = "КонецФайла"
PURPOSE = "НазначениеПлатежа"
LONGEST_LINE = 4000
LONGEST_PURPOSE = 1000
# What a bank declares is not always what it wrote: the text itself tells.
ENCODINGS = ("utf-8-sig", "cp1251", "cp866")

_LINES = re.compile(r"\r\n|\n|\r")
_NAMED_INN = re.compile(r"^\s*ИНН\s*\d{10,12}\s*(?:КПП\s*\d{9}\s*)?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_GAPS = re.compile(r"[\s'’]")


class BrokenStatement(UserError):
    """The file is no statement, or not a whole one; the reason names the line."""


class AccountSection(Struct, frozen=True):
    """What an account had on `opens` and `closes` days and in between; None: the bank has not said.

    Sums are in the currency of the account.
    """

    account: str
    opens: date | None
    closes: date | None
    opening: Decimal | None
    received: Decimal | None
    spent: Decimal | None
    closing: Decimal | None

    @property
    def adds_up(self) -> bool | None:
        """Whether its four sums fit together; None where one is missing."""
        opening, received, spent, closing = self.opening, self.received, self.spent, self.closing
        if opening is None or received is None or spent is None or closing is None:
            return None
        return opening + received - spent == closing


class BankDocument(Struct, frozen=True):
    """A payment as the bank tells it; `line` is where it begins. `received_on` None: none came in.

    `amount` is positive, in whole hundredths of the currency of the account.
    """

    line: int
    kind: str
    number: str
    day: date
    amount: Decimal
    received_on: date | None
    payee_account: str
    payer_account: str
    payer: str
    payer_tax_id: str
    purpose: str


class Statement(Struct, frozen=True):
    """A whole file. `accounts` are those it names at its head or in a section."""

    accounts: tuple[str, ...]
    sections: tuple[AccountSection, ...]
    documents: tuple[BankDocument, ...]


def read_statement(data: bytes) -> Statement:
    """The statement in a file. Raises `BrokenStatement`; keys that are not known are passed by."""
    lines = _LINES.split(_decoded(data))
    if lines[0].strip() != MARK:
        raise _broken(1, f"файл начинается не с «{MARK}»", f"the file does not begin with “{MARK}”")
    accounts: dict[str, None] = {}
    sections: list[AccountSection] = []
    documents: list[BankDocument] = []
    numbered = _numbered(lines)
    for at, line in numbered:
        key, _, value = line.partition("=")
        if key == FILE_END:
            break
        if key == ACCOUNT:
            section = _section(_Fields(at, _inside(numbered, at, ACCOUNT_END)))
            sections.append(section)
            accounts[section.account] = None
        elif key == DOCUMENT:
            fields = _Fields(at, _inside(numbered, at, DOCUMENT_END))
            documents.append(_document(fields, value.strip()))
        elif key in (ACCOUNT_END, DOCUMENT_END):
            raise _broken(at, f"«{key}» без начала", f"“{key}” without a beginning")
        elif key == "РасчСчет" and value.strip():
            accounts[_digits(value)] = None
    else:
        raise _broken(
            len(lines), f"файл оборван: нет «{FILE_END}»", f"the file is cut off: no “{FILE_END}”"
        )
    return Statement(tuple(accounts), tuple(sections), tuple(documents))


def _decoded(data: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding, "strict" if encoding == "utf-8-sig" else "replace")
        except UnicodeDecodeError:
            continue
        if FILE_END in text or "Секция" in text:
            return text
    raise _broken(
        1,
        "это не выписка 1CClientBankExchange, или она в неизвестной кодировке",
        "this is no 1CClientBankExchange statement, or its encoding is unknown",
    )


def _numbered(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    for at, line in enumerate(lines[1:], start=2):
        if len(line) > LONGEST_LINE:
            raise _broken(at, "слишком длинная строка", "the line is too long")
        if plain := _CONTROL.sub(" ", line).strip():
            yield at, plain


def _inside(
    numbered: Iterator[tuple[int, str]], begun: int, end: str
) -> Mapping[str, tuple[int, str]]:
    """The fields of a section with their lines; of a key that repeats, the first filled one."""
    found: dict[str, tuple[int, str]] = {}
    last = ""
    for at, line in numbered:
        key, equals, value = line.partition("=")
        if key == end:
            return found
        if key in (ACCOUNT, DOCUMENT, ACCOUNT_END, DOCUMENT_END, FILE_END):
            raise _broken(
                at,
                f"«{key}» внутри раздела, начатого в строке {begun}",
                f"“{key}” inside the section begun in line {begun}",
            )
        if equals:
            last = key.strip()
            if not found.get(last, (0, ""))[1]:
                found[last] = (at, value.strip())
        elif last.startswith(PURPOSE):
            # Some banks let the purpose run over several lines.
            found[last] = (found[last][0], f"{found[last][1]} {line}")
        else:
            raise _broken(at, "нет знака «=»", "there is no “=”")
    raise _broken(begun, f"раздел не закрыт: нет «{end}»", f"the section is not closed: no “{end}”")


class _Fields:
    """A section's fields, read by what they are."""

    def __init__(self, begun: int, fields: Mapping[str, tuple[int, str]]) -> None:
        self.begun = begun
        self._fields = fields

    def text(self, *names: str) -> str:
        """The first of these that is filled."""
        return next((v for n in names if (v := self._fields.get(n, (0, ""))[1])), "")

    def required(self, name: str) -> str:
        if found := self.text(name):
            return found
        raise _broken(
            self.begun, f"в разделе не заполнено «{name}»", f"the section has no “{name}”"
        )

    def day(self, name: str) -> date | None:
        at, value = self._fields.get(name, (0, ""))
        if not value:
            return None
        try:
            return datetime.strptime(value, "%d.%m.%Y").date()  # noqa: DTZ007
        except ValueError:
            raise _broken(
                at, f"«{value}» не дата вида 01.03.2026", f"“{value}” is no date like 01.03.2026"
            ) from None

    def money(self, name: str) -> Decimal | None:
        at, value = self._fields.get(name, (0, ""))
        if not value:
            return None
        try:
            amount = Decimal(_GAPS.sub("", value).replace(",", "."))
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite() or abs(amount) >= 10**13 or amount != round(amount, 2):
            raise _broken(at, f"«{value}» не сумма", f"“{value}” is no sum of money")
        return round(amount, 2)


def _section(fields: _Fields) -> AccountSection:
    return AccountSection(
        account=_digits(fields.required("РасчСчет")),
        opens=fields.day("ДатаНачала"),
        closes=fields.day("ДатаКонца"),
        opening=fields.money("НачальныйОстаток"),
        received=fields.money("ВсегоПоступило"),
        spent=fields.money("ВсегоСписано"),
        closing=fields.money("КонечныйОстаток"),
    )


def _document(fields: _Fields, kind: str) -> BankDocument:
    fields.required("Дата")
    fields.required("Сумма")
    day, amount = fields.day("Дата"), fields.money("Сумма")
    assert day is not None and amount is not None
    if amount <= 0:
        raise _broken(fields.begun, "сумма платежа не больше нуля", "the sum is not above zero")
    return BankDocument(
        line=fields.begun,
        kind=kind,
        number=fields.required("Номер"),
        day=day,
        amount=amount,
        received_on=fields.day("ДатаПоступило"),
        payee_account=_digits(fields.text("ПолучательРасчСчет", "ПолучательСчет")),
        payer_account=_digits(fields.text("ПлательщикРасчСчет", "ПлательщикСчет")),
        payer=_NAMED_INN.sub("", fields.text("Плательщик1", "Плательщик")).strip(),
        payer_tax_id=_digits(fields.text("ПлательщикИНН")),
        purpose=_purpose(fields),
    )


def _purpose(fields: _Fields) -> str:
    """Whole or in pieces, or both: the pieces then say the same again."""
    whole = fields.text(PURPOSE)
    pieces = " ".join(filter(None, (fields.text(f"{PURPOSE}{n}") for n in range(1, 7))))
    return (pieces if len(pieces) > len(whole) else whole)[:LONGEST_PURPOSE]


def _digits(value: str) -> str:
    return _GAPS.sub("", value)


def _broken(line: int, ru: str, en: str) -> BrokenStatement:
    return BrokenStatement(
        Reason("bank.broken", f"Строка {line}: {ru}", f"Line {line}: {en}", {"line": str(line)})
    )
