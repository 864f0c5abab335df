"""The columns that every room's tables are made of, and the one MetaData they stand in."""

from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Identity, MetaData, Numeric, Text, text
from sqlalchemy.dialects.postgresql import JSONB, UUID

SCHEMA = "fondaco"

metadata = MetaData(
    schema=SCHEMA,
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    },
)

MONEY = Numeric(15, 2)
UNIT_PRICE = Numeric(15, 4)
QUANTITY = Numeric(15, 3)


def id_column() -> Column[Any]:
    """The inner key: a bigint."""
    return Column("id", BigInteger, Identity(), primary_key=True)


def uuid_column() -> Column[Any]:
    """The outer key: a UUID (version 7) made by the program."""
    return Column("uuid", UUID(as_uuid=True), nullable=False, unique=True)


def moment(name: str, *, nullable: bool = False, now: bool = False) -> Column[Any]:
    """A moment in time (timestamptz); with `now`, by the database clock."""
    default = text("now()") if now else None
    return Column(name, DateTime(timezone=True), nullable=nullable, server_default=default)


def text_column(name: str, *, default: str | None = "") -> Column[Any]:
    """A text that is never NULL; empty unless told otherwise."""
    if default is None:
        return Column(name, Text, nullable=False)
    return Column(name, Text, nullable=False, server_default=default)


def json_column(name: str, *, default: str = "{}") -> Column[Any]:
    """A JSON document."""
    return Column(name, JSONB, nullable=False, server_default=text(f"'{default}'::jsonb"))
