"""The payment QR code of a Russian invoice, ГОСТ Р 56042-2014: its string and its picture."""

from decimal import Decimal
from io import BytesIO

import segno

from fondaco_sdk.types.paper import Party

# A bank's app reads the account and the BIC; names are for the eye, so they may be cut.
_NAME_LIMIT = 160
_BANK_NAME_LIMIT = 34
_PURPOSE_LIMIT = 210
_SEPARATORS = "|~^#$"
_DENSEST_VERSION = 22


def payment_string(payee: Party, amount: Decimal, purpose: str, payer_tax_id: str = "") -> str:
    """The string of the code, in UTF-8 form (`ST00012`): who is paid, how much, what for.

    `amount` is in roubles. Names and the purpose are cut to the lengths the standard allows.
    ValueError: no bank account, an account, BIC or INN of the wrong length, or an amount that is
    not a positive number of whole kopecks.
    """
    bank = payee.bank
    if bank is None:
        raise ValueError(f"{payee.name}: a payment code needs a bank account")
    fields = {
        "Name": _cut(payee.full_name or payee.name, _NAME_LIMIT),
        "PersonalAcc": _digits("account", bank.account, 20),
        "BankName": _cut(bank.bank_name, _BANK_NAME_LIMIT),
        "BIC": _digits("BIC", bank.bic, 9),
        "CorrespAcc": _digits("correspondent account", bank.correspondent, 20, absent="0"),
        "Sum": _kopecks(amount),
        "Purpose": _cut(purpose, _PURPOSE_LIMIT),
        "PayeeINN": _digits("INN of the payee", payee.tax_id, 10, 12),
        "KPP": _digits("KPP of the payee", payee.kpp, 9, absent=""),
        "PayerINN": _digits("INN of the payer", payer_tax_id, 10, 12, absent=""),
    }
    pairs = [f"{key}={value}" for key, value in fields.items() if value]
    separator = next((one for one in _SEPARATORS if not any(one in pair for pair in pairs)), None)
    if separator is None:
        raise ValueError(f"{payee.name}: the payment details use every separator a code may have")
    return separator.join(["ST00012", *pairs])


def payment_qr_svg(text: str) -> bytes:
    """The code as an SVG image, 4 modules of quiet zone included.

    Error correction is M; a string too long for comfortable scanning gets L.
    ValueError: longer than any code can hold.
    """
    try:
        code = _code(text, "m")
        if int(code.version) > _DENSEST_VERSION:
            code = _code(text, "l")
    except segno.DataOverflowError as error:
        raise ValueError(f"{len(text)} characters do not fit into a payment code") from error
    out = BytesIO()
    code.save(out, kind="svg", border=4, xmldecl=False, svgclass=None, lineclass=None)
    return out.getvalue()


def _code(text: str, error: str) -> segno.QRCode:
    # Bytes, not text: for text segno adds an ECI header that bank scanners stumble over.
    return segno.make_qr(text.encode(), error=error, mode="byte", boost_error=False)


def _cut(text: str, limit: int) -> str:
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    head, _, _ = text[: limit + 1].rpartition(" ")
    return head or text[:limit]


def _digits(what: str, value: str, *lengths: int, absent: str | None = None) -> str:
    value = value.replace(" ", "")
    if not value and absent is not None:
        return absent
    if not (value.isascii() and value.isdigit() and len(value) in lengths):
        wanted = " or ".join(map(str, lengths))
        raise ValueError(f"{what} {value!r} must have {wanted} digits")
    return value


def _kopecks(amount: Decimal) -> str:
    kopecks = amount * 100
    if kopecks <= 0 or kopecks != kopecks.to_integral_value():
        raise ValueError(f"{amount}: a payment code needs a positive sum in whole kopecks")
    return str(int(kopecks))
