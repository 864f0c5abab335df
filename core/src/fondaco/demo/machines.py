"""Invented machines that the parts fit."""

from random import Random

_MACHINES = (
    ("Вятич 2108", 2004),
    ("Вятич 2115", 2007),
    ("Вятич 2190", 2011),
    ("Шексна 1400", 2009),
    ("Шексна 1600 Комби", 2014),
    ("Таволга 2123", 2002),
    ("Тоболяк 3302", 2003),
    ("Тоболяк 3221 автобус", 2006),
    ("Тоболяк 6520 самосвал", 2008),
    ("Бузулук 4308", 2005),
    ("Бузулук 5320 тягач", 1998),
    ("Ладожанин 5490", 2012),
    ("Ильмень 3205 автобус", 2001),
    ("Пахарь 82 трактор", 1996),
    ("Пахарь 1221 трактор", 2003),
    ("Целина 744 трактор", 2008),
    ("Колосник 1500 комбайн", 2000),
    ("Минато 1,8", 2010),
    ("Минато 2,5 Вагон", 2013),
    ("Халден 320 дизель", 2012),
    ("Тесеро 1,6", 2015),
    ("Корван 2,4", 2011),
    ("Норвик Т4 2,0", 2009),
    ("Норвик Т6 2,2", 2016),
)


def fitting_machines(chance: Random) -> tuple[str, ...]:
    """One to three machines, the first is the one the part was made for."""
    return tuple(name for name, _ in _drawn(chance, chance.randint(1, 3)))


def _drawn(chance: Random, count: int) -> list[tuple[str, int]]:
    return chance.sample(_MACHINES, count)
