"""Oils, fluids and greases."""

from fondaco.demo.assortment.spec import LITRE, Leaf, Top, Variants, option, sizes
from fondaco.demo.brands import OILS

_CANS = Variants("Фасовка", (("1 л", "01", 100), ("4 л", "04", 372), ("20 л", "20", 1690)))

OIL_PARTS = Top(
    "oils",
    "Масла и жидкости",
    (
        Leaf(
            key="motor-oil",
            name="Масла моторные",
            titles=("Масло моторное {line} {viscosity} {api}, {base}",),
            about="Всесезонное масло. Допуски производителей — в паспорте партии.",
            code="MO",
            oem="9001",
            weight=16,
            brands=OILS,
            price=(340, 1450),
            mass=(920, 960),
            attributes=(
                option("Вязкость SAE", "viscosity", "0W-20", "5W-30", "5W-40", "10W-40", "15W-40"),
                option("Класс API", "api", "SP", "SN/CF", "CI-4/SL", "CK-4"),
                option("Основа", "base", "синтетика", "полусинтетика", "минеральное"),
                option("Линейка", "line", "Старт", "Трасса", "Город", "Север", "Дизель"),
            ),
            variants=_CANS,
            for_machines=False,
        ),
        Leaf(
            key="gear-oil",
            name="Масла трансмиссионные",
            titles=("Масло трансмиссионное {line} {viscosity} {api}",),
            about="Для механических коробок и мостов, держит ударную нагрузку.",
            code="GO",
            oem="9002",
            weight=10,
            brands=OILS,
            price=(390, 1650),
            mass=(930, 970),
            attributes=(
                option("Вязкость SAE", "viscosity", "75W-80", "75W-90", "80W-90", "85W-140"),
                option("Класс API", "api", "GL-4", "GL-5", "GL-4/GL-5"),
                option("Линейка", "line", "Мост", "Каскад", "Тягач", "Синхро"),
            ),
            variants=_CANS,
            for_machines=False,
        ),
        Leaf(
            key="antifreeze",
            name="Антифризы",
            titles=("Антифриз {line} {grade}, {colour}, {frost} °C",),
            about="Готов к применению, не смешивайте с жидкостью другого класса.",
            code="AN",
            oem="9003",
            weight=10,
            brands=OILS,
            price=(160, 520),
            mass=(1080, 1120),
            attributes=(
                option("Класс", "grade", "G11", "G12", "G12++", "G13"),
                option("Цвет", "colour", "зелёный", "красный", "жёлтый", "фиолетовый"),
                option("Температура замерзания, °C", "frost", "-30", "-40", "-65"),
                option("Линейка", "line", "Полюс", "Иней", "Фарватер"),
            ),
            variants=Variants(
                "Фасовка", (("1 кг", "01", 100), ("5 кг", "05", 460), ("10 кг", "10", 890))
            ),
            for_machines=False,
        ),
        Leaf(
            key="brake-fluid",
            name="Жидкости тормозные",
            titles=("Жидкость тормозная {grade} {volume}",),
            about="Менять раз в два года. Вскрытую тару храните плотно закрытой.",
            code="BF",
            oem="9004",
            weight=8,
            brands=OILS,
            price=(140, 1200),
            mass=(250, 1080),
            attributes=(
                sizes((("Фасовка", "volume"),), "250 г", "455 г", "500 г", "910 г", "1 кг"),
                option("Класс", "grade", "DOT 4", "DOT 4 LV", "DOT 5.1", "DOT 3"),
            ),
            packs=(12,),
            for_machines=False,
        ),
        Leaf(
            key="grease",
            name="Смазки",
            titles=("Смазка {kind} NLGI {nlgi}, {volume}",),
            about="Для шарниров, подшипников и центральных систем смазки.",
            code="GR",
            oem="9005",
            weight=16,
            brands=OILS,
            price=(110, 2900),
            mass=(160, 5100),
            attributes=(
                sizes((("Фасовка", "volume"),), "150 г", "400 г", "800 г", "2 кг", "5 кг"),
                option(
                    "Загуститель", "kind", "литиевая", "кальциевая", "молибденовая", "графитная"
                ),
                option("NLGI", "nlgi", "0", "1", "2", "3"),
            ),
            packs=(12,),
            for_machines=False,
        ),
        Leaf(
            key="bulk-oil",
            name="Масла наливом",
            titles=("Масло {kind} {iso}, налив",),
            about="Отпуск в тару покупателя или в оборотную бочку. Кратно десяти литрам.",
            code="NL",
            oem="9006",
            weight=6,
            brands=OILS,
            price=(128, 410),
            mass=(870, 910),
            attributes=(
                option("Назначение", "kind", "гидравлическое", "индустриальное", "компрессорное"),
                option("Вязкость ISO", "iso", "VG 22", "VG 32", "VG 46", "VG 68", "VG 100"),
            ),
            unit=LITRE,
            multiple=10,
            for_machines=False,
        ),
    ),
)
