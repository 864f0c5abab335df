"""Values that cross the seams, with everything filled in; name only what a test is about.

cart = priced_cart(cart_line(1, total=Decimal(900)), cart_line(2, quantity=Decimal(5)))
"""

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid5

from fondaco_sdk.context import Subject
from fondaco_sdk.types.actor import Actor, ActorKind, Customer
from fondaco_sdk.types.cart import LineSource, PricedCart, PricedCartLine
from fondaco_sdk.types.document import DocumentSubject
from fondaco_sdk.types.ids import (
    AgreementId,
    CompanyId,
    LegalEntityId,
    PlaceId,
    PriceListId,
    ProductId,
    SellerId,
    StockId,
)
from fondaco_sdk.types.match import ArticleRow
from fondaco_sdk.types.money import round_money
from fondaco_sdk.types.price import LinePrice, PriceLine, PriceStep, Quote, Stage
from fondaco_sdk.types.product import Pack, Product, Unit
from fondaco_sdk.types.reason import Reason
from fondaco_sdk.types.supply import LineSupply, StockRow, SupplyPart, Want

ONE = Decimal(1)
HUNDRED = Decimal(100)
SOME_DAY = date(2026, 11, 24)
_NAMES = UUID("6f0a7c52-3f0e-4d3c-9a52-0c7f7f4e7a11")


def some_uuid(name: object) -> UUID:
    """A UUID that is always the same for the same name."""
    return uuid5(_NAMES, str(name))


def reason(code: str = "test.reason", ru: str = "Так надо", en: str = "It must be so") -> Reason:
    """A reason in both languages."""
    return Reason(code, ru, en)


def product(
    number: int = 1,
    *,
    multiple: Decimal = ONE,
    packs: tuple[Pack, ...] = (),
    vat: str = "22",
    orderable: bool = True,
) -> Product:
    """Product `number`: «Болт 1», article A-1, sold by the piece."""
    return Product(
        id=ProductId(number),
        uuid=some_uuid(f"product {number}"),
        sku=f"A-{number}",
        name=f"Болт {number}",
        brand="КРЕПЁЖ",
        unit=Unit("796", "шт"),
        multiple=multiple,
        packs=packs,
        vat=vat,
        family="",
        category_id=None,
        image="",
        orderable=orderable,
    )


def customer(number: int = 1, *, currency: str = "RUB", payment_days: int = 0) -> Customer:
    """Company `number` with a legal entity and an agreement of the same number."""
    return Customer(
        company_id=CompanyId(number),
        company_name=f"Ромашка {number}",
        legal_entity_id=LegalEntityId(number),
        legal_entity_name=f"ООО «Ромашка {number}»",
        agreement_id=AgreementId(number),
        seller_id=SellerId(1),
        currency=currency,
        price_lists=(PriceListId(1),),
        payment_days=payment_days,
    )


def buyer(*permissions: str) -> Actor:
    """A person of a company who holds `permissions`."""
    return Actor(ActorKind.BUYER, name="Анна Покупатель", permissions=frozenset(permissions))


def price_line(
    line: int = 1, *, product_id: int | None = None, quantity: Decimal = ONE
) -> PriceLine:
    """What does product `product_id` cost? By default the product of the line's number."""
    return PriceLine(line, ProductId(product_id or line), quantity)


def line_price(
    line: int = 1,
    *,
    quantity: Decimal = ONE,
    unit_price: Decimal | None = HUNDRED,
    list_price: Decimal | None = HUNDRED,
    currency: str = "RUB",
) -> LinePrice:
    """The price of a line: 100 a piece, VAT 22 % inside; None for no price."""
    total = None if unit_price is None else round_money(unit_price * quantity, currency)
    vat = Decimal(0) if total is None else round_money(total * 22 / 122, currency)
    step = PriceStep(Stage.LIST, "price_lists", reason(), None, list_price, applied=True)
    return LinePrice(
        line=line,
        product_id=ProductId(line),
        quantity=quantity,
        unit_price=unit_price,
        list_price=list_price,
        total=total,
        vat="22",
        vat_rate=Decimal(22),
        vat_amount=vat,
        steps=(step,),
    )


def line_supply(
    line: int = 1, *, wanted: Decimal = ONE, missing: Decimal = Decimal(0), on: date = SOME_DAY
) -> LineSupply:
    """All of it from one warehouse on a day, but for what is missing."""
    part = SupplyPart(StockId(line), PlaceId(1), "Москва", wanted - missing, on, "stock", reason())
    parts = (part,) if wanted > missing else ()
    return LineSupply(line, ProductId(line), wanted, parts, missing)


def cart_line(
    line: int = 1,
    *,
    goods: Product | None = None,
    quantity: Decimal = ONE,
    unit_price: Decimal | None = HUNDRED,
    missing: Decimal = Decimal(0),
    currency: str = "RUB",
) -> PricedCartLine:
    """A line of a cart, priced and supplied."""
    return PricedCartLine(
        line=line,
        uuid=some_uuid(f"line {line}"),
        product=goods or product(line),
        quantity=quantity,
        source=LineSource.SEARCH,
        price=line_price(line, quantity=quantity, unit_price=unit_price, currency=currency),
        supply=line_supply(line, wanted=quantity, missing=missing),
    )


def priced_cart(*lines: PricedCartLine, currency: str = "RUB", company_id: int = 1) -> PricedCart:
    """A cart of `lines`, with the sums of a quote."""
    prices = tuple(line.price for line in lines)
    quote = Quote(
        currency,
        prices,
        sum((p.total for p in prices if p.total is not None), Decimal(0)),
        sum((p.vat_amount for p in prices), Decimal(0)),
        sum(p.total is None for p in prices),
    )
    return PricedCart(some_uuid("cart"), CompanyId(company_id), lines, quote)


def want(line: int = 1, *, product_id: int | None = None, quantity: Decimal = ONE) -> Want:
    """How much of a product a line wants."""
    return Want(line, ProductId(product_id or line), quantity)


def stock_row(
    number: int = 1,
    *,
    product_id: int = 1,
    place_id: int = 1,
    on_hand: Decimal = HUNDRED,
    reserved: Decimal = Decimal(0),
    arrives_on: date | None = None,
) -> StockRow:
    """A stock row of a product at a place."""
    lot = str(number) if arrives_on else ""
    return StockRow(
        StockId(number),
        ProductId(product_id),
        PlaceId(place_id),
        lot,
        on_hand,
        reserved,
        arrives_on,
    )


def article_row(row: int = 1, article: str = "", *alternates: str) -> ArticleRow:
    """A row of an article list; by default the article of product `row`."""
    return ArticleRow(row, article or f"A-{row}", alternates)


def document(
    key: int = 1, *, kind: str = "invoice", order: UUID | None = None, company_id: int = 1
) -> DocumentSubject:
    """A document about to be rendered."""
    return DocumentSubject(key, kind, order, company_id)


def subject(
    key: str = "cart",
    *,
    company_id: int | None = 1,
    order: UUID | None = None,
    amount: Decimal | None = None,
    currency: str = "RUB",
) -> Subject:
    """What a slot function is asked about."""
    return Subject(
        key=key,
        company_id=None if company_id is None else CompanyId(company_id),
        order_uuid=order,
        amount=amount,
        currency=currency,
    )
