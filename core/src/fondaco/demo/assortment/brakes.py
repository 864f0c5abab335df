"""Brakes."""

from fondaco.demo.assortment.spec import SET, Leaf, Top, number, option
from fondaco.demo.brands import BRAKES

_AXLE = option("Ось", "axle", "передняя", "задняя")

BRAKE_PARTS = Top(
    "brakes",
    "Тормозная система",
    (
        Leaf(
            key="brake-pads",
            name="Колодки дисковые",
            titles=("Колодки тормозные дисковые {machine}, {axle} ось, комплект",),
            about="Низкий уровень шума, фаски и противоскрипные пластины. "
            "Первые 200 км тормозите плавно.",
            code="BP",
            oem="3501",
            weight=38,
            brands=BRAKES,
            price=(620, 7600),
            mass=(780, 3900),
            attributes=(
                _AXLE,
                number("Длина, мм", "length", 870, 1950, 1, 1),
                number("Высота, мм", "height", 420, 780, 1, 1),
                number("Толщина, мм", "thickness", 140, 210, 1, 1),
                option("Датчик износа", "sensor", "нет", "звуковой", "электрический"),
            ),
            unit=SET,
            packs=(5,),
        ),
        Leaf(
            key="brake-disc",
            name="Диски тормозные",
            titles=("Диск тормозной {kind} {diameter} мм {machine}",),
            about="Серый чугун, антикоррозионное покрытие ступицы. Меняйте парой на оси.",
            code="BD",
            oem="3508",
            weight=30,
            brands=BRAKES,
            price=(1250, 11800),
            mass=(3900, 14800),
            attributes=(
                option("Исполнение", "kind", "вентилируемый", "сплошной", "перфорированный"),
                _AXLE,
                number("Диаметр, мм", "diameter", 236, 380),
                number("Толщина, мм", "thickness", 100, 340, 5, 1),
                option("Число отверстий", "holes", "4", "5", "6"),
            ),
            packs=(2,),
            multiple=2,
        ),
        Leaf(
            key="brake-shoes",
            name="Колодки барабанные",
            titles=("Колодки тормозные барабанные {diameter}×{width} мм {machine}, комплект",),
            about="Приклеенная накладка, окрашенное основание. Пружины заказываются отдельно.",
            code="BH",
            oem="3502",
            weight=20,
            brands=BRAKES,
            price=(540, 4900),
            mass=(1100, 5200),
            attributes=(
                number("Диаметр барабана, мм", "diameter", 180, 420),
                number("Ширина накладки, мм", "width", 30, 180),
            ),
            unit=SET,
        ),
        Leaf(
            key="brake-cylinder",
            name="Цилиндры тормозные",
            titles=(
                "Цилиндр тормозной рабочий {bore} мм {machine}",
                "Цилиндр тормозной главный {bore} мм {machine}",
            ),
            about="Хонингованный корпус, манжеты EPDM. После замены прокачайте контур.",
            code="BC",
            oem="3505",
            weight=18,
            brands=BRAKES,
            price=(390, 6800),
            mass=(280, 1900),
            attributes=(
                option("Диаметр поршня, мм", "bore", "17,46", "19,05", "20,64", "22,2", "25,4"),
                option("Резьба", "thread", "М10×1", "М12×1", "М12×1,5"),
                option("Материал корпуса", "body", "чугун", "алюминий"),
            ),
        ),
        Leaf(
            key="brake-hose",
            name="Шланги тормозные",
            titles=("Шланг тормозной {length} мм {machine}, {axle} ось",),
            about="Двойная оплётка, каждый шланг испытан давлением 200 бар.",
            code="BW",
            oem="3506",
            weight=20,
            brands=BRAKES,
            price=(190, 1700),
            mass=(90, 340),
            attributes=(
                _AXLE,
                number("Длина, мм", "length", 190, 720, 5),
                option("Резьба", "thread", "М10×1", "М12×1", "3/8-24 UNF"),
            ),
            packs=(10,),
        ),
    ),
)
