"""Filters."""

from fondaco.demo.assortment.spec import Leaf, Top, number, option
from fondaco.demo.brands import FILTERS

_THREAD = option(
    "Резьба", "thread", "М18×1,5", "М20×1,5", "М22×1,5", "3/4-16 UNF", "1-12 UNF", "1 1/8-16 UNF"
)
_FINENESS = option("Тонкость отсева, мкм", "fineness", "2", "5", "10", "15", "20", "25", "40")

FILTER_PARTS = Top(
    "filters",
    "Фильтры",
    (
        Leaf(
            key="oil-filter",
            name="Фильтры масляные",
            titles=(
                "Фильтр масляный {thread}",
                "Фильтр масляный {thread} {machine}",
                "Фильтр масляный {height} мм {thread}",
            ),
            about="Полнопоточный фильтр с перепускным и противодренажным клапанами. "
            "Меняется вместе с маслом.",
            code="OF",
            oem="1012",
            weight=46,
            brands=FILTERS,
            price=(190, 1650),
            mass=(180, 980),
            attributes=(
                _THREAD,
                number("Высота, мм", "height", 62, 178),
                number("Наружный диаметр, мм", "outer", 66, 110),
                option("Давление перепуска, бар", "bypass", "0,8", "1,0", "1,2", "1,6", "2,5"),
                option("Противодренажный клапан", "drain", "есть", "нет"),
            ),
            packs=(12, 48),
        ),
        Leaf(
            key="air-filter",
            name="Фильтры воздушные",
            titles=(
                "Фильтр воздушный панельный {length}×{width}×{height} мм",
                "Элемент воздушного фильтра {machine} {length}×{width} мм",
            ),
            about="Гофрированная бумага с водоотталкивающей пропиткой, мягкий полиуретановый "
            "уплотнитель.",
            code="AF",
            oem="1109",
            weight=36,
            brands=FILTERS,
            price=(170, 2900),
            mass=(140, 1200),
            attributes=(
                number("Длина, мм", "length", 180, 420),
                number("Ширина, мм", "width", 120, 280),
                number("Высота, мм", "height", 30, 90),
                option("Материал", "material", "бумага", "синтетика", "бумага с углём"),
            ),
            packs=(6, 24),
        ),
        Leaf(
            key="fuel-filter",
            name="Фильтры топливные",
            titles=(
                "Фильтр топливный тонкой очистки {fineness} мкм {machine}",
                "Фильтр-сепаратор топливный {thread} {fineness} мкм",
            ),
            about="Задерживает воду и частицы до форсунок. Менять каждые 15 000 км, "
            "на дизеле — каждую осень.",
            code="FF",
            oem="1117",
            weight=32,
            brands=FILTERS,
            price=(160, 3400),
            mass=(110, 1100),
            attributes=(
                _FINENESS,
                _THREAD,
                option("Топливо", "fuel", "бензин", "дизель"),
                number("Высота, мм", "height", 70, 210),
            ),
            packs=(10,),
        ),
        Leaf(
            key="cabin-filter",
            name="Фильтры салонные",
            titles=("Фильтр салона {kind} {length}×{width} мм {machine}",),
            about="Задерживает пыль и пыльцу. Угольный слой убирает запахи.",
            code="CF",
            oem="8119",
            weight=26,
            brands=FILTERS,
            price=(150, 1900),
            mass=(90, 420),
            attributes=(
                option("Исполнение", "kind", "пылевой", "угольный", "антиаллергенный"),
                number("Длина, мм", "length", 180, 340),
                number("Ширина, мм", "width", 130, 260),
                number("Высота, мм", "height", 17, 45),
            ),
            packs=(10,),
        ),
        Leaf(
            key="hydraulic-filter",
            name="Фильтры гидравлические",
            titles=("Фильтр гидравлический {fineness} мкм {pressure} бар {machine}",),
            about="Сменный элемент гидросистемы погрузчиков, тракторов и прессов.",
            code="HF",
            oem="4608",
            weight=18,
            brands=FILTERS,
            price=(740, 8900),
            mass=(350, 3200),
            attributes=(
                _FINENESS,
                option("Рабочее давление, бар", "pressure", "10", "25", "110", "210", "420"),
                number("Высота, мм", "height", 90, 460),
                number("Наружный диаметр, мм", "outer", 45, 170),
                option("Фильтроматериал", "material", "стекловолокно", "бумага", "сетка"),
            ),
        ),
    ),
)
