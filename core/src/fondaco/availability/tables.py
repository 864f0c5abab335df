"""Places, stock rows and reservations.

`on_hand` is written by the ERP's reports and by shipments, `reserved` by orders; never together.
A lot that is still on its way has the day on which it is expected in `arrives_on`; a reservation
remembers for which day its lot was expected when it was promised.
An oversold row (`reserved > on_hand`, because the ERP took goods away) is a state, not an error.

A reservation is held for an order's line, or at the checkout for a person of a company, and then it
ends at `expires_at` by the database clock. `stock_row.reserved` is the sum of those held. When one
was moved to another row, and when it ended, tells what a stock report made at some moment knew.
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    Time,
    UniqueConstraint,
    text,
)

from fondaco.db.columns import QUANTITY, id_column, metadata, moment, text_column, uuid_column

place = Table(
    "place",
    metadata,
    id_column(),
    uuid_column(),
    text_column("name", default=None),
    text_column("kind", default="own"),
    text_column("address"),
    text_column("timezone", default="Europe/Moscow"),
    Column("cut_off", Time, nullable=False, server_default=text("'16:00'")),
    Column("pick_days", Integer, nullable=False, server_default="0"),
    Column("pickup", Boolean, nullable=False, server_default=text("true")),
    Column("external_id", Text, unique=True, nullable=True),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    moment("reported_at", nullable=True),
)

stock_row = Table(
    "stock_row",
    metadata,
    id_column(),
    Column("product_id", ForeignKey("fondaco.product.id", ondelete="CASCADE"), nullable=False),
    Column("place_id", ForeignKey("fondaco.place.id"), nullable=False),
    text_column("lot"),
    Column("on_hand", QUANTITY, nullable=False, server_default="0"),
    Column("reserved", QUANTITY, nullable=False, server_default="0"),
    moment("reported_at", now=True),
    Column("arrives_on", Date, nullable=True),
    UniqueConstraint("product_id", "place_id", "lot"),
    CheckConstraint("reserved >= 0", name="reserved"),
    CheckConstraint("lot <> '' or arrives_on is null", name="arrives"),
)
Index(
    "stock_row_arriving_idx",
    stock_row.c.arrives_on,
    postgresql_where=stock_row.c.arrives_on.is_not(None),
)
Index(
    "stock_row_oversold_idx",
    stock_row.c.id,
    postgresql_where=stock_row.c.reserved > stock_row.c.on_hand,
)

reservation = Table(
    "reservation",
    metadata,
    id_column(),
    Column("stock_id", ForeignKey("fondaco.stock_row.id"), nullable=False, index=True),
    Column("order_line_id", ForeignKey("fondaco.order_line.id"), nullable=True, index=True),
    Column("company_id", ForeignKey("fondaco.company.id"), nullable=True),
    Column("user_id", ForeignKey("fondaco.user_account.id"), nullable=True),
    Column("quantity", QUANTITY, nullable=False),
    text_column("state", default="held"),
    moment("created_at", now=True),
    moment("expires_at", nullable=True),
    Column("arrives_on", Date, nullable=True),
    moment("moved_at", nullable=True),
    moment("ended_at", nullable=True),
    CheckConstraint("quantity > 0", name="quantity"),
    CheckConstraint("num_nonnulls(order_line_id, user_id) = 1", name="holder"),
    CheckConstraint("state in ('held', 'taken', 'released')", name="state"),
)

_HELD = reservation.c.state == "held"
Index(
    "reservation_ending_idx",
    reservation.c.expires_at,
    postgresql_where=_HELD & reservation.c.expires_at.is_not(None),
)
Index(
    "reservation_person_idx",
    reservation.c.user_id,
    postgresql_where=_HELD & reservation.c.user_id.is_not(None),
)
Index(
    "reservation_ended_idx",
    reservation.c.ended_at,
    postgresql_where=reservation.c.ended_at.is_not(None),
)
Index(
    "reservation_arriving_idx",
    reservation.c.stock_id,
    postgresql_where=_HELD & reservation.c.arrives_on.is_not(None),
)
