"""Users, their sessions and tokens, what lets them in again, and the audit trail."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
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
