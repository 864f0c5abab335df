"""For which legal entity and outlet one works: switched in the header, kept, never another's."""

from typing import Any
from uuid import uuid4

from fondaco.db.counting import counting
from fondaco.hooks.hall import Hall
from fondaco.identity.who import by_session


async def _outlets(shop: Any) -> list[Any]:
    """Two more outlets of the first company; all three by name."""
    await shop.sql(
        "insert into fondaco.outlet (uuid, company_id, name, address) values"
        " (gen_random_uuid(), :id, 'Аптека', 'Тула, 1'), (gen_random_uuid(), :id, 'Склад', 'Ржев')",
        id=shop.company.customer.company_id,
    )
    return list(
        await shop.sql(
            "select id, uuid, name from fondaco.outlet where company_id = :id order by name",
            id=shop.company.customer.company_id,
        )
    )


async def test_the_header_switches_entity_and_outlet_and_the_checkout_begins_with_them(
    hall: Hall, shop: Any, buyer: Any, sql_budget: type[counting]
) -> None:
    outlets = await _outlets(shop)
    await shop.fill(2)
    second = (
        await shop.sql(
            "insert into fondaco.legal_entity (uuid, company_id, name, tax_id, kpp)"
            " values (gen_random_uuid(), :id, 'ИП Второй', '1', '') returning id, uuid",
            id=shop.company.customer.company_id,
        )
    )[0]
    # Without an agreement nothing can be ordered for it.
    assert "ИП Второй" not in (await buyer.get("/cart")).text
    refused = await buyer.send_form("/acting", {"option": str(second[1])})
    assert refused.status_code == 404
    await shop.sql(
        "insert into fondaco.agreement (uuid, legal_entity_id, seller_id)"
        " values (gen_random_uuid(), :entity, :seller)",
        entity=second[0],
        seller=shop.company.customer.seller_id,
    )
    page = (await buyer.get("/cart")).text
    for said in ("ИП Второй", "Аптека", "Выбирать при оформлении", "Юрлицо"):
        assert said in page, said

    chosen = await buyer.send_form("/acting", {"outlet": str(outlets[2][1]), "next": "/checkout"})
    assert chosen.headers["location"] == "/checkout"
    await buyer.send_form("/acting", {"option": str(second[1])})
    key = next(c.value or "" for c in buyer.cookies.jar if c.name == "sid")
    with sql_budget() as count:
        identity = await by_session(hall, key)
    assert count.number == 1
    assert identity.customer is not None
    assert identity.customer.legal_entity_id == second[0]
    assert identity.customer.outlet_id == outlets[2][0]
    assert identity.customer.outlet_name == "Склад"

    await buyer.send_form("/acting", {"option": str(await _first_entity(shop))})
    form = (await buyer.get("/checkout")).text
    at = form.index(f'value="outlet:{outlets[2][1]}"')
    assert " checked" in form[at : form.index(">", at)]
    await buyer.send_form("/acting", {"outlet": ""})
    identity = await by_session(hall, key)
    assert identity.customer is not None
    assert identity.customer.outlet_id is None

    for wrong in ({"outlet": str(shop.stranger.outlet)}, {"outlet": str(uuid4())}, {"outlet": "x"},
                  {"option": str(uuid4())}, {}):  # fmt: skip
        assert (await buyer.send_form("/acting", wrong)).status_code == 404
    assert "Any" not in page
    english = await buyer.get("/cart", headers={"Cookie": f"sid={key}; locale=en"})
    assert "Choose at checkout" in english.text


async def _first_entity(shop: Any) -> Any:
    rows = await shop.sql(
        "select uuid from fondaco.legal_entity where id = :id",
        id=shop.company.customer.legal_entity_id,
    )
    return rows[0][0]


async def test_who_is_bound_to_outlets_chooses_only_those(
    hall: Hall, shop: Any, buyer: Any
) -> None:
    outlets = await _outlets(shop)
    await shop.fill(2)
    for outlet in outlets[1:]:
        await shop.sql(
            "insert into fondaco.user_outlet (user_id, outlet_id) values (:user, :outlet)",
            user=shop.company.user_id,
            outlet=outlet[0],
        )
    page = (await buyer.get("/checkout")).text
    assert "Аптека" not in page
    assert "Выбирать при оформлении" not in page
    key = next(c.value or "" for c in buyer.cookies.jar if c.name == "sid")
    identity = await by_session(hall, key)
    assert identity.customer is not None
    assert identity.customer.outlet_id == outlets[1][0]
    assert (await buyer.send_form("/acting", {"outlet": str(outlets[0][1])})).status_code == 404
    form = await buyer.checkout_form()
    refused = await buyer.send_form(
        "/checkout", {**form, **shop.choices(to=f"outlet:{outlets[0][1]}")}
    )
    assert refused.status_code == 422
    assert await shop.sql("select count(*) from fondaco.customer_order") == [(0,)]
    await buyer.send_form("/acting", {"outlet": str(outlets[2][1])})
    form = await buyer.checkout_form()
    placed = await buyer.send_form(
        "/checkout", {**form, **shop.choices(to=f"outlet:{outlets[2][1]}")}
    )
    assert placed.status_code == 303, placed.text
    assert await shop.sql("select address from fondaco.shipment") == [("Ржев",)]
