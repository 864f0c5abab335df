"""Requests to change a placed order, with what each line was when it was asked for."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    Table,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from fondaco.db.columns import QUANTITY, id_column, metadata, moment, text_column, uuid_column

# `approval`: "asked" while the buyer's approver has to say whether the order may grow beyond the
# limits that `beyond` names, "given" once `approved_by` has; staff answer what is not "asked".
# `wanted_on`: another day before which it is not sent; None: that stays as it is.
change_request = Table(
    "change_request",
    metadata,
    id_column(),
    uuid_column(),
    Column("order_id", ForeignKey("fondaco.customer_order.id"), nullable=False, index=True),
    Column("user_id", ForeignKey("fondaco.user_account.id"), nullable=True),
    text_column("state", default="waiting"),
    text_column("comment"),
    Column("wanted_on", Date, nullable=True),
    moment("asked_at", now=True),
    text_column("said"),
    Column("decided_by", ForeignKey("fondaco.user_account.id"), nullable=True),
    moment("decided_at", nullable=True),
    text_column("approval"),
    Column("beyond", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    Column("approved_by", ForeignKey("fondaco.user_account.id"), nullable=True),
    CheckConstraint("approval in ('', 'asked', 'given')", name="approval"),
    CheckConstraint("state in ('waiting', 'accepted', 'refused', 'withdrawn')", name="state"),
)
# An order has one at a time; the navigation of every page of staff counts them.
Index(
    "change_request_waiting_idx",
    change_request.c.order_id,
    unique=True,
    postgresql_where=change_request.c.state == "waiting",
)

# `given` is what it became; None until it is answered.
change_request_line = Table(
    "change_request_line",
    metadata,
    Column("request_id", ForeignKey("fondaco.change_request.id"), nullable=False),
    Column("order_line_id", ForeignKey("fondaco.order_line.id"), nullable=False),
    Column("quantity_before", QUANTITY, nullable=False),
    Column("quantity_wanted", QUANTITY, nullable=False),
    Column("quantity_given", QUANTITY, nullable=True),
    PrimaryKeyConstraint("request_id", "order_line_id"),
    CheckConstraint(
        "quantity_wanted >= 0 and quantity_wanted <> quantity_before", name="quantity_wanted"
    ),
)
