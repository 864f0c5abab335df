"""What to take, from where, by when: a better analogue, three sources, two dates and addresses."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from carts import empty_cart
from demo_site import DemoSite
from people import Persons
from playwright.sync_api import Page, expect

from fondaco.documents.table_xlsx import Column, table_xlsx

Shoot = Callable[[Page, str], None]

pytestmark = pytest.mark.chapters

BUYER = "sokolov@avtostan.example"
LOT = "CN-2418"

# Two products sold by the piece of which one stands in for the other in full.
PAIR = """
    select a.sku, b.sku, a.id, b.id from plugin_analogues.reference r
      join fondaco.product a on a.id = r.product_id
      join fondaco.product b on b.id = r.other_id
     where r.kind = 'full' and a.multiple = 1 and b.multiple = 1 and a.name like 'Ремень%'
     order by r.id limit 1
"""
NOTHING = "update fondaco.stock_row set on_hand = reserved where product_id = any(:products)"
HAS = """
    insert into fondaco.stock_row (product_id, place_id, lot, on_hand, arrives_on)
    select :product, p.id, :lot, :quantity, cast(:arrives_on as date)
      from fondaco.place p where p.name = :place
    on conflict (product_id, place_id, lot) do update
       set on_hand = fondaco.stock_row.reserved + excluded.on_hand,
           arrives_on = excluded.arrives_on
"""
# The place whose goods a lorry brings on Tuesdays, and where it brings them.
LORRY = """
    select s.name as source, t.name as target from plugin_sourcing.transfer l
      join fondaco.place s on s.id = l.source_id join fondaco.place t on t.id = l.target_id
"""


@pytest.fixture(scope="module")
def buyer(persons: Persons) -> Page:
    """Who orders, with an empty cart."""
    page = persons.signed_in(BUYER)
    empty_cart(page)
    return page


class Goods:
    """An original of which there is nothing, and its analogue, of which there are 120 in three
    places: 40 here, 30 where Tuesday's lorry starts, and 50 in a lot that comes on Thursday.
    """

    def __init__(self, site: DemoSite) -> None:
        self._site = site
        ((self.original, self.analogue, original, self._product),) = site.rows_of(PAIR)
        ((self.far, self.here),) = site.rows_of(LORRY)
        site.run_sql(NOTHING, products=[original, self._product])
        today = datetime.now(ZoneInfo("Europe/Moscow")).date()
        self.thursday = today + timedelta(days=(3 - today.weekday()) % 7 or 7)
        self._has(self.here, 40)
        self._has(self.far, 30)
        self._has(self.here, 50, LOT, self.thursday)

    def _has(self, place: str, quantity: int, lot: str = "", arrives: date | None = None) -> None:
        self._site.run_sql(
            HAS,
            product=self._product,
            place=place,
            quantity=quantity,
            lot=lot,
            arrives_on=arrives,
        )


@pytest.fixture(scope="module")
def goods(site: DemoSite) -> Goods:
    """In the database of the demo."""
    return Goods(site)


@pytest.fixture
def uploaded(goods: Goods, tmp_path: Path) -> Path:
    """A workbook with 120 pieces of the original."""
    file = tmp_path / "list.xlsx"
    columns = (Column("sku", 20), Column("quantity", 10, "quantity"))
    file.write_bytes(table_xlsx("List", columns, [(goods.original, 120)], "ru"))
    return file


def test_an_original_is_replaced_by_its_analogue_and_put_back(
    buyer: Page, goods: Goods, uploaded: Path, shoot: Shoot
) -> None:
    buyer.goto("/quick-order")
    buyer.set_input_files("input[type=file][name=file]", uploaded)
    buyer.wait_for_url(re.compile(r"/quick-order/[0-9a-f-]{36}"))
    row = buyer.locator("tbody tr", has_text=goods.original).first
    expect(row).to_be_visible()
    shoot(buyer, "analogues-list")
    row.locator("button[formaction$='/product']", has_text=goods.analogue).click()
    expect(row).to_contain_text(goods.analogue)
    shoot(buyer, "analogues-chosen")
    buyer.click("#to-cart button[type=submit]")
    buyer.wait_for_url(re.compile(r"/cart"))
    line = buyer.locator("tr[id^=line-]")
    expect(line).to_contain_text(f"вместо {goods.original}")
    line.locator("button[formaction$='/put-back']").click()
    expect(line.locator(".article, [data-copy]").first).to_contain_text(goods.original)
    expect(line).to_contain_text("Нет в наличии")
    shoot(buyer, "analogues-cart")
    line.locator("button[formaction$='/replace']", has_text=goods.analogue).first.click()
    expect(line).to_contain_text(f"вместо {goods.original}")


def test_120_pieces_come_from_three_places_on_three_days(
    buyer: Page, goods: Goods, shoot: Shoot
) -> None:
    buyer.goto("/cart")
    stock = buyer.locator("tr[id^=line-] .cell-stock")
    expect(stock).to_contain_text(
        re.compile(rf"{goods.here}: 40.*{goods.far}: ещё 30.*{goods.here}: ещё 50")
    )
    buyer.goto("/checkout")
    summary = buyer.locator("section:has(#summary-title)")
    expect(summary).to_contain_text(re.compile(rf"40\s*шт[\s\S]*{goods.here}"))
    expect(summary).to_contain_text(
        re.compile(rf"30\s*шт[\s\S]*рейс {goods.far}\s— {goods.here} во вторник")
    )
    expect(summary).to_contain_text(re.compile(r"50\s*шт[\s\S]*поступление в четверг"))
    expect(buyer.locator("#ways")).to_contain_text("3 отгрузки")
    shoot(buyer, "three-sources")


def test_split_into_two_dates_and_two_addresses(buyer: Page, goods: Goods, shoot: Shoot) -> None:
    buyer.goto("/checkout")
    buyer.click("a[href='/cart/deliveries']")
    buyer.click("form[action='/cart/deliveries/begin'] button.btn-primary")
    more = buyer.locator("form[action='/cart/deliveries/add']")
    more.locator("select").select_option(index=1)
    wanted = goods.thursday + timedelta(days=7)
    more.locator("input[type=date]").fill(wanted.isoformat())
    more.locator("button[type=submit]").click()
    share = buyer.locator("input[data-share]")
    share.fill("50")
    share.blur()
    expect(buyer.locator("[data-shares-state]")).to_have_text("Сохранено")
    expect(buyer.locator("#deliveries")).to_contain_text("1 строка")
    shoot(buyer, "deliveries")
    buyer.goto("/checkout")
    expect(buyer.locator("#parts tbody tr")).to_have_count(2)
    shoot(buyer, "checkout-parts")
    buyer.click("form[action='/checkout'] #send button[type=submit]")
    buyer.wait_for_url(re.compile(r"/orders/[0-9a-f-]{36}"))
    main = buyer.locator("main")
    expect(main).to_contain_text("2 отгрузки")
    expect(main).to_contain_text("просили")
    shoot(buyer, "order-parts")
    whys = buyer.locator("#order-lines button[aria-haspopup]")
    whys.last.click()
    expect(main).to_contain_text("поступление в четверг")
