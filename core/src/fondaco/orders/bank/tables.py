"""Statements that were uploaded, and the money in them."""

from sqlalchemy import (
    CHAR,
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    text,
)

from fondaco.db.columns import (
    MONEY,
    id_column,
    json_column,
    metadata,
    moment,
    text_column,
    uuid_column,
)

bank_statement = Table(
    "bank_statement",
    metadata,
    id_column(),
    uuid_column(),
    text_column("name"),
    Column("user_id", BigInteger, nullable=True),
    moment("uploaded_at", now=True),
    # What was read of it: counts and the balances of its accounts.
    json_column("facts"),
)

# Money that came; `key` is what makes it the same in every statement. `day` is the document's,
# `received_on` the one on which the bank put it on our account. Booked money stands in
# `payment_entry` under this key as its reference.
bank_payment = Table(
    "bank_payment",
    metadata,
    id_column(),
    uuid_column(),
    Column("statement_id", ForeignKey("fondaco.bank_statement.id"), nullable=False, index=True),
    Column("seller_id", ForeignKey("fondaco.seller.id"), nullable=False),
    text_column("key", default=None),
    text_column("account", default=None),
    text_column("kind"),
    text_column("number", default=None),
    Column("day", Date, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("amount", MONEY, nullable=False),
    Column("currency", CHAR(3), nullable=False),
    text_column("payer"),
    text_column("payer_tax_id"),
    text_column("payer_account"),
    text_column("purpose"),
    text_column("state", default="open"),
    # How often it was booked and taken off again.
    Column("struck", Integer, nullable=False, server_default="0"),
    moment("settled_at", nullable=True),
    Column("settled_by", BigInteger, nullable=True),
    CheckConstraint("state in ('open', 'booked', 'foreign')", name="state"),
    CheckConstraint("amount > 0", name="amount"),
)
Index("bank_payment_key_key", bank_payment.c.key, unique=True)
Index(
    "bank_payment_open_idx",
    bank_payment.c.id,
    postgresql_where=text("state = 'open'"),
)
