"""`Товар`: every quirk seen in real catalogues, one small twin each."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias

import pytest
from msgspec import UNSET

from fondaco_sdk.types.records import (
    PriceRecord,
    ProductRecord,
    RefusedRecord,
    UnitRecord,
    VariantRecord,
)

Read: TypeAlias = Callable[[str], list[Any]]
ReadOne: TypeAlias = Callable[..., ProductRecord]
ReadRefused: TypeAlias = Callable[[str], tuple[ProductRecord, RefusedRecord]]
ZERO = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def read_one(read_goods: Read) -> ReadOne:
    """The only product with this body, and the units it named left out."""

    def read(body: str, attributes: str = "") -> ProductRecord:
        records = read_goods(f"<Товар{attributes}><Ид>1</Ид>{body}</Товар>")
        [product] = [record for record in records if isinstance(record, ProductRecord)]
        assert all(isinstance(record, (ProductRecord, UnitRecord)) for record in records)
        return product

    return read


@pytest.fixture
def read_refused(read_goods: Read) -> ReadRefused:
    """(the product, what was refused beside it)."""

    def read(body: str) -> tuple[ProductRecord, RefusedRecord]:
        records = read_goods(f"<Товар><Ид>1</Ид>{body}</Товар>")
        [product] = [record for record in records if isinstance(record, ProductRecord)]
        [refused] = [record for record in records if isinstance(record, RefusedRecord)]
        return product, refused

    return read


def requisites(*pairs: tuple[str, str]) -> str:
    inner = "".join(
        f"<ЗначениеРеквизита><Наименование>{name}</Наименование><Значение>{value}</Значение>"
        "</ЗначениеРеквизита>"
        for name, value in pairs
    )
    return f"<ЗначенияРеквизитов>{inner}</ЗначенияРеквизитов>"


def test_what_is_not_mentioned_is_unset(read_one: ReadOne) -> None:
    product = read_one("")
    assert product == ProductRecord(row=1, external_id="1")
    assert product.name is UNSET and product.images is UNSET and product.vat is UNSET


def test_what_is_mentioned_as_empty_is_cleared(read_one: ReadOne) -> None:
    product = read_one(
        "<Артикул/><Штрихкод/><Описание/><Страна/><Группы/><Картинка/><ЗначенияСвойств/>"
        "<БазоваяЕдиница/><Наименование/>"
    )
    assert product == ProductRecord(
        row=1,
        external_id="1",
        sku="",
        barcodes=(),
        description="",
        country="",
        category_external_ids=(),
        images=(),
        attributes={},
        unit_code="",
        unit_name="",
    )


def test_texts_and_ids_are_stripped(read_goods: Read) -> None:
    [product] = read_goods(
        "<Товар><Ид> 1#  </Ид><Артикул> A-1\u00a0</Артикул><Наименование> Бак "
        "</Наименование><Группы><Ид>59 </Ид><Ид>59</Ид></Группы></Товар>"
    )
    assert (product.external_id, product.sku, product.name) == ("1", "A-1", "Бак")
    assert product.category_external_ids == ("59",)


@pytest.mark.parametrize("external_id", ["", "   ", ZERO, f"{ZERO}#{ZERO}", "#abc"])
def test_goods_without_an_id_are_refused(read_goods: Read, external_id: str) -> None:
    records = read_goods(
        f"<Товар><Ид>{external_id}</Ид><Артикул>A-1</Артикул></Товар>\n<Товар><Ид>2</Ид></Товар>"
    )
    assert records == [
        RefusedRecord(row=1, code="product.id_missing", reference="A-1"),
        ProductRecord(row=2, external_id="2"),
    ]


def test_the_same_goods_twice_come_twice_with_their_rows(read_goods: Read) -> None:
    records = read_goods("<Товар><Ид>1</Ид></Товар>\n<Товар><Ид>1</Ид></Товар>")
    assert [record.row for record in records] == [1, 2]


@pytest.mark.parametrize(
    ("attributes", "body", "deleted"),
    [
        (' Статус="Удален"', "", True),
        (' Статус="Удалён "', "", True),
        ("", "<Статус>Удален</Статус>", True),
        ("", "<ПометкаУдаления>true</ПометкаУдаления>", True),
        ("", "<ПометкаУдаления>false</ПометкаУдаления>", False),
        (' Статус="Изменен"', "", False),
        (' Статус=""', "", False),
    ],
)
def test_both_ways_to_delete(read_one: ReadOne, attributes: str, body: str, deleted: bool) -> None:
    assert read_one(body, attributes).deleted is deleted


def test_variants_listed_as_goods_are_one_product_and_its_variants(read_goods: Read) -> None:
    def variant(characteristic: str, value: str) -> str:
        return (
            f"<Товар><Ид>g#{characteristic}</Ид><Наименование>Стол</Наименование>"
            "<Артикул>S</Артикул><ХарактеристикиТовара><ХарактеристикаТовара>"
            f"<Наименование>Цвет</Наименование><Значение>{value}</Значение>"
            "</ХарактеристикаТовара></ХарактеристикиТовара></Товар>"
        )

    records = read_goods(variant("a", "Белый") + variant("b", "Дуб") + "<Товар><Ид>h</Ид></Товар>")
    assert records == [
        ProductRecord(row=1, external_id="g", name="Стол", sku="S"),
        VariantRecord(
            row=1,
            external_id="g#a",
            product_external_id="g",
            name="Стол",
            sku="S",
            characteristics=(("Цвет", "Белый"),),
        ),
        VariantRecord(
            row=1,
            external_id="g#b",
            product_external_id="g",
            name="Стол",
            sku="S",
            characteristics=(("Цвет", "Дуб"),),
        ),
        ProductRecord(row=1, external_id="h"),
    ]


def test_a_deleted_variant_does_not_bring_its_goods_back(read_goods: Read) -> None:
    [variant] = read_goods('<Товар Статус="Удален"><Ид>g#a</Ид></Товар>')
    assert variant == VariantRecord(row=1, external_id="g#a", product_external_id="g", deleted=True)


@pytest.mark.parametrize(
    ("unit", "code", "name"),
    [
        ('<БазоваяЕдиница Код="796 " НаименованиеПолное="Штука">шт</БазоваяЕдиница>', "796", "шт"),
        ('<БазоваяЕдиница Код="796" НаименованиеПолное="Штука"/>', "796", "шт"),
        ('<БазоваяЕдиница Код="2009" НаименованиеПолное="Штука"/>', "2009", "Штука"),
        ("<БазоваяЕдиница>796 </БазоваяЕдиница>", "796", "шт"),
        ("<БазоваяЕдиница>9990</БазоваяЕдиница>", "9990", ""),
        ("<БазоваяЕдиница>шт</БазоваяЕдиница>", "", "шт"),
        ('<БазоваяЕдиница НаименованиеПолное="шт">шт</БазоваяЕдиница>', "", "шт"),
        ('<БазоваяЕдиница Код="    ">бухта</БазоваяЕдиница>', "", "бухта"),
        ('<БазоваяЕдиница Код="006"><Пересчет/>м</БазоваяЕдиница>', "006", "м"),
    ],
)
def test_the_base_unit_in_every_form(read_one: ReadOne, unit: str, code: str, name: str) -> None:
    product = read_one(unit)
    assert (product.unit_code, product.unit_name) == (code, name)


def test_a_unit_is_reported_once(read_goods: Read) -> None:
    unit = '<БазоваяЕдиница Код="796 " НаименованиеПолное="Штука" МеждународноеСокращение="PCE"/>'
    records = read_goods(f"<Товар><Ид>1</Ид>{unit}</Товар><Товар><Ид>2</Ид>{unit}</Товар>")
    assert [record for record in records if isinstance(record, UnitRecord)] == [
        UnitRecord(row=1, code="796", name="шт", full_name="Штука", international="PCE")
    ]


@pytest.mark.parametrize(
    ("recounts", "packs"),
    [
        ("<Пересчет><Единица>796</Единица><Коэффициент>1</Коэффициент></Пересчет>", ()),
        ("<Пересчет><Единица>шт</Единица><Коэффициент>1</Коэффициент></Пересчет>", ()),
        ("<Пересчет><Единица>PCE</Единица><Коэффициент>1</Коэффициент></Пересчет>", ()),
        (
            "<Пересчет><Единица>778 </Единица><Коэффициент>12</Коэффициент></Пересчет>"
            "<Пересчет><Единица>короб</Единица><Коэффициент>0,5</Коэффициент></Пересчет>",
            (("778", "упак", Decimal(12)), ("", "короб", Decimal("0.5"))),
        ),
        (
            "<Пересчет><Единица>778</Единица><Коэффициент>6</Коэффициент><ДополнительныеДанные>"
            "<ЗначениеРеквизита><Наименование>НаименованиеКраткое</Наименование>"
            "<Значение>лоток</Значение></ЗначениеРеквизита></ДополнительныеДанные></Пересчет>",
            (("778", "лоток", Decimal(6)),),
        ),
        ("<Пересчет><Единица>778</Единица><Коэффициент>0</Коэффициент></Пересчет>", ()),
    ],
)
def test_packs(read_one: ReadOne, recounts: str, packs: object) -> None:
    product = read_one(
        f'<БазоваяЕдиница Код="796" МеждународноеСокращение="PCE">шт{recounts}</БазоваяЕдиница>'
    )
    assert product.packs == packs


@pytest.mark.parametrize("factor", ["десять", "-2"])
def test_an_unreadable_pack_does_not_stop_the_product(
    read_refused: ReadRefused, factor: str
) -> None:
    product, refused = read_refused(
        "<Наименование>Гайка</Наименование><БазоваяЕдиница>шт<Пересчет><Единица>778</Единица>"
        f"<Коэффициент>{factor}</Коэффициент></Пересчет></БазоваяЕдиница>"
    )
    assert (refused.code, refused.params) == ("unit.pack_unreadable", {"value": factor})
    assert product.packs == ()


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("22", "22"),
        ("22%", "22"),
        ("22.00", "22"),
        ("20", "20"),
        ("20,0 %", "20"),
        ("НДС20", "20"),
        ("НДС 20%", "20"),
        ("20/120", "20"),
        ("18", "18"),
        ("18%", "18"),
        ("10", "10"),
        ("7", "7"),
        ("5", "5"),
        ("0", "0"),
        ("0%", "0"),
        ("Без НДС", "novat"),
        ("без ндс", "novat"),
        ("БезНДС", "novat"),
        ("Без налога (НДС)", "novat"),
        ("НДС не облагается", "novat"),
    ],
)
def test_vat_rates(read_one: ReadOne, written: str, code: str) -> None:
    product = read_one(
        "<СтавкиНалогов><СтавкаНалога><Наименование>Акциз</Наименование><Ставка>3</Ставка>"
        "</СтавкаНалога><СтавкаНалога><Наименование>НДС</Наименование>"
        f"<Ставка>{written}</Ставка></СтавкаНалога></СтавкиНалогов>"
    )
    assert product.vat == code


@pytest.mark.parametrize("written", ["12", "16.67", "много"])
def test_an_unknown_vat_rate_leaves_the_product(read_refused: ReadRefused, written: str) -> None:
    product, refused = read_refused(
        f"<СтавкиНалогов><СтавкаНалога><Ставка>{written}</Ставка></СтавкаНалога></СтавкиНалогов>"
    )
    assert product.vat is UNSET
    assert (refused.code, refused.params) == ("product.vat_unknown", {"value": written})


def test_an_empty_vat_rate_says_nothing(read_one: ReadOne) -> None:
    product = read_one("<СтавкиНалогов><СтавкаНалога><Ставка/></СтавкаНалога></СтавкиНалогов>")
    assert product.vat is UNSET


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("Просто текст", "Просто текст"),
        ("&lt;p&gt;Один&lt;/p&gt;&lt;p&gt;Два&lt;/p&gt;", "Один\n\nДва"),
        ("Одна&lt;br&gt;Две&lt;br/&gt;Три", "Одна\nДве\nТри"),
        ("&lt;ul&gt;&lt;li&gt;а&lt;/li&gt;&lt;li&gt;б&lt;/li&gt;&lt;/ul&gt;", "а\n\nб"),
        ("sweat&lt;strong&gt;rt fab&lt;/strong&gt;ric", "sweatrt fabric"),
        ("<![CDATA[<b>жирный</b> текст]]>", "жирный текст"),
        ("a&lt;script&gt;alert(1)&lt;/script&gt;b", "ab"),
        ("a&lt;style&gt;p{}&lt;/style&gt;b&lt;!-- c --&gt;d", "abd"),
        ("&lt;img src=x onerror=alert(1)&gt;ок", "ок"),
        ("&amp;lt;p&amp;gt;дважды&amp;lt;/p&amp;gt;", "дважды"),
        ("5 &amp;laquo;шт&amp;raquo;&amp;nbsp;в", "5 «шт» в"),
        ("длина &lt; 5 и &gt; 3", "длина < 5 и > 3"),
        ("при t &lt;10 и p&gt;2", "при t <10 и p>2"),
        ("AT&amp;T", "AT&T"),
    ],
)
def test_descriptions_become_plain_text(read_one: ReadOne, written: str, text: str) -> None:
    assert read_one(f"<Описание>{written}</Описание>").description == text


def test_the_html_requisite_stands_in_for_an_empty_description(read_one: ReadOne) -> None:
    html = requisites(("ОписаниеВФорматеHTML", "&lt;p&gt;Да&lt;/p&gt;"))
    assert read_one(html).description == "Да"
    assert read_one(f"<Описание>Есть</Описание>{html}").description == "Есть"


@pytest.mark.parametrize(
    ("body", "weight"),
    [
        ("<Вес>2.745</Вес>", Decimal("2.745")),
        ("<Вес>2,745</Вес>", Decimal("2.745")),
        ("<Вес>0</Вес>", None),
        ("<Вес/>", None),
        (requisites(("Вес", "1 000,5")), Decimal("1000.5")),
        ("<Вес>0</Вес>" + requisites(("Вес", "3")), Decimal(3)),
        ("", UNSET),
    ],
)
def test_weight(read_one: ReadOne, body: str, weight: object) -> None:
    assert read_one(body).weight_kg == weight


@pytest.mark.parametrize(
    ("body", "sizes"),
    [
        (
            "<Длина>120,5</Длина><Ширина>0</Ширина><Высота>20</Высота>",
            (Decimal("120.5"), None, Decimal(20)),
        ),
        (
            requisites(("Длина", "12"), ("Ширина", "34"), ("Высота", "56")),
            (Decimal(12), Decimal(34), Decimal(56)),
        ),
        ("<Длина>0</Длина>" + requisites(("Длина", "12")), (Decimal(12), UNSET, UNSET)),
        ("", (UNSET, UNSET, UNSET)),
    ],
)
def test_sizes(read_one: ReadOne, body: str, sizes: tuple[object, ...]) -> None:
    product = read_one(body)
    assert (product.length_cm, product.width_cm, product.height_cm) == sizes


def test_an_unreadable_size_leaves_the_product(read_refused: ReadRefused) -> None:
    product, refused = read_refused(requisites(("Длина", "12 м")))
    assert product.length_cm is UNSET
    assert (refused.code, refused.params["value"]) == ("product.size_unreadable", "12 м")


@pytest.mark.parametrize("written", ["тяжёлый", "-1"])
def test_an_unreadable_weight_leaves_the_product(read_refused: ReadRefused, written: str) -> None:
    product, refused = read_refused(f"<Вес>{written}</Вес>")
    assert product.weight_kg is UNSET
    assert (refused.code, refused.params["value"]) == ("product.weight_unreadable", written)


@pytest.mark.parametrize(
    "name", ["Полное наименование", "ПолноеНаименование", "Повне найменування"]
)
def test_the_full_name_from_requisites(read_one: ReadOne, name: str) -> None:
    product = read_one(requisites((name, "Болт М6 оцинкованный")))
    assert product.full_name == "Болт М6 оцинкованный"
    assert product.extra == ()


def test_the_full_name_of_its_own(read_one: ReadOne) -> None:
    assert read_one("<ПолноеНаименование>Болт</ПолноеНаименование>").full_name == "Болт"


@pytest.mark.parametrize(
    ("kind", "service"), [("Услуга", True), ("Товар", False), ("Запас", False), ("Работа", True)]
)
def test_services(read_one: ReadOne, kind: Any, service: bool) -> None:
    product = read_one(requisites(("ТипНоменклатуры", kind), ("ВидНоменклатуры", "Прочее")))
    assert product.service is service
    assert product.extra == (("ТипНоменклатуры", kind), ("ВидНоменклатуры", "Прочее"))


def test_other_requisites_and_own_tags_are_kept_as_the_erp_names_them(read_one: ReadOne) -> None:
    product = read_one(
        requisites(
            ("ОКПД", "25.94"),
            ("Планируемая дата поступления", "0001-01-01T00:00:00"),
            ("ОписаниеФайла", "a.jpg#красный"),
            ("Пусто", ""),
        )
        + "<Длина>12</Длина><Ширина>0</Ширина>"
    )
    assert product.extra == (("ОКПД", "25.94"), ("Длина", "12"))


def test_the_code_of_the_erp(read_one: ReadOne) -> None:
    assert read_one(requisites(("Код", "ФР-29"))).code == "ФР-29"
    assert read_one("<Код> 77 </Код>" + requisites(("Код", "ФР-29"))).code == "77"
    assert read_one("<Код/>").code == ""


def test_a_requisite_with_several_values(read_one: ReadOne) -> None:
    product = read_one(
        "<ЗначенияРеквизитов><ЗначениеРеквизита><Наименование>ОКПД</Наименование>"
        "<Значение>1</Значение><Значение>2</Значение></ЗначениеРеквизита></ЗначенияРеквизитов>"
    )
    assert product.extra == (("ОКПД", "1"), ("ОКПД", "2"))


def test_pictures_keep_their_order_and_come_once(read_one: ReadOne) -> None:
    product = read_one(
        "<Картинка>import_files\\ab\\2.jpg</Картинка><Картинка>/import_files/ab/1.jpg</Картинка>"
        "<Картинка/><Картинка>import_files/ab/2.jpg</Картинка>"
        + requisites(("Файл", "import_files/3.PNG"), ("Файл", "import_files/паспорт.pdf"))
    )
    assert product.images == (
        "import_files/ab/2.jpg",
        "import_files/ab/1.jpg",
        "import_files/3.PNG",
    )


@pytest.mark.parametrize(
    "path", ["../../etc/passwd", "a/../../b.jpg", "https://example.org/a.jpg", "C:\\a.jpg", ".."]
)
def test_pictures_outside_the_package_are_refused(read_refused: ReadRefused, path: str) -> None:
    product, refused = read_refused(f"<Картинка>{path}</Картинка><Картинка>a.jpg</Картинка>")
    assert product.images == ("a.jpg",)
    assert (refused.code, refused.params) == ("product.picture_outside", {"path": path})


@pytest.mark.parametrize(
    ("body", "brand"),
    [
        ("<ТорговаяМарка> SKF </ТорговаяМарка>", "SKF"),
        ("<Изготовитель><Ид>1</Ид><Наименование>ГПЗ</Наименование></Изготовитель>", "ГПЗ"),
        (
            "<Изготовитель><Наименование>ГПЗ</Наименование></Изготовитель>"
            "<ТорговаяМарка>SKF</ТорговаяМарка>",
            "SKF",
        ),
        ("<Изготовитель>ГПЗ</Изготовитель>", "ГПЗ"),
        ("<ТорговаяМарка/>", ""),
    ],
)
def test_brands(read_one: ReadOne, body: str, brand: str) -> None:
    assert read_one(body).brand == brand


def test_the_country(read_one: ReadOne) -> None:
    assert read_one("<Страна>КИТАЙ</Страна>").country == "КИТАЙ"


@pytest.mark.parametrize(
    ("body", "barcodes"),
    [
        ("<Штрихкод>4601</Штрихкод>", ("4601",)),
        ("<ШтрихКод>4601</ШтрихКод>", ("4601",)),
        ("<Штрихкод>4601</Штрихкод><Штрихкод>4602</Штрихкод>", ("4601", "4602")),
        ("<Штрихкод>4601, 4602;4603 4601</Штрихкод>", ("4601", "4602", "4603")),
    ],
)
def test_barcodes(read_one: ReadOne, body: str, barcodes: object) -> None:
    assert read_one(body).barcodes == barcodes


def test_attribute_values(read_one: ReadOne) -> None:
    def value(external_id: str, *values: str) -> str:
        inner = "".join(f"<Значение>{text}</Значение>" for text in values)
        return f"<ЗначенияСвойства><Ид>{external_id}</Ид>{inner}</ЗначенияСвойства>"

    product = read_one(
        "<ЗначенияСвойств>"
        + value("number", "21,6")
        + value("many", "a", "b")
        + value("sentinel", "-999\u00a0999\u00a0999,9")
        + value("nobody", ZERO)
        + value("never", "0001-01-01T00:00:00")
        + value("empty", "")
        + value("twice", "1")
        + value("twice", "2")
        + value("negative", "-5")
        + "<ЗначенияСвойства><Ид>wrapped</Ид><ЗначениеСвойства><Значение>x</Значение>"
        "<Описание>y</Описание></ЗначениеСвойства></ЗначенияСвойства>"
        "<ЗначенияСвойства><Ид>by_id</Ид><ИдЗначения>o</ИдЗначения></ЗначенияСвойства>"
        "<ЗначенияСвойства><Значение>lost</Значение></ЗначенияСвойства>"
        "</ЗначенияСвойств>"
    )
    assert product.attributes == {
        "number": ("21,6",),
        "many": ("a", "b"),
        "sentinel": (),
        "nobody": (),
        "never": (),
        "empty": (),
        "twice": ("1", "2"),
        "negative": ("-5",),
        "wrapped": ("x",),
        "by_id": ("o",),
    }


def test_characteristics_of_goods(read_one: ReadOne) -> None:
    product = read_one(
        "<ХарактеристикиТовара><ХарактеристикаТовара><Ид>1</Ид><Наименование>Цвет</Наименование>"
        "<Значение>Белый</Значение></ХарактеристикаТовара><ХарактеристикаТовара>"
        "<Наименование>Вес</Наименование><Значение>-999 999 999,9</Значение>"
        "</ХарактеристикаТовара></ХарактеристикиТовара>"
    )
    assert product.characteristics == (("Цвет", "Белый"),)


def test_prices_inside_goods(read_goods: Read) -> None:
    """Shops and libraries that write CommerceML put them there."""
    _, price = read_goods(
        "<Товар><Ид>1</Ид><Цены><Цена><ИдТипаЦены>BASE</ИдТипаЦены><Валюта>UAH</Валюта>"
        "<ЦенаЗаЕдиницу>1002</ЦенаЗаЕдиницу></Цена></Цены></Товар>"
    )
    assert price == PriceRecord(
        row=1,
        offer_external_id="1",
        price_list_external_id="BASE",
        price=Decimal(1002),
        currency="UAH",
    )
