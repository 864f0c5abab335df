"""Invented makers: none of the names is meant to be a mark of anybody."""

from enum import StrEnum

from msgspec import Struct


class Style(StrEnum):
    """How a maker writes its numbers."""

    DASH = "LOF-3032"
    PLAIN = "TOF40217"
    SLASH = "GOF914/2"
    LETTER = "NHOF7712K"
    SPACED = "KDSA 310 245"
    GROUPED = "06A 115 561 B"
    DOMESTIC = "21083-1012005-46"


class Brand(Struct, frozen=True):
    """`code`: letters of its numbers; `level`: its prices as percent of the market's."""

    name: str
    code: str
    country: str
    level: int
    style: Style


_BRANDS = (
    Brand("LORVEX", "L", "Германия", 124, Style.DASH),
    Brand("OSTFIL", "OS", "Россия", 82, Style.PLAIN),
    Brand("TRAVIN", "T", "Польша", 98, Style.PLAIN),
    Brand("NORDHAUF", "NH", "Германия", 138, Style.LETTER),
    Brand("VELKARD", "W", "Турция", 90, Style.SLASH),
    Brand("BREKOLT", "BK", "Италия", 128, Style.DASH),
    Brand("KLODEN", "K", "Испания", 112, Style.SPACED),
    Brand("RODVIG", "RV", "Китай", 76, Style.PLAIN),
    Brand("SAVREN", "S", "Корея", 108, Style.LETTER),
    Brand("LEVARD", "LV", "Турция", 92, Style.DASH),
    Brand("PODVIK", "PV", "Россия", 84, Style.DASH),
    Brand("KORDHAL", "KD", "Германия", 131, Style.SPACED),
    Brand("KOLVAR", "KV", "Чехия", 115, Style.SLASH),
    Brand("GILZEN", "G", "Германия", 134, Style.GROUPED),
    Brand("MOTRAN", "M", "Япония", 121, Style.DASH),
    Brand("ISKRAND", "IS", "Россия", 88, Style.DASH),
    Brand("VOLTIMAR", "V", "Италия", 118, Style.SPACED),
    Brand("LUMERG", "LM", "Корея", 104, Style.PLAIN),
    Brand("AMPRADA", "A", "Китай", 79, Style.LETTER),
    Brand("REMTAL", "R", "Россия", 86, Style.DASH),
    Brand("KRUVEX", "KX", "Германия", 126, Style.SPACED),
    Brand("BELDAN", "BD", "Китай", 74, Style.PLAIN),
    Brand("ROLVEK", "RK", "Швеция", 142, Style.DASH),
    Brand("PODKATIS", "PK", "Россия", 80, Style.DASH),
    Brand("SHARBOR", "SB", "Китай", 66, Style.PLAIN),
    Brand("TORNVIK", "TN", "Япония", 129, Style.SPACED),
    Brand("VISKOMA", "VM", "Россия", 87, Style.DASH),
    Brand("TERMOLA", "TM", "Бельгия", 122, Style.PLAIN),
    Brand("NAFTARA", "NF", "Беларусь", 93, Style.DASH),
    Brand("ZIMOGOR", "Z", "Россия", 78, Style.PLAIN),
    Brand("RADIVAN", "RD", "Нидерланды", 119, Style.PLAIN),
    Brand("PROTOKA", "PT", "Россия", 85, Style.DASH),
    Brand("HLADIS", "H", "Китай", 72, Style.LETTER),
    Brand("METIZAR", "MZ", "Россия", 95, Style.DASH),
    Brand("GAIKOR", "GK", "Тайвань", 110, Style.PLAIN),
    Brand("KREPIDA", "KP", "Беларусь", 89, Style.DASH),
    Brand("MASTROD", "MR", "Тайвань", 125, Style.DASH),
    Brand("KLUCHAR", "KL", "Россия", 91, Style.PLAIN),
    Brand("RUKODAR", "RU", "Китай", 73, Style.DASH),
    Brand("SCEPLAR", "SC", "Турция", 94, Style.DASH),
    Brand("KARDISS", "KS", "Япония", 123, Style.GROUPED),
    Brand("Тобол-Агрегат", "TA", "Россия", 83, Style.DOMESTIC),
    Brand("Заволжск-Деталь", "ZD", "Россия", 77, Style.DOMESTIC),
    Brand("Шексна-Мотор", "SM", "Россия", 90, Style.DOMESTIC),
)

BRANDS = {brand.name: brand for brand in _BRANDS}
BRAND_NUMBERS = {brand.name: number for number, brand in enumerate(_BRANDS, start=10)}

FILTERS = ("LORVEX", "OSTFIL", "TRAVIN", "NORDHAUF", "VELKARD", "Тобол-Агрегат")
BRAKES = ("BREKOLT", "KLODEN", "RODVIG", "LORVEX", "PODVIK", "Заволжск-Деталь")
SUSPENSION = ("SAVREN", "LEVARD", "PODVIK", "KORDHAL", "RODVIG", "Тобол-Агрегат")
ENGINE = ("KOLVAR", "GILZEN", "MOTRAN", "NORDHAUF", "RODVIG", "Шексна-Мотор")
TRANSMISSION = ("SCEPLAR", "KARDISS", "KORDHAL", "RODVIG", "KOLVAR", "Заволжск-Деталь")
ELECTRICS = ("ISKRAND", "VOLTIMAR", "LUMERG", "AMPRADA", "NORDHAUF", "TRAVIN")
BELTS = ("REMTAL", "KRUVEX", "BELDAN", "TRAVIN", "KORDHAL", "TORNVIK")
BEARINGS = ("ROLVEK", "PODKATIS", "SHARBOR", "TORNVIK", "BELDAN", "KRUVEX")
OILS = ("VISKOMA", "TERMOLA", "NAFTARA", "ZIMOGOR", "LORVEX", "LUMERG")
COOLING = ("RADIVAN", "PROTOKA", "HLADIS", "KORDHAL", "TRAVIN", "Шексна-Мотор")
FASTENERS = ("METIZAR", "GAIKOR", "KREPIDA", "RUKODAR", "BELDAN", "PROTOKA")
TOOLS = ("MASTROD", "KLUCHAR", "RUKODAR", "GAIKOR", "LUMERG", "KOLVAR")
