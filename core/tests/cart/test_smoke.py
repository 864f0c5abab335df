from decimal import Decimal
import re
from fondaco.cart.service import CartItem, Carts
from fondaco.testing.wholesaler import PASSWORD
from fondaco_sdk.types.cart import LineSource

async def test_smoke(hall, wholesaler, client):
    seller, prices = await wholesaler.seller(), await wholesaler.price_list()
    place = await wholesaler.place()
    products = await wholesaler.products(3, price_list=prices, place=place, on_hand=Decimal(50))
    company = await wholesaler.company("Ромашка", seller, [prices])
    ask = company.ask(hall)
    r = await client.sign_in(company.email, PASSWORD)
    r = await client.get("/cart"); assert r.status_code == 200, r.text
    async with ask.act() as act:
        await Carts(act).add(act, [CartItem(p, Decimal(60 if p == products[2] else 3), LineSource.SEARCH) for p in products])
    r = await client.get("/cart"); assert r.status_code == 200, r.text
    print(r.text)
    lines = re.findall(r'id="line-([0-9a-f-]+)"', r.text)
    hx = {"HX-Request": "true"}
    for path in ("/cart/lines", "/cart/badge", f"/cart/lines/{lines[0]}/why", "/cart/export.xlsx"):
        r = await client.get(path, headers=hx); assert r.status_code == 200, (path, r.text)
    print((await client.get(f"/cart/lines/{lines[0]}/why", headers=hx)).text)
    r = await client.send_form(f"/cart/lines/{lines[2]}", {"quantity": "50", "shown_total": "6600", "shown_sum": "6000"}, headers=hx)
    print(r.status_code, r.headers, r.text); assert r.status_code == 200
    r = await client.send_form(f"/cart/lines/{lines[2]}/remove", {}, headers=hx)
    assert r.status_code == 200; print(r.text)
    undo = re.search(r'/cart/undo/([0-9a-f-]+)', r.text)[0]
    r = await client.send_form(undo, {}, headers=hx); assert r.status_code == 200, r.text
    r = await client.send_form("/cart/clear", {}, headers=hx); assert r.status_code == 200, r.text
    undo = re.search(r'/cart/undo/([0-9a-f-]+)', r.text)[0]
    r = await client.send_form(undo, {}, headers=hx); assert r.status_code == 200, r.text
    r = await client.send_form("/cart/articles", {"article": "A-1\t5"}, headers=hx); assert r.status_code == 200, r.text
    r = await client.send_form("/cart/articles", {"article": "nope"}, headers=hx); assert r.status_code == 422, r.text
    print(r.text)
    r = await client.send_form("/cart/quote", {"format": "pdf"}); assert r.status_code == 303, r.text
    doc = r.headers["location"]
    r = await client.get(doc); assert r.status_code == 200, r.text
    for p in ("/state", "/link"):
        r = await client.get(doc + p); assert r.status_code == 200, r.text
    r = await client.get(doc + "/file"); assert r.status_code == 409
    r = await client.get("/documents"); assert r.status_code == 200, r.text
    r = await client.get("/checkout"); assert r.status_code == 200, r.text
    form = dict(re.findall(r'name="(key|shown|shown_lines|shown_total)" value="([^"]*)"', r.text))
    import html
    form = {k: html.unescape(v) for k, v in form.items()}
    r = await client.send_form("/checkout", {**form, "payment": "invoice", "to": ""}); assert r.status_code == 422, r.text
    r = await client.send_form("/checkout", {**form, "payment": "invoice", "to": f"outlet:{company.outlet}", "shown": "x"}); assert r.status_code == 409, r.text
    r = await client.send_form("/checkout", {**form, "payment": "invoice", "to": f"outlet:{company.outlet}", "comment": "привет"}); assert r.status_code == 303, r.text
    order = r.headers["location"]
    r = await client.get(order); assert r.status_code == 200, r.text
    print(r.text)
    base = order.split("?")[0]
    why = re.search(r'hx-get="([^"]*why)"', r.text)[1]
    r = await client.get(why); assert r.status_code == 200, r.text
    r = await client.get("/orders?number=00"); assert r.status_code == 200, r.text
    r = await client.get(base + "/export.xlsx"); assert r.status_code == 200
    r = await client.get(base + "/cancel"); assert r.status_code == 200, r.text
    r = await client.send_form(base + "/repeat"); assert r.status_code == 303, r.text
    r = await client.send_form(base + "/cancel"); assert r.status_code == 303, r.text
    r = await client.get(base); assert r.status_code == 200, r.text
    r = await client.get("/cart", headers={"cookie": "locale=en"}); assert r.status_code == 200, r.text
