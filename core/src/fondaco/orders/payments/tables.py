"""The parts in which an order is paid, and the journal of the money that came or went back."""

from sqlalchemy import (
    CHAR,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from fondaco.db.columns import MONEY, id_column, metadata, moment, text_column, uuid_column

# `way` is the code of the option that the buyer chose, `provider` whoever takes the money at once.
# `before`: it has to be there before the goods leave. `received` is the sum of its entries.
payment = Table(
    "payment",
    metadata,
    id_column(),
    uuid_column(),
    Column("order_id", ForeignKey("fondaco.customer_order.id"), nullable=False),
    Column("position", Integer, nullable=False),
    text_column("way", default=None),
    text_column("provider"),
    text_column("ru"),
    text_column("en"),
    Column("before", Boolean, nullable=False, server_default=text("false")),
    Column("amount", MONEY, nullable=False),
    Column("received", MONEY, nullable=False, server_default="0"),
    Column("currency", CHAR(3), nullable=False),
    UniqueConstraint("order_id", "position"),
    CheckConstraint("amount >= 0", name="amount"),
)

# Only added to. A `source` tells of the same money once, by its `reference`. `at` is when it was
# counted, `paid_on` the day it was paid on.
payment_entry = Table(
    "payment_entry",
    metadata,
    id_column(),
    Column("payment_id", ForeignKey("fondaco.payment.id"), nullable=False, index=True),
    moment("at", now=True),
    Column("paid_on", Date, nullable=False),
    text_column("kind", default=None),
    Column("amount", MONEY, nullable=False),
    text_column("source", default=None),
    text_column("reference", default=None),
    Column("user_id", BigInteger, nullable=True),
    CheckConstraint("kind in ('received', 'refunded', 'struck')", name="kind"),
    CheckConstraint("(kind = 'received') = (amount > 0) and amount <> 0", name="amount"),
)
Index(
    "payment_entry_once_idx",
    payment_entry.c.source,
    payment_entry.c.reference,
    payment_entry.c.payment_id,
    unique=True,
)


# How a part was to be paid before the buyer chose otherwise. Only added to.
payment_way_change = Table(
    "payment_way_change",
    metadata,
    id_column(),
    Column("payment_id", ForeignKey("fondaco.payment.id"), nullable=False, index=True),
    moment("at", now=True),
    text_column("way_before", default=None),
    text_column("way_after", default=None),
    Column("amount", MONEY, nullable=False),
    Column("user_id", BigInteger, nullable=True),
)


# An attempt with an acquirer for one part; its uuid is the key under which it is asked for.
charge = Table(
    "charge",
    metadata,
    id_column(),
    uuid_column(),
    Column("payment_id", ForeignKey("fondaco.payment.id"), nullable=False, index=True),
    text_column("provider", default=None),
    Column("external_id", Text, nullable=True),
    text_column("state", default="starting"),
    Column("amount", MONEY, nullable=False),
    Column("currency", CHAR(3), nullable=False),
    text_column("url"),
    text_column("ru"),
    text_column("en"),
    moment("started_at", now=True),
    moment("read_at", nullable=True),
    moment("ended_at", nullable=True),
    CheckConstraint(
        "state in ('starting', 'pending', 'paid', 'failed', 'expired', 'strange')", name="state"
    ),
    CheckConstraint("amount > 0", name="amount"),
)
Index("charge_told_idx", charge.c.provider, charge.c.external_id, unique=True)
# A second press at the same moment makes no second attempt.
Index(
    "charge_live_idx",
    charge.c.payment_id,
    unique=True,
    postgresql_where=text("state in ('starting', 'pending')"),
)

# Money that goes back by the acquirer it came by; the uuid is the key.
charge_refund = Table(
    "charge_refund",
    metadata,
    id_column(),
    uuid_column(),
    Column("charge_id", ForeignKey("fondaco.charge.id"), nullable=False, index=True),
    Column("external_id", Text, nullable=True),
    text_column("state", default="starting"),
    Column("amount", MONEY, nullable=False),
    text_column("reason"),
    text_column("ru"),
    text_column("en"),
    Column("user_id", BigInteger, nullable=True),
    moment("started_at", now=True),
    moment("ended_at", nullable=True),
    CheckConstraint("state in ('starting', 'done', 'failed', 'unknown')", name="state"),
    CheckConstraint("amount > 0", name="amount"),
)

# Money an acquirer tells of that nobody asked it for, or of another amount: for a person.
stray_charge = Table(
    "stray_charge",
    metadata,
    id_column(),
    uuid_column(),
    text_column("provider", default=None),
    text_column("external_id", default=None),
    Column("charge_id", ForeignKey("fondaco.charge.id"), nullable=True),
    Column("amount", MONEY, nullable=False),
    text_column("currency", default=None),
    moment("seen_at", now=True),
    moment("settled_at", nullable=True),
    Column("settled_by", BigInteger, nullable=True),
    text_column("note"),
    UniqueConstraint("provider", "external_id"),
)

# Documents of payment that the ERP has told of: what the last version of each said, and under which
# `reference` it is booked, "" where it only is shown. People know it by its `number` and `day`.
erp_payment = Table(
    "erp_payment",
    metadata,
    Column("external_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("order_id", ForeignKey("fondaco.customer_order.id"), nullable=False, index=True),
    text_column("kind", default=None),
    Column("amount", MONEY, nullable=False),
    text_column("reference"),
    moment("at", now=True),
    text_column("number"),
    Column("day", Date, nullable=True),
    CheckConstraint("kind in ('received', 'refunded')", name="kind"),
)
