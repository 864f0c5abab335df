"""Days in words: "Friday 4 December", «в пятницу, 4 декабря»."""

from datetime import date

_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ON_RU = (
    "в понедельник",
    "во вторник",
    "в среду",
    "в четверг",
    "в пятницу",
    "в субботу",
    "в воскресенье",
)
_MONTHS_EN = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_MONTHS_RU = (
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
)


def on_ru(day: date, today: date) -> str:
    """«в пятницу, 4 декабря», with a year that is not this one."""
    year = f" {day.year} года" if day.year != today.year else ""
    return f"{_ON_RU[day.weekday()]}, {day.day}\u00a0{_MONTHS_RU[day.month - 1]}{year}"


def on_en(day: date, today: date) -> str:
    """ "on Friday 4 December", with a year that is not this one."""
    year = f" {day.year}" if day.year != today.year else ""
    return f"on {_EN[day.weekday()]} {day.day}\u00a0{_MONTHS_EN[day.month - 1]}{year}"


def working_days_ru(number: int) -> str:
    """«1 рабочий день», «2 рабочих дня», «5 рабочих дней»."""
    one, few = number % 10 == 1, number % 10 in (2, 3, 4)
    teen = number % 100 in (11, 12, 13, 14)
    if one and not teen:
        return f"{number}\u00a0рабочий день"
    return f"{number}\u00a0рабочих {'дня' if few and not teen else 'дней'}"


def working_days_en(number: int) -> str:
    """ "1 working day", "2 working days"."""
    return f"{number}\u00a0working day{'' if number == 1 else 's'}"


def days_ru(number: int) -> str:
    """«1 день», «2 дня», «5 дней»."""
    teen = number % 100 in (11, 12, 13, 14)
    if number % 10 == 1 and not teen:
        return f"{number}\u00a0день"
    return f"{number}\u00a0{'дня' if number % 10 in (2, 3, 4) and not teen else 'дней'}"


def days_en(number: int) -> str:
    """ "1 day", "2 days"."""
    return f"{number}\u00a0day{'' if number == 1 else 's'}"
