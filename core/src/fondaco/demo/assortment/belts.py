"""Belts, chains and rollers."""

from fondaco.demo.assortment.spec import Leaf, Top, Variants, number, option
from fondaco.demo.brands import BELTS

BELT_PARTS = Top(
    "belts",
    "Ремни и ролики",
    (
        Leaf(
            key="v-belt",
            name="Ремни клиновые",
            titles=("Ремень клиновой {profile}, {kind}",),
            about="Полиэфирный корд, обёртка из хлопка с полихлоропреном. "
            "Длина — по нейтральной линии.",
            code="VB",
            oem="1318",
            weight=8,
            brands=BELTS,
            price=(160, 1900),
            mass=(90, 1100),
            attributes=(
                option("Профиль", "profile", "Z(О)", "A(А)", "B(Б)", "C(В)", "SPZ", "SPA", "SPB"),
                option("Исполнение", "kind", "гладкий", "зубчатый"),
            ),
            packs=(10,),
            variants=Variants(
                "Длина",
                (
                    ("800 мм", "0800", 62),
                    ("1000 мм", "1000", 78),
                    ("1250 мм", "1250", 94),
                    ("1600 мм", "1600", 118),
                    ("2000 мм", "2000", 147),
                    ("2500 мм", "2500", 182),
                ),
            ),
            for_machines=False,
        ),
        Leaf(
            key="ribbed-belt",
            name="Ремни поликлиновые",
            titles=(
                "Ремень поликлиновой {ribs}PK{length}",
                "Ремень приводной {ribs}PK{length} {machine}",
            ),
            about="Рёбра EPDM не трескаются на морозе. Проверьте натяжитель при замене.",
            code="PB",
            oem="1308",
            weight=28,
            brands=BELTS,
            price=(190, 2700),
            mass=(60, 420),
            attributes=(
                option("Ручьёв", "ribs", "3", "4", "5", "6", "7", "8"),
                number("Длина, мм", "length", 625, 2750),
            ),
            packs=(10,),
        ),
        Leaf(
            key="timing-belt",
            name="Ремни ГРМ",
            titles=("Ремень ГРМ {teeth} зуб. × {width} мм {machine}",),
            about="Стекловолоконный корд, тефлоновый слой. Меняйте вместе с роликами.",
            code="TB",
            oem="1021",
            weight=20,
            brands=BELTS,
            price=(390, 3900),
            mass=(80, 360),
            attributes=(
                number("Зубьев", "teeth", 89, 253),
                option("Ширина, мм", "width", "17", "19", "22", "24", "25,4", "26", "30"),
                option("Материал", "material", "HNBR", "CR"),
            ),
            packs=(5,),
        ),
        Leaf(
            key="tensioner",
            name="Ролики натяжные",
            titles=(
                "Ролик натяжной {outer}×{width} мм {machine}",
                "Ролик обводной {outer}×{width} мм {machine}",
            ),
            about="Закрытый подшипник с высокотемпературной смазкой.",
            code="TR",
            oem="1041",
            weight=24,
            brands=BELTS,
            price=(410, 4200),
            mass=(120, 820),
            attributes=(
                number("Наружный диаметр, мм", "outer", 48, 92),
                number("Ширина, мм", "width", 18, 42),
                option("Материал", "material", "сталь", "полиамид"),
            ),
            packs=(5,),
        ),
        Leaf(
            key="chain",
            name="Цепи приводные",
            titles=("Цепь {row}-рядная {pitch} мм, {links} зв.",),
            about="Цепь вытянута на заводе, звено для соединения приложено.",
            code="CH",
            oem="1028",
            weight=14,
            brands=BELTS,
            price=(480, 9800),
            mass=(320, 6400),
            attributes=(
                option("Рядность", "row", "1", "2", "3"),
                option("Шаг, мм", "pitch", "8", "9,525", "12,7", "15,875", "19,05", "25,4"),
                number("Звеньев", "links", 58, 182, 2),
            ),
            for_machines=False,
        ),
    ),
)
