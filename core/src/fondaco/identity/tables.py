"""Users, people invited, sessions and tokens, what guards the door, and the audit trail."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    func,
    text,
)

from fondaco.db.columns import id_column, json_column, metadata, moment, text_column, uuid_column

user_account = Table(
    "user_account",
    metadata,
    id_column(),
    uuid_column(),
    Column("company_id", ForeignKey("fondaco.company.id"), nullable=True, index=True),
    text_column("email", default=None),
    text_column("name"),
    text_column("password_hash"),
    Column("roles", ARRAY(Text), nullable=False, server_default=text("'{}'::text[]")),
    text_column("locale", default="ru"),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    moment("created_at", now=True),
    Column("external_id", Text, unique=True, nullable=True),
)
Index("user_account_email_key", func.lower(user_account.c.email), unique=True)

user_session = Table(
    "user_session",
    metadata,
    Column("key_hash", LargeBinary, primary_key=True),
    Column(
        "user_id",
        ForeignKey("fondaco.user_account.id", ondelete="CASCADE"),
        nullable=True,
        index=True,
    ),
    json_column("data"),
    moment("created_at", now=True),
    moment("expires_at"),
)

api_token = Table(
    "api_token",
    metadata,
    id_column(),
    uuid_column(),
    Column("user_id", ForeignKey("fondaco.user_account.id", ondelete="CASCADE"), nullable=False),
    text_column("name"),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    moment("created_at", now=True),
    moment("used_at", nullable=True),
    moment("revoked_at", nullable=True),
)

# A program that has a login of its own, as the ERP: no person, so it outlives every one of them.
machine = Table(
    "machine",
    metadata,
    id_column(),
    uuid_column(),
    text_column("login", default=None),
    text_column("name"),
    Column("secret_hash", LargeBinary, nullable=False),
    Column("created_by", BigInteger, nullable=True),
    moment("created_at", now=True),
    moment("used_at", nullable=True),
    moment("revoked_at", nullable=True),
)
Index(
    "machine_login_key",
    func.lower(machine.c.login),
    unique=True,
    postgresql_where=machine.c.revoked_at.is_(None),
)

machine_pass = Table(
    "machine_pass",
    metadata,
    Column("key_hash", LargeBinary, primary_key=True),
    Column(
        "machine_id",
        ForeignKey("fondaco.machine.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    moment("expires_at"),
)

password_reset = Table(
    "password_reset",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column(
        "user_id",
        ForeignKey("fondaco.user_account.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    moment("created_at", now=True),
    moment("expires_at"),
    moment("used_at", nullable=True),
)

# No row: every outlet of the company. So an outlet is not deleted from under its people: one bound
# to it alone would have them all.
user_outlet = Table(
    "user_outlet",
    metadata,
    Column("user_id", ForeignKey("fondaco.user_account.id", ondelete="CASCADE")),
    Column("outlet_id", ForeignKey("fondaco.outlet.id"), index=True),
    PrimaryKeyConstraint("user_id", "outlet_id"),
)

# `token_hash`, `sent_at` and `expires_at` are the worker's, when it sends the letter. `held`: only
# the ERP knows of this person, and nobody has asked for a letter yet.
invitation = Table(
    "invitation",
    metadata,
    id_column(),
    uuid_column(),
    Column("company_id", ForeignKey("fondaco.company.id"), nullable=False),
    text_column("email", default=None),
    text_column("name"),
    Column("roles", ARRAY(Text), nullable=False, server_default=text("'{}'::text[]")),
    text_column("locale", default="ru"),
    Column("invited_by", ForeignKey("fondaco.user_account.id", ondelete="SET NULL"), nullable=True),
    Column("token_hash", LargeBinary, nullable=True, unique=True),
    moment("created_at", now=True),
    moment("sent_at", nullable=True),
    moment("expires_at", nullable=True),
    Column("external_id", Text, unique=True, nullable=True),
    Column("held", Boolean, nullable=False, server_default=text("false")),
)
Index(
    "invitation_company_email_key",
    invitation.c.company_id,
    func.lower(invitation.c.email),
    unique=True,
)

invitation_outlet = Table(
    "invitation_outlet",
    metadata,
    Column("invitation_id", ForeignKey("fondaco.invitation.id", ondelete="CASCADE")),
    Column("outlet_id", ForeignKey("fondaco.outlet.id"), index=True),
    PrimaryKeyConstraint("invitation_id", "outlet_id"),
)

known_device = Table(
    "known_device",
    metadata,
    Column("key_hash", LargeBinary),
    Column("user_id", ForeignKey("fondaco.user_account.id", ondelete="CASCADE"), index=True),
    moment("expires_at"),
    PrimaryKeyConstraint("key_hash", "user_id"),
)

# How often was tried what, by whom: both are hidden behind a hash.
attempt = Table(
    "attempt",
    metadata,
    Column("kind", Text),
    Column("subject", LargeBinary),
    Column("tries", Integer, nullable=False),
    moment("ends_at"),
    PrimaryKeyConstraint("kind", "subject"),
)

audit_entry = Table(
    "audit_entry",
    metadata,
    id_column(),
    moment("at", now=True),
    Column("user_id", BigInteger, nullable=True),
    Column("company_id", BigInteger, nullable=True, index=True),
    text_column("action", default=None),
    text_column("subject"),
    json_column("before"),
    json_column("after"),
    text_column("request_id"),
)
