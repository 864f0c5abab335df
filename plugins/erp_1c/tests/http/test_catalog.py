"""The catalogue over HTTP: runs of the importer, told by `progress`."""

import asyncio

import pytest
from exchange_desk import ExchangeShop, document, goods, offers, packed

from fondaco_erp_1c.sim.client import Failure, Onec

pytestmark = pytest.mark.plugins("erp_1c")


async def _begun(shop: ExchangeShop) -> Onec:
    onec = shop.onec("catalog")
    await onec.begin()
    return onec


async def _on_sale(shop: ExchangeShop) -> list[str]:
    rows = await shop.all(
        "select external_id from fondaco.product where active and catalog_id = 'catalog-1'"
        " order by external_id"
    )
    return [row[0] for row in rows]


async def test_files_one_by_one_as_the_older_configurations_send_them(shop: ExchangeShop) -> None:
    onec = await _begun(shop)
    for name, content in (("import.xml", goods("X1", "X2")), ("offers.xml", offers("X1", "X2"))):
        await onec.send(name, content, piece=200)
        words = await shop.load(onec, name)
        assert words[0] == "progress" and words[-1] == "success"
        assert (await onec.call("import", filename=name)).word == "success"
    rows = await shop.all(
        "select p.external_id, r.price, s.on_hand from fondaco.product p"
        " join fondaco.price_row r on r.product_id = p.id"
        " join fondaco.stock_row s on s.product_id = p.id where p.external_id like 'X_'"
        " order by 1"
    )
    assert [(key, int(price), int(stock)) for key, price, stock in rows] == [
        ("X1", 100, 5),
        ("X2", 100, 5),
    ]


async def test_all_files_first_are_one_run(shop: ExchangeShop) -> None:
    onec = await _begun(shop)
    await onec.send("import0_1.xml", goods("X1", full=True))
    await onec.send("import0_2.xml", goods("X2", full=True))
    await onec.send("offers0_1.xml", offers("X1", "X2"))
    assert await shop.load(onec, "import0_1.xml") == ["progress", "success"]
    assert await shop.load(onec, "import0_2.xml") == ["success"]
    assert await shop.load(onec, "offers0_1.xml") == ["success"]
    assert await shop.all("select count(*) from fondaco.import_run") == [(1,)]
    assert await _on_sale(shop) == ["X1", "X2"]


@pytest.mark.parametrize("asked", ["import.xml", "v8_3B8F.zip"])
async def test_an_archive_is_unpacked_with_a_call_of_its_own(
    shop: ExchangeShop, asked: str
) -> None:
    onec = await _begun(shop)
    await onec.send(
        "v8_3B8F.zip", packed(import_xml=goods("X1"), offers_xml=offers("X1")), piece=300
    )
    said = await onec.call("import", filename=asked)
    assert (said.word, said.lines) == ("progress", ("Распаковано файлов: 2",))
    assert await shop.load(onec, asked) == ["progress", "success"]
    assert await _on_sale(shop) == ["X1"]


@pytest.mark.parametrize(("full", "left"), [(True, ["X2"]), (False, None), (None, None)])
async def test_only_an_explicit_false_takes_goods_off_sale(
    shop: ExchangeShop, full: bool | None, left: list[str] | None
) -> None:
    first = await _begun(shop)
    await first.send("import.xml", goods("X1", "X2"))
    await shop.load(first, "import.xml")
    onec = await _begun(shop)
    await onec.send("import.xml", goods("X2", full=full))
    assert await shop.load(onec, "import.xml") == ["progress", "success"]
    assert await _on_sale(shop) == (left or ["X1", "X2"])


@pytest.mark.parametrize("end", ["complete", "deactivate"])
async def test_pieces_of_a_snapshot_count_whole_at_its_end(shop: ExchangeShop, end: str) -> None:
    first = await _begun(shop)
    await first.send("import.xml", goods("X0", "X1", "X2"))
    await shop.load(first, "import.xml")
    onec = await _begun(shop)
    for name, one in (("goods/goods_1_1_ab.xml", "X1"), ("goods/goods_1_2_cd.xml", "X2")):
        await onec.send(name, goods(one, full=True))
        assert await shop.load(onec, name) == ["progress", "success"]
        # In the middle nothing is off sale that the next piece may bring.
        assert await _on_sale(shop) == ["X0", "X1", "X2"]
    assert await shop.load(onec, "", end) == ["progress", "success"]
    assert await _on_sale(shop) == ["X1", "X2"]
    assert await shop.load(onec, "", end) == ["success"]


async def test_the_end_of_an_exchange_that_lost_a_file_takes_nothing_off(
    shop: ExchangeShop,
) -> None:
    onec = await _begun(shop)
    await onec.send("goods_1_1_ab.xml", goods("X1", full=True))
    await shop.load(onec, "goods_1_1_ab.xml")
    await onec.send("goods_1_2_cd.xml", goods("X2", full=True))
    with pytest.raises(Failure, match="не все переданные файлы"):
        await onec.until_done("complete")


async def test_stock_and_prices_may_come_before_the_offer(shop: ExchangeShop) -> None:
    onec = await _begun(shop)
    rests = document(
        "<ПакетПредложений><Ид>catalog-1#</Ид><ИдКаталога>catalog-1</ИдКаталога><Предложения>"
        "<Предложение><Ид>X9</Ид><Остатки><Остаток><Склад><Ид>msk</Ид><Количество>7</Количество>"
        "</Склад></Остаток></Остатки></Предложение></Предложения></ПакетПредложений>",
        version="3.1",
    )
    await onec.send("rests___1.xml", rests)
    assert await shop.load(onec, "rests___1.xml") == ["progress", "success"]
    await onec.send("import___1.xml", goods("X9"))
    await onec.send("offers___1.xml", offers("X9", stock="7"))
    assert await shop.load(onec, "import___1.xml") == ["progress", "success"]
    rows = await shop.all(
        "select p.name, s.on_hand from fondaco.product p"
        " join fondaco.stock_row s on s.product_id = p.id where p.external_id = 'X9'"
    )
    assert [(name, int(stock)) for name, stock in rows] == [("Товар X9", 7)]


async def test_a_broken_file_fails_alone_and_is_sent_again(shop: ExchangeShop) -> None:
    onec = await _begun(shop)
    broken = goods("X1", "X2")[:-60]
    await onec.send("import.xml", broken)
    said = await onec.call("import", filename="import.xml")
    assert said.word == "progress"
    await shop.work()
    with pytest.raises(Failure, match="XML повреждён"):
        await onec.load("import.xml")
    assert await _on_sale(shop) == []
    await onec.send("import.xml", goods("X1", "X2"))
    assert await shop.load(onec, "import.xml") == ["progress", "success"]
    assert await _on_sale(shop) == ["X1", "X2"]


async def test_the_same_package_again_changes_nothing(shop: ExchangeShop) -> None:
    for _ in range(2):
        onec = await _begun(shop)
        await onec.send("import.xml", goods("X1", full=True))
        assert (await shop.load(onec, "import.xml"))[-1] == "success"
    assert await _on_sale(shop) == ["X1"]


async def test_orders_among_the_goods_are_refused_in_words(shop: ExchangeShop) -> None:
    onec = await _begun(shop)
    await onec.send("orders.xml", document("<Документ><Ид>1</Ид></Документ>"))
    with pytest.raises(Failure, match="Загружайте их через обмен заказами"):
        await onec.load("orders.xml")


async def test_calls_at_the_same_moment_begin_one_run(shop: ExchangeShop) -> None:
    onec = await _begun(shop)
    await onec.send("import.xml", goods("X1"))
    said = await asyncio.gather(*(onec.call("import", filename="import.xml") for _ in range(4)))
    assert {one.word for one in said} == {"progress"}
    assert await shop.load(onec, "import.xml") in (["progress", "success"], ["success"])
    assert await shop.all("select count(*) from fondaco.import_run") == [(1,)]


async def test_a_start_that_died_is_begun_again(shop: ExchangeShop) -> None:
    onec = await _begun(shop)
    await onec.send("import.xml", goods("X1"))
    await shop.run("update plugin_erp_1c.file set state = 'starting'")
    assert (await onec.call("import", filename="import.xml")).word == "progress"
    assert await shop.all("select count(*) from fondaco.import_run") == [(0,)]
    await shop.run("update plugin_erp_1c.file set at = now() - interval '2 minutes'")
    assert await shop.load(onec, "import.xml") == ["progress", "success"]
    assert await _on_sale(shop) == ["X1"]


PARTNER = """
<Контрагенты СодержитТолькоИзменения="true"><Контрагент><Ид>{id}</Ид>
<НомерВерсии>AAAAAQAAAAk=</НомерВерсии><ПометкаУдаления>false</ПометкаУдаления>
<Наименование>{name}</Наименование><ОфициальноеНаименование>ООО "{name}"</ОфициальноеНаименование>
<Роль>Покупатель</Роль><ИНН>{inn}</ИНН><КПП>770701001</КПП>
<РасчетныеСчета><РасчетныйСчет><НомерСчета>40702810938000000001</НомерСчета><Банк>
<БИК>044525225</БИК><Наименование>ПАО Сбербанк</Наименование>
<СчетКорреспондентский>30101810400000000225</СчетКорреспондентский></Банк></РасчетныйСчет>
</РасчетныеСчета><АдресРегистрации><Представление>Москва, ул. Вавилова, 19</Представление>
</АдресРегистрации></Контрагент>
<Контрагент><Ид>supplier</Ид><Наименование>Поставщик</Наименование><Роль>Поставщик</Роль>
</Контрагент></Контрагенты>
"""


async def test_counterparties_become_companies_with_their_legal_entities(
    shop: ExchangeShop,
) -> None:
    onec = await _begun(shop)
    said = PARTNER.format(id="cp-1", name="Ромашка-Опт", inn="7707083893")
    for _ in range(2):
        await onec.send("contragents/contragents_1_1_ab.xml", document(said, version="3.1"))
        words = await shop.load(onec, "contragents/contragents_1_1_ab.xml")
        assert words[-1] == "success"
    rows = await shop.all(
        "select c.external_id, c.name, e.external_id, e.full_name, e.tax_id, e.address"
        " from fondaco.company c join fondaco.legal_entity e on e.company_id = c.id"
        " where c.external_id is not null"
    )
    assert rows == [
        (
            "cp-1",
            "Ромашка-Опт",
            "cp-1",
            'ООО "Ромашка-Опт"',
            "7707083893",
            "Москва, ул. Вавилова, 19",
        )
    ]
    assert await shop.all("select state, refused from plugin_erp_1c.file") == [("done", 0)]


async def test_a_counterparty_that_does_not_fit_is_named(shop: ExchangeShop) -> None:
    onec = await _begun(shop)
    said = PARTNER.format(id="cp-2", name="Ошибка", inn="7707083890")
    await onec.send("contragents.xml", document(said, version="3.1"))
    assert (await shop.load(onec, "contragents.xml"))[-1] == "success"
    ((refused, why),) = await shop.all("select refused, said from plugin_erp_1c.file")
    assert refused >= 1 and "Ошибка" in why
