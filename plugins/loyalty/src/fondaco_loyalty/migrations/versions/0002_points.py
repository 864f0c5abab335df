"""Points, the cumulative discount, assigned statuses, legal entities, and merged companies."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SCHEMA = "plugin_loyalty"
_NOW = sa.text("now()")
_NEW = ("cart_points", "points_part", "points", "points_account", "assignment", "scale_step")


def upgrade() -> None:
    """Make the new tables, and let turnover know its legal entity."""
    op.add_column("tier", sa.Column("points_percent", sa.Numeric(5, 2)), schema=SCHEMA)
    op.create_check_constraint(
        "tier_points_check", "tier", "points_percent between 0 and 100", schema=SCHEMA
    )
    _widen_turnover()
    op.create_table(
        "merger",
        sa.Column("company_id", sa.BigInteger, _company(), primary_key=True),
        sa.Column("into_company_id", sa.BigInteger, _company(), nullable=False, index=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
        schema=SCHEMA,
    )
    op.create_table(
        "scale_step",
        sa.Column("threshold", sa.Numeric(15, 2), primary_key=True),
        sa.Column("percent", sa.Numeric(5, 2), nullable=False),
        sa.CheckConstraint("threshold >= 0", name="scale_step_threshold_check"),
        sa.CheckConstraint("percent > 0 and percent <= 100", name="scale_step_percent_check"),
        schema=SCHEMA,
    )
    op.create_table(
        "assignment",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("uuid", sa.Uuid, nullable=False, unique=True),
        sa.Column("holder", sa.Text, nullable=False, index=True),
        sa.Column("company_id", sa.BigInteger, _company(), nullable=False),
        sa.Column("tier_id", sa.BigInteger, _to("tier"), nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
        sa.Column("user_id", sa.BigInteger),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("source in ('erp', 'staff')", name="assignment_source_check"),
        sa.CheckConstraint("valid_to >= valid_from", name="assignment_dates_check"),
        schema=SCHEMA,
    )
    _make_points()


def _widen_turnover() -> None:
    op.add_column("turnover", sa.Column("legal_entity_id", sa.BigInteger), schema=SCHEMA)
    op.create_foreign_key(
        "turnover_legal_entity_fkey",
        "turnover",
        "legal_entity",
        ["legal_entity_id"],
        ["id"],
        source_schema=SCHEMA,
        referent_schema="fondaco",
    )
    # Of an order its own; of a document of the ERP the company's only one, where there is one.
    op.execute(
        f"""
        update {SCHEMA}.turnover t
           set legal_entity_id = coalesce(
               (select o.legal_entity_id from fondaco_api.order_v1 o where o.uuid = t.order_uuid),
               (select min(e.id) from fondaco_api.legal_entity_v1 e
                 where e.company_id = t.company_id having count(*) = 1))
        """
    )
    op.create_index(
        "turnover_legal_entity_idx",
        "turnover",
        ["legal_entity_id", "counted_on"],
        schema=SCHEMA,
        postgresql_include=["currency", "amount"],
    )
    op.drop_constraint("turnover_kind_check", "turnover", schema=SCHEMA)
    op.create_check_constraint(
        "turnover_kind_check",
        "turnover",
        "kind in ('order', 'cancellation', 'erp', 'merge')",
        schema=SCHEMA,
    )
    op.drop_constraint("turnover_document_key", "turnover", schema=SCHEMA)
    op.create_index(
        "turnover_document_key",
        "turnover",
        ["kind", "document", "revision"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("kind <> 'merge'"),
    )
    op.create_index("turnover_of_document_idx", "turnover", ["document"], schema=SCHEMA)


def _make_points() -> None:
    op.create_table(
        "points_account",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("holder", sa.Text, nullable=False, unique=True),
        sa.Column("company_id", sa.BigInteger, _company(), nullable=False, index=True),
        sa.Column("balance", sa.Numeric(15, 2), nullable=False, server_default="0"),
        sa.Column("debt", sa.Numeric(15, 2), nullable=False, server_default="0"),
        sa.CheckConstraint("balance >= 0", name="points_account_balance_check"),
        sa.CheckConstraint("debt >= 0", name="points_account_debt_check"),
        schema=SCHEMA,
    )
    op.create_table(
        "points",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("uuid", sa.Uuid, nullable=False, unique=True),
        sa.Column("account_id", sa.BigInteger, _to("points_account"), nullable=False),
        sa.Column("company_id", sa.BigInteger, _company(), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("amount", sa.Numeric(15, 2), nullable=False),
        sa.Column("owed", sa.Numeric(15, 2), nullable=False, server_default="0"),
        sa.Column("expires_on", sa.Date),
        sa.Column("order_uuid", sa.Uuid),
        sa.Column("part", sa.SmallInteger, nullable=False, server_default="1"),
        sa.Column("label", sa.Text, nullable=False, server_default=""),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
        sa.Column("user_id", sa.BigInteger),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=_NOW),
        sa.CheckConstraint(
            "kind in ('earn', 'spend', 'return', 'take_back', 'repay', 'expire', 'import',"
            " 'adjust', 'merge')",
            name="points_kind_check",
        ),
        sa.CheckConstraint("amount <> 0 or owed <> 0", name="points_amount_check"),
        schema=SCHEMA,
    )
    # What is told twice counts once.
    op.create_index(
        "points_order_key",
        "points",
        ["order_uuid", "kind", "part"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("kind in ('earn', 'spend', 'return', 'take_back')"),
    )
    op.create_index("points_account_idx", "points", ["account_id", "id"], schema=SCHEMA)
    op.create_index(
        "points_expiry_idx",
        "points",
        ["expires_on"],
        schema=SCHEMA,
        postgresql_where=sa.text("amount > 0"),
    )
    op.create_table(
        "points_part",
        sa.Column("entry_id", sa.BigInteger, _to("points"), primary_key=True),
        sa.Column("lot_id", sa.BigInteger, _to("points"), primary_key=True),
        sa.Column("account_id", sa.BigInteger, _to("points_account"), nullable=False),
        sa.Column("amount", sa.Numeric(15, 2), nullable=False),
        sa.CheckConstraint("(amount > 0) = (entry_id = lot_id)", name="points_part_amount_check"),
        schema=SCHEMA,
    )
    for columns in (["account_id", "lot_id"], ["lot_id"]):
        op.create_index(
            f"points_part_{columns[0]}_idx",
            "points_part",
            columns,
            schema=SCHEMA,
            postgresql_include=["amount"],
        )
    op.create_table(
        "cart_points",
        sa.Column("company_id", sa.BigInteger, _company(), primary_key=True),
        sa.Column(
            "user_id", sa.BigInteger, sa.ForeignKey("fondaco.user_account.id"), primary_key=True
        ),
        sa.Column("most", sa.Numeric(15, 2)),
        sa.CheckConstraint("most > 0", name="cart_points_most_check"),
        schema=SCHEMA,
    )


def _company() -> sa.ForeignKey:
    return sa.ForeignKey("fondaco.company.id")


def _to(table: str) -> sa.ForeignKey:
    return sa.ForeignKey(f"{SCHEMA}.{table}.id")


def downgrade() -> None:
    """Leave statuses by turnover as they were, without what merges have moved."""
    for table in (*_NEW, "merger"):
        op.drop_table(table, schema=SCHEMA)
    op.execute(f"delete from {SCHEMA}.turnover where kind = 'merge'")
    for index in ("turnover_document_key", "turnover_of_document_idx", "turnover_legal_entity_idx"):
        op.drop_index(index, "turnover", schema=SCHEMA)
    op.create_unique_constraint(
        "turnover_document_key", "turnover", ["kind", "document", "revision"], schema=SCHEMA
    )
    op.drop_constraint("turnover_kind_check", "turnover", schema=SCHEMA)
    op.create_check_constraint(
        "turnover_kind_check",
        "turnover",
        "kind in ('order', 'cancellation', 'erp')",
        schema=SCHEMA,
    )
    op.drop_column("turnover", "legal_entity_id", schema=SCHEMA)
    op.drop_column("tier", "points_percent", schema=SCHEMA)
