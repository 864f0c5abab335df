"""One order for several outlets, through the front door: shared out, corrected, undone, ordered."""

import re
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).parent))

from outlet_chain import PAGE, Chain

from fondaco.checkout import service


@pytest_asyncio.fixture
async def chain(shop: Any) -> Chain:
    """Three outlets: Аша, Бор, Вятка."""
    found = Chain(shop)
    await found.open("Аша", "Бор", "Вятка")
    return found


async def test_from_the_cart_over_the_grid_to_an_order_with_three_shipments(
    shop: Any, buyer: Any, chain: Chain
) -> None:
    await shop.fill(10, 3)
    assert PAGE in (await buyer.get("/cart")).text
    assert "Один заказ на 3 точки" in buyer.words((await buyer.get(PAGE)).text)
    begun = await buyer.send_form(f"{PAGE}/begin")
    assert begun.headers["location"] == PAGE
    assert "Ещё не распределены 2 строки" in buyer.words((await buyer.get(PAGE)).text)
    refused = await buyer.get("/checkout")
    assert refused.headers["location"] == "/cart"
    assert "Не распределено по точкам: 10 шт" in buyer.words((await buyer.get("/cart")).text)

    saved = await buyer.partial(f"{PAGE}/cells", await chain.cells([4, 5, 1], [1, "", 2]))
    assert saved.status_code == 200
    assert "500,00 ₽ 500,00 ₽ 300,00 ₽ 1 300,00 ₽" in buyer.words(saved.text)
    form = await buyer.checkout_form()
    words = buyer.words((await buyer.get("/checkout")).text)
    assert "Аша г. Аша 2 500,00 ₽ сегодня" in words
    assert "3 отгрузки 1 300,00 ₽" in words
    placed = await buyer.send_form("/checkout", {**form, "to": "outlets", "payment": "invoice"})
    assert placed.status_code == 303, placed.text

    assert await shop.sql(
        "select o.name, s.address, l.sku, l.quantity, l.total from fondaco.order_line l"
        " join fondaco.shipment s on s.id = l.shipment_id"
        " join fondaco.outlet o on o.id = s.outlet_id order by l.position"
    ) == [
        ("Аша", "г. Аша", "A-1", 4, 400),
        ("Аша", "г. Аша", "A-2", 1, 100),
        ("Бор", "г. Бор", "A-1", 5, 500),
        ("Вятка", "г. Вятка", "A-1", 1, 100),
        ("Вятка", "г. Вятка", "A-2", 2, 200),
    ]
    assert await shop.sql("select sum(reserved) from fondaco.stock_row") == [(13,)]
    assert await shop.sql("select count(*) from fondaco.cart_share") == [(0,)]
    order = await buyer.get(placed.headers["location"])
    words = buyer.words(order.text)
    assert "3 отгрузки" in words
    assert "Вятка 300,00 ₽" in words
    assert "3 отгрузки" in buyer.words((await buyer.get("/orders")).text)


async def test_a_line_grows_with_its_outlets_and_shrinks_when_told(
    shop: Any, buyer: Any, chain: Chain
) -> None:
    await shop.fill(5)
    await buyer.send_form(f"{PAGE}/begin")
    await buyer.partial(f"{PAGE}/cells", await chain.cells([4, 4, ""]))
    assert await chain.quantities() == [8]
    await buyer.partial(f"{PAGE}/cells", await chain.cells([1]))
    assert await chain.quantities() == [8]
    assert "Ещё не распределена 1 строка" in buyer.words((await buyer.get(PAGE)).text)

    fitted = await buyer.send_form(f"{PAGE}/fit")
    assert await chain.quantities() == [5]
    await buyer.send_form(f"{PAGE}/undo", buyer.hidden(fitted.text))
    assert (await chain.quantities(), len(await chain.shares())) == ([8], 2)

    (line,) = await chain.lines()
    lower = await buyer.partial(f"/cart/lines/{line}", {"quantity": "2"})
    assert lower.status_code == 422
    assert "распределено 5" in buyer.words(lower.text)
    assert await chain.quantities() == [8]


async def test_strokes_over_many_cells_can_be_undone(shop: Any, buyer: Any, chain: Chain) -> None:
    await shop.sql("update fondaco.product set multiple = 2 where sku = 'A-2'")
    await shop.fill(7, 10)
    await buyer.send_form(f"{PAGE}/begin")
    await buyer.partial(f"{PAGE}/cells", await chain.cells([7]))
    equal = await buyer.send_form(f"{PAGE}/equal")
    assert [quantity for _, _, quantity in await chain.shares()] == [3, 2, 2, 4, 4, 2]
    await buyer.send_form(f"{PAGE}/undo", buyer.hidden(equal.text))
    assert await chain.shares() == [("A-1", "Аша", 7)]

    copied = await buyer.send_form(f"{PAGE}/copy", {"source": str(chain.outlets[0])})
    assert [quantity for _, _, quantity in await chain.shares()] == [7, 7, 7]
    assert await chain.quantities() == [21, 10]
    await buyer.send_form(f"{PAGE}/undo", buyer.hidden(copied.text))
    assert (await chain.shares(), await chain.quantities()) == ([("A-1", "Аша", 7)], [7, 10])
    bad = await buyer.send_form(f"{PAGE}/undo", {"before": '[["x"],{}]'})
    assert bad.status_code == 400 or bad.status_code == 422


async def test_back_to_one_address_and_again_nothing_is_lost(
    shop: Any, buyer: Any, chain: Chain
) -> None:
    await shop.fill(6)
    await buyer.send_form(f"{PAGE}/begin")
    await buyer.partial(f"{PAGE}/cells", await chain.cells([2, 2, 2]))
    ended = await buyer.partial(f"{PAGE}/end")
    assert f"{PAGE}/resume" in ended.text
    assert "Доставка: Бор" in buyer.words((await buyer.get("/checkout")).text)
    await buyer.partial(f"{PAGE}/resume")
    assert "3 отгрузки" in buyer.words((await buyer.get("/checkout")).text)

    (line,) = await chain.lines()
    removed = await buyer.partial(f"/cart/lines/{line}/remove")
    assert await chain.shares() == []
    undo = re.search(r"/cart/undo/[0-9a-f-]+", removed.text)
    assert undo
    await buyer.partial(undo[0])
    assert [quantity for _, _, quantity in await chain.shares()] == [2, 2, 2]


async def test_bad_input_changes_nothing_and_stays_in_its_field(
    shop: Any, buyer: Any, chain: Chain
) -> None:
    await shop.fill(6)
    await buyer.send_form(f"{PAGE}/begin")
    for typed in ("-1", "много", "1e20", "0.0001"):
        answer = await buyer.send_form(f"{PAGE}/cells", await chain.cells([typed, 2]))
        assert answer.status_code == 422, typed
        assert f'value="{typed}"' in answer.text
        assert await chain.shares() == []
    (line,) = await chain.lines()
    own, foreign = chain.outlets[0], shop.stranger.outlet
    for where in (f"{line}.{foreign}", f"{foreign}.{own}"):
        answer = await buyer.send_form(f"{PAGE}/cells", {f"cell.{where}": "1"})
        assert answer.status_code == 404
    for source, target in ((foreign, own), (own, foreign), ("", own)):
        answer = await buyer.send_form(f"{PAGE}/copy", {"source": source, "target": target})
        assert answer.status_code == 404
    assert await chain.shares() == []


async def test_a_wrong_multiple_is_named_with_its_outlet_and_mended_by_one_press(
    shop: Any, buyer: Any, chain: Chain
) -> None:
    await shop.sql("update fondaco.product set multiple = 12 where sku = 'A-1'")
    await shop.fill(24)
    await buyer.send_form(f"{PAGE}/begin")
    await buyer.partial(f"{PAGE}/cells", await chain.cells([24, 5]))
    assert "Продаётся кратно 12. Бор: 5" in buyer.words((await buyer.get("/cart")).text)
    page = (await buyer.get(PAGE)).text
    (press,) = re.findall(r'name="take" value="([^"]+)"', page)
    await buyer.send_form(f"{PAGE}/cells", {**await chain.cells([24, 5]), "take": press})
    assert [quantity for _, _, quantity in await chain.shares()] == [24, 12]


async def test_an_outlet_that_goes_leaves_a_rest(shop: Any, buyer: Any, chain: Chain) -> None:
    await shop.fill(6)
    await buyer.send_form(f"{PAGE}/begin")
    await buyer.partial(f"{PAGE}/cells", await chain.cells([2, 2, 2]))
    form = await buyer.checkout_form()
    await shop.sql(
        "insert into fondaco.user_outlet (user_id, outlet_id)"
        " select :user, id from fondaco.outlet where uuid = any(:mine)",
        user=shop.company.user_id,
        mine=chain.outlets[:2],
    )
    placed = await buyer.send_form("/checkout", {**form, "to": "outlets", "payment": "invoice"})
    assert placed.status_code == 409
    assert "A-1 для точки «Вятка» 2 —" in buyer.words(placed.text)
    assert "Не распределено по точкам: 2 шт" in buyer.words((await buyer.get("/cart")).text)
    await shop.sql("delete from fondaco.outlet where uuid = :uuid", uuid=chain.outlets[2])
    assert (await buyer.get(PAGE)).status_code == 200


async def test_the_way_of_delivery_must_fit_the_cart(shop: Any, buyer: Any, chain: Chain) -> None:
    await shop.fill(6)
    form = await buyer.checkout_form()
    answer = await buyer.send_form("/checkout", {**form, "to": "outlets", "payment": "invoice"})
    assert answer.status_code == 422
    assert "не распределена по торговым точкам" in buyer.words(answer.text)
    await buyer.send_form(f"{PAGE}/begin")
    await buyer.partial(f"{PAGE}/cells", await chain.cells([2, 2, 2]))
    form = await buyer.checkout_form()
    answer = await buyer.send_form("/checkout", {**form, **shop.choices()})
    assert answer.status_code == 422
    assert await shop.sql("select count(*) from fondaco.customer_order") == [(0,)]


async def test_a_table_from_a_spreadsheet_fills_cart_and_grid(
    shop: Any, buyer: Any, chain: Chain
) -> None:
    assert "Перейти к быстрому заказу" in buyer.words((await buyer.get(PAGE)).text)
    refused = await buyer.send_form(f"{PAGE}/table", {"table": "\tБор\nНЕТ\t1"})
    assert refused.status_code == 422
    assert "Артикула «НЕТ» в каталоге нет" in buyer.words(refused.text)
    table = "\tБор\tаша\nA-1\t2\t3\nA-2\t\t1,5\nA-1\t1\t\n"
    taken = await buyer.send_form(f"{PAGE}/table", {"table": table})
    assert taken.status_code == 200, buyer.words(taken.text)
    assert await chain.shares() == [
        ("A-1", "Аша", 3),
        ("A-1", "Бор", 3),
        ("A-2", "Аша", Decimal("1.5")),
    ]
    for wrong, said in (
        ("\tБор\nНЕТ\t1", "Артикула «НЕТ» в каталоге нет"),
        ("\tУфа\nA-1\t1", "Торговой точки «Уфа» нет в вашем списке"),
        ("\tБор\nA-1\tпять", "«пять» не количество"),
        ("\tБор\nA-1\t-5", "«-5» не количество"),
        ("привет", "Вставьте таблицу"),
    ):
        answer = await buyer.send_form(f"{PAGE}/table", {"table": wrong})
        assert answer.status_code == 422
        assert said in buyer.words(answer.text)
        assert wrong.split("\n")[0].strip() in answer.text
    assert len(await chain.shares()) == 3


async def test_the_tier_counts_by_the_whole_order_and_the_sums_are_exact(
    shop: Any, buyer: Any, chain: Chain
) -> None:
    await shop.sql("update fondaco.product set multiple = 0.005 where sku = 'A-1'")
    await shop.set_price(1, Decimal("9.99"), at_least=3)
    await shop.set_price(1, 11)
    await shop.fill(3)
    await buyer.send_form(f"{PAGE}/begin")
    await buyer.partial(f"{PAGE}/cells", await chain.cells(["0.555", "0.555", "1.89"]))
    # 0.555 x 9.99 is 5.54445, and 5.54 twice with 18.88 is a kopeck less than 3 x 9.99.
    assert "Итого с НДС 29,96 ₽" in buyer.words((await buyer.get("/cart")).text)
    form = await buyer.checkout_form()
    placed = await buyer.send_form("/checkout", {**form, "to": "outlets", "payment": "invoice"})
    assert placed.status_code == 303
    assert await shop.sql("select unit_price, total from fondaco.order_line order by position") == [
        (Decimal("9.99"), Decimal("5.54")),
        (Decimal("9.99"), Decimal("5.54")),
        (Decimal("9.99"), Decimal("18.88")),
    ]
    assert await shop.sql("select total from fondaco.customer_order") == [(Decimal("29.96"),)]


async def test_repeated_it_is_shared_out_again(shop: Any, buyer: Any, chain: Chain) -> None:
    await shop.fill(6, 2)
    await buyer.send_form(f"{PAGE}/begin")
    await buyer.partial(f"{PAGE}/cells", await chain.cells([2, 4], [1, 1]))
    form = await buyer.checkout_form()
    placed = await buyer.send_form("/checkout", {**form, "to": "outlets", "payment": "invoice"})
    order = placed.headers["location"].partition("?")[0]
    await buyer.send_form(f"{order}/repeat")
    wanted = [("A-1", "Аша", 2), ("A-1", "Бор", 4), ("A-2", "Аша", 1), ("A-2", "Бор", 1)]
    assert await chain.shares() == wanted
    await buyer.send_form(f"{order}/repeat")
    assert await chain.shares() == [(sku, name, 2 * q) for sku, name, q in wanted]
    assert await chain.quantities() == [12, 4]


async def test_it_takes_as_many_statements_for_one_cell_as_for_thousands(
    shop: Any, buyer: Any, chain: Chain, sql_budget: Any
) -> None:
    await shop.sql(
        "insert into fondaco.outlet (uuid, company_id, name)"
        " select gen_random_uuid(), :company, 'Точка ' || n from generate_series(1, 37) n",
        company=shop.company.customer.company_id,
    )
    rows = await shop.sql(
        "select uuid from fondaco.outlet where company_id = :company order by name",
        company=shop.company.customer.company_id,
    )
    chain.outlets = [row.uuid for row in rows]
    assert len(chain.outlets) == 40
    await shop.fill(40)
    await buyer.send_form(f"{PAGE}/begin")
    with sql_budget() as one:
        await buyer.partial(f"{PAGE}/cells", await chain.cells([1]))
    more = await shop.wholesaler.products(
        499, price_list=shop.lists[0], place=shop.moscow, prefix="M"
    )
    shop.products = [*shop.products[:1], *more]
    await shop.fill(*[40] * 500)
    cells = await chain.cells(*[[1] * 40] * 500)
    assert len(cells) == 20_000
    with sql_budget() as many:
        saved = await buyer.partial(f"{PAGE}/cells", cells)
    assert saved.status_code == 200
    assert len(await chain.shares()) == 20_000
    assert many.number <= one.number


async def test_the_page_and_its_strokes_take_as_many_for_fifty_lines_as_for_one(
    shop: Any, buyer: Any, chain: Chain, sql_budget: Any
) -> None:
    async def grow(first: int, last: int) -> None:
        await shop.sql(
            "insert into fondaco.outlet (uuid, company_id, name)"
            " select gen_random_uuid(), :company, 'Точка ' || n"
            "   from generate_series(cast(:first as int), :last) n",
            company=shop.company.customer.company_id,
            first=first,
            last=last,
        )

    shop.products = await shop.wholesaler.products(
        50, price_list=shop.lists[0], place=shop.moscow, prefix="B"
    )
    token = await buyer.token()
    await grow(1, 1)
    counted: dict[str, list[int]] = {}
    for lines in (1, 50):
        await shop.fill(*([60] * lines))
        await buyer.send_form(f"{PAGE}/begin")
        await buyer.get(PAGE)
        undo = {}
        for verb in ("", "/table.xlsx", "/equal", "/undo", "/copy", "/fit", "/table"):
            data = {"source": str(chain.outlets[0]), "before": undo.get("before", "")}
            data["table"] = "\tАша\n" + "".join(f"B-{n}\t2\n" for n in range(1, lines + 1))
            with sql_budget() as count:
                answer = (
                    await buyer.get(f"{PAGE}{verb}")
                    if verb in ("", "/table.xlsx")
                    else await buyer.post(
                        f"{PAGE}{verb}", data=data, headers={"X-CSRFToken": token}
                    )
                )
            assert answer.status_code == 200, (verb, buyer.words(answer.text))
            undo = buyer.hidden(answer.text) if verb == "/equal" else {}
            counted.setdefault(verb, []).append(count.number)
        await buyer.send_form("/cart/clear")
        await grow(2, 47)
    assert all(len(set(numbers)) == 1 for numbers in counted.values()), counted


async def _shared_form(shop: Any, buyer: Any, chain: Chain) -> dict[str, Any]:
    await shop.fill(6)
    await buyer.send_form(f"{PAGE}/begin")
    await buyer.partial(f"{PAGE}/cells", await chain.cells([1, 2, 3]))
    return {**await buyer.checkout_form(), "to": "outlets", "payment": "invoice"}


def _meanwhile(monkeypatch: pytest.MonkeyPatch, shop: Any, sql: str) -> None:
    """Somebody else does that after the cart was read and before it is asked where parts go."""
    asked = service.consignments_of

    async def later(*args: Any) -> Any:
        await shop.sql(sql)
        return await asked(*args)

    monkeypatch.setattr(service, "consignments_of", later)


async def test_an_outlet_renamed_while_ordering_gets_its_goods(
    shop: Any, buyer: Any, chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = await _shared_form(shop, buyer, chain)
    _meanwhile(monkeypatch, shop, "update fondaco.outlet set name = 'Б' where name = 'Бор'")
    placed = await buyer.send_form("/checkout", form)
    assert placed.status_code == 303, placed.text
    assert await shop.sql(
        "select o.name, l.quantity from fondaco.order_line l"
        " join fondaco.shipment s on s.id = l.shipment_id"
        " join fondaco.outlet o on o.id = s.outlet_id order by o.name"
    ) == [("Аша", 1), ("Б", 2), ("Вятка", 3)]
    assert await shop.sql("select total from fondaco.customer_order") == [(600,)]


@pytest.mark.parametrize("kept", ["Аша", "Нет такой"])
async def test_an_outlet_taken_away_while_ordering_orders_nothing(
    shop: Any, buyer: Any, chain: Chain, monkeypatch: pytest.MonkeyPatch, kept: str
) -> None:
    form = await _shared_form(shop, buyer, chain)
    await shop.sql(
        "insert into fondaco.outlet (uuid, company_id, name, address)"
        " select gen_random_uuid(), company_id, 'Нет такой', '' from fondaco.cart"
    )
    bound = (
        "insert into fondaco.user_outlet (user_id, outlet_id)"
        " select c.user_id, o.id from fondaco.cart c"
        f" join fondaco.outlet o on o.company_id = c.company_id and o.name = '{kept}'"
    )
    _meanwhile(monkeypatch, shop, bound)
    refused = await buyer.send_form("/checkout", form)
    assert refused.status_code in (303, 409), refused.text
    assert await shop.sql("select count(*) from fondaco.customer_order") == [(0,)]
    assert await shop.sql("select sum(reserved) from fondaco.stock_row") == [(0,)]
