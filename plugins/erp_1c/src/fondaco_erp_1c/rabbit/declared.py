"""What the portal declares at the broker for 1C, and what each message is. Data only.

1C uses what it finds (`onlyCheckIfExists`): it publishes to the exchange by routing keys `1c.…`,
and takes everything of ours from the queue `1c.inbound`.
"""

from fondaco_sdk.manifest import MessageKind, Publication, Queue, Take, Text

INBOUND = "1c.inbound"
_AT = "fondaco_erp_1c.rabbit.messages"

PUBLICATIONS = (
    Publication(
        name="orders",
        events=(
            "order.placed.v1",
            "order.state_changed.v1",
            "order.cancelled.v1",
            "order.amended.v1",
            "order.dates_changed.v1",
            "order.payment_changed.v1",
            "order.change_answered.v1",
        ),
        function="fondaco_erp_1c.rabbit.outgoing:tell_of_orders",
        messages=(
            MessageKind(
                "order.created.v1",
                "portal.order.created",
                f"{_AT}:OrderTold",
                Text("Заказ оформлен", "An order was placed"),
            ),
            MessageKind(
                "order.changed.v1",
                "portal.order.changed",
                f"{_AT}:OrderTold",
                Text("Заказ изменился", "An order has changed"),
            ),
            MessageKind(
                "order.cancelled.v1",
                "portal.order.cancelled",
                f"{_AT}:OrderTold",
                Text("Заказ отменён", "An order was cancelled"),
            ),
        ),
    ),
    Publication(
        name="requests",
        events=("order.change_requested.v1", "order.change_answered.v1"),
        function="fondaco_erp_1c.rabbit.outgoing:tell_of_requests",
        messages=(
            MessageKind(
                "order.change_requested.v1",
                "portal.order.change_requested",
                f"{_AT}:ChangeAskedFor",
                Text("Покупатель просит изменить заказ", "A buyer asks to change an order"),
            ),
            MessageKind(
                "order.change_answered.v1",
                "portal.order.change_answered",
                f"{_AT}:ChangeAnswered",
                Text("На запрос об изменении ответили", "A request for a change is answered"),
            ),
        ),
    ),
    Publication(
        name="payments",
        events=("payment.received.v1", "payment.refunded.v1"),
        function="fondaco_erp_1c.rabbit.outgoing:tell_of_payments",
        messages=(
            MessageKind(
                "payment.received.v1",
                "portal.payment.received",
                f"{_AT}:PaymentTold",
                Text("Пришли деньги за заказ", "Money came for an order"),
            ),
            MessageKind(
                "payment.refunded.v1",
                "portal.payment.refunded",
                f"{_AT}:PaymentTold",
                Text("Деньги за заказ возвращены", "Money of an order went back"),
            ),
        ),
    ),
    Publication(
        name="wishes",
        events=("assortment.requested.v1", "analogue.wanted.v1"),
        function="fondaco_erp_1c.rabbit.outgoing:tell_of_wishes",
        messages=(
            MessageKind(
                "request.created.v1",
                "portal.request.created",
                f"{_AT}:ProductAskedFor",
                Text("Клиент просит открыть товар", "A customer asks for a product"),
            ),
            MessageKind(
                "analogue.wanted.v1",
                "portal.analogue.wanted",
                f"{_AT}:ProductAskedFor",
                Text("Товара нет, и заменить его нечем", "Missing, and nothing replaces it"),
            ),
        ),
    ),
)


def _lane(entity: str, title: Text, keys: tuple[str, ...], *takes: Take) -> Queue:
    return Queue(f"portal.inbound.{entity}", title, keys, takes)


QUEUES = (
    Queue(INBOUND, Text("Сообщения для 1С", "Messages for 1C"), ("portal.#",)),
    _lane(
        "products",
        Text("Товары", "Products"),
        ("1c.product.#",),
        Take("product.changed.v1", "erp.products"),
    ),
    _lane(
        "prices",
        Text("Цены и себестоимость", "Prices and costs"),
        ("1c.price.#", "1c.cost.#"),
        Take("price.changed.v1", "erp.prices"),
        Take("cost.changed.v1", "erp.costs"),
    ),
    _lane(
        "stock",
        Text("Остатки", "Stock"),
        ("1c.stock.#",),
        Take("stock.changed.v1", "erp.stock"),
    ),
    _lane("lots", Text("Партии в пути", "Lots"), ("1c.lot.#",), Take("lot.changed.v1", "erp.lots")),
    _lane(
        "customers",
        Text("Контрагенты", "Customers"),
        ("1c.counterparty.#",),
        Take("seller.changed.v1", "erp.sellers"),
        Take("manager.changed.v1", "erp.managers"),
        Take("company.changed.v1", "erp.companies"),
        Take("legal_entity.changed.v1", "erp.legal_entities"),
        Take("outlet.changed.v1", "erp.outlets"),
        Take("agreement.changed.v1", "erp.agreements"),
        Take("person.changed.v1", "erp.people"),
    ),
    _lane(
        "orders",
        Text("Состояния заказов", "States of orders"),
        ("1c.order.#",),
        Take("order.state.v1", "erp.order_states"),
        Take("order.lines.v1", "erp_1c.order_lines"),
        Take("message.received.v1"),
    ),
    _lane(
        "payments",
        Text("Оплаты", "Payments"),
        ("1c.payment.#",),
        Take("payment.received.v1", "erp.payments"),
    ),
    _lane(
        "limits",
        Text("Лимиты", "Limits"),
        ("1c.limit.#",),
        Take("limit.changed.v1", "credit_limit.limits"),
    ),
    _lane(
        "documents",
        Text("Документы", "Documents"),
        ("1c.document.#",),
        Take("document.issued.v1", "erp.documents"),
    ),
    _lane("alive", Text("Связь", "Signs of life"), ("1c.alive.#",), Take("alive.v1")),
)
