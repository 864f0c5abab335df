"""Why a record does not fit its shape, in words for whoever keeps the ERP, not for a programmer."""

import re

import msgspec

from fondaco_sdk.types.reason import Reason

_AT = re.compile(r"^(?P<what>.*?)(?: - at `(?:key in )?\$\.?(?P<path>[^`]*)`)?$", re.DOTALL)
_MISSING = re.compile(r"missing required field `(?P<field>[^`]+)`")
_UNKNOWN = re.compile(r"contains unknown field `(?P<field>[^`]+)`")
_OTHER_KIND = re.compile(r"^Expected `(?P<wanted>[^`]+)`, got `(?P<found>[^`]+)`")
_KINDS = {
    "str": ("текст", "a text"),
    "int": ("целое число", "a whole number"),
    "float": ("число", "a number"),
    "decimal": ("число", "a number"),
    "bool": ("да или нет", "true or false"),
    "array": ("список", "a list"),
    "object": ("набор полей", "a set of fields"),
    "null": ("пусто", "nothing"),
    "date": ("дата ГГГГ-ММ-ДД", "a date YYYY-MM-DD"),
    "datetime": ("дата со временем", "a date with its time"),
    "uuid": ("код UUID", "a UUID"),
}


def misfit(wrong: msgspec.ValidationError) -> Reason:
    """What msgspec has found, with the field's place in the record; its own words in the facts."""
    error = str(wrong)
    parts = _AT.match(error)
    what, path = (parts["what"], parts["path"] or "") if parts else (error, "")
    if found := _MISSING.search(what):
        field = _inside(path, found["field"])
        ru, en = f"нет обязательного поля «{field}»", f"the field “{field}” is missing"
    elif found := _UNKNOWN.search(what):
        field = _inside(path, found["field"])
        ru, en = f"поле «{field}» здесь не принимается", f"the field “{field}” is not taken here"
    elif found := _OTHER_KIND.match(what):
        wanted, got = _kinds(found["wanted"]), _kinds(found["found"])
        where_ru, where_en = (f"в поле «{path}» ", f"in the field “{path}” ") if path else ("", "")
        ru = f"{where_ru}ожидается {wanted[0]}, а пришло: {got[0]}"
        en = f"{where_en}{wanted[1]} is expected, not {got[1]}"
    else:
        ru = f"значение поля «{path}» не подходит"
        en = f"the value of the field “{path}” does not fit"
    return Reason(
        "inbound.shape",
        f"Запись не подходит: {ru}",
        f"The record does not fit: {en}",
        {"error": error},
    )


def _inside(path: str, field: str) -> str:
    return f"{path}.{field}" if path else field


def _kinds(names: str) -> tuple[str, str]:
    known = [_KINDS.get(name.strip(), (name.strip(),) * 2) for name in names.split("|")]
    return " или ".join(ru for ru, _ in known), " or ".join(en for _, en in known)
