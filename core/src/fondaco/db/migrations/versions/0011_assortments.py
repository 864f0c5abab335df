"""Assortments: cells of goods that no rule tells apart, rules, bindings, grants and requests."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import UUID

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# Whoever writes a product, it stands in its cell at once; a cell that no assortment has looked at
# yet is in none of them.
PLACE = """
    create function fondaco.place_product() returns trigger
    language plpgsql as $$
    declare
      single bigint := 0;
    begin
      if tg_op = 'UPDATE' then
        if new.cell_id = old.cell_id and new.brand = old.brand
           and new.category_id is not distinct from old.category_id then
          return new;
        end if;
        if exists (select from fondaco.assortment_rule where product_id = new.id)
           or exists (select from fondaco.assortment_grant where product_id = new.id) then
          single := new.id;
        end if;
      end if;
      loop
        select id into new.cell_id from fondaco.assortment_cell
         where category_id = coalesce(new.category_id, 0) and brand = new.brand
           and product_id = single;
        exit when found;
        insert into fondaco.assortment_cell (category_id, brand, product_id)
        values (coalesce(new.category_id, 0), new.brand, single)
        on conflict do nothing;
      end loop;
      return new;
    end $$
"""
# What stood below a category may stand below another one now: until somebody has looked again,
# nothing is in any assortment.
MOVED = """
    create function fondaco.category_moved() returns trigger
    language plpgsql as $$
    begin
      update fondaco.assortment set cells = '' where cells <> '';
      return null;
    end $$
"""
TRIGGERS = (
    "create trigger place_product before insert or update of category_id, brand, cell_id"
    " on fondaco.product for each row execute function fondaco.place_product()",
    "create trigger category_moved after update on fondaco.category for each row"
    " when (old.parent_id is distinct from new.parent_id)"
    " execute function fondaco.category_moved()",
    *(
        f"create trigger pass_generation after insert or update or delete or truncate"
        f" on fondaco.{table} for each statement"
        f" execute function fondaco.pass_generation('assortments')"
        for table in ("assortment", "assortment_binding", "assortment_grant")
    ),
)


def upgrade() -> None:
    op.create_table(
        "assortment_cell",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("category_id", sa.BigInteger(), nullable=False),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("assortment_cell_pkey")),
        sa.UniqueConstraint(
            "category_id",
            "brand",
            "product_id",
            name=op.f("assortment_cell_category_id_brand_product_id_key"),
        ),
        schema="fondaco",
    )
    op.create_table(
        "assortment",
        *_keys("assortment"),
        sa.Column("name", sa.Text(), nullable=False),
        _text("description"),
        sa.Column("cells", sa.LargeBinary(), server_default=sa.text("''::bytea"), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        _now("created_at"),
        schema="fondaco",
    )
    op.create_table(
        "assortment_rule",
        *_keys("assortment_rule"),
        sa.Column("assortment_id", sa.BigInteger(), nullable=False),
        sa.Column("excludes", sa.Boolean(), nullable=False),
        sa.Column("category_id", sa.BigInteger(), nullable=True),
        _text("brand"),
        sa.Column("product_id", sa.BigInteger(), nullable=True),
        _reference("assortment_rule", "assortment_id", "assortment"),
        _reference("assortment_rule", "category_id", "category"),
        _reference("assortment_rule", "product_id", "product"),
        sa.CheckConstraint(
            "case when product_id is null then category_id is not null or brand <> ''"
            " else category_id is null and brand = '' end",
            name=op.f("assortment_rule_goods_check"),
        ),
        sa.UniqueConstraint(
            "assortment_id",
            "category_id",
            "brand",
            "product_id",
            name=op.f("assortment_rule_assortment_id_category_id_brand_product_id_key"),
            postgresql_nulls_not_distinct=True,
        ),
        schema="fondaco",
    )
    op.create_table(
        "assortment_binding",
        *_keys("assortment_binding"),
        sa.Column("assortment_id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("outlet_id", sa.BigInteger(), nullable=True),
        sa.Column("effect", sa.Text(), nullable=False),
        _reference("assortment_binding", "assortment_id", "assortment"),
        _reference("assortment_binding", "company_id", "company"),
        _reference("assortment_binding", "outlet_id", "outlet"),
        sa.CheckConstraint(
            "effect in ('hidden', 'not_orderable')", name=op.f("assortment_binding_effect_check")
        ),
        sa.CheckConstraint(
            "outlet_id is null or company_id is not null",
            name=op.f("assortment_binding_outlet_check"),
        ),
        sa.UniqueConstraint(
            "assortment_id",
            "company_id",
            "outlet_id",
            name=op.f("assortment_binding_assortment_id_company_id_outlet_id_key"),
            postgresql_nulls_not_distinct=True,
        ),
        schema="fondaco",
    )
    op.create_table(
        "assortment_grant",
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        _now("granted_at"),
        _reference("assortment_grant", "company_id", "company"),
        _reference("assortment_grant", "product_id", "product"),
        sa.PrimaryKeyConstraint("company_id", "product_id", name=op.f("assortment_grant_pkey")),
        schema="fondaco",
    )
    op.create_table(
        "assortment_request",
        *_keys("assortment_request"),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        _text("state", "open"),
        _text("answer"),
        _now("asked_at"),
        sa.Column("answered_by", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        _reference("assortment_request", "company_id", "company"),
        _reference("assortment_request", "product_id", "product"),
        _reference("assortment_request", "user_id", "user_account"),
        _reference("assortment_request", "answered_by", "user_account"),
        sa.CheckConstraint(
            "state in ('open', 'accepted', 'refused')", name=op.f("assortment_request_state_check")
        ),
        schema="fondaco",
    )
    for table, columns in (
        ("assortment_rule", ["assortment_id"]),
        ("assortment_rule", ["product_id"]),
        ("assortment_binding", ["assortment_id"]),
        ("assortment_binding", ["company_id"]),
        ("assortment_grant", ["product_id"]),
        ("assortment_request", ["company_id", "product_id"]),
    ):
        op.create_index(op.f(f"{table}_{'_'.join(columns)}_idx"), table, columns, schema="fondaco")
    op.create_index(
        "assortment_request_one_open_idx",
        "assortment_request",
        ["company_id", "product_id"],
        unique=True,
        schema="fondaco",
        postgresql_where=sa.text("state = 'open'"),
    )

    op.execute("insert into fondaco.generation (subject, number) values ('assortments', 1)")
    op.add_column("product", sa.Column("cell_id", sa.Integer(), nullable=True), schema="fondaco")
    op.execute(PLACE)
    op.execute(MOVED)
    for trigger in TRIGGERS:
        op.execute(trigger)
    op.execute("update fondaco.product set cell_id = null")
    _shelf_index("category_id", "brand", "cell_id")


def downgrade() -> None:
    op.execute("drop trigger place_product on fondaco.product")
    op.execute("drop trigger category_moved on fondaco.category")
    _shelf_index("category_id", "brand")
    op.drop_column("product", "cell_id", schema="fondaco")
    for table in ("request", "grant", "binding", "rule"):
        op.drop_table(f"assortment_{table}", schema="fondaco")
    op.drop_table("assortment", schema="fondaco")
    op.drop_table("assortment_cell", schema="fondaco")
    op.execute("drop function fondaco.place_product()")
    op.execute("drop function fondaco.category_moved()")
    op.execute("delete from fondaco.generation where subject = 'assortments'")


def _shelf_index(*included: str) -> None:
    op.drop_index("product_shelf_idx", "product", schema="fondaco")
    op.create_index(
        "product_shelf_idx",
        "product",
        ["id"],
        schema="fondaco",
        postgresql_include=list(included),
        postgresql_where=sa.text("active"),
    )


def _keys(table: str) -> "tuple[sa.Column[object] | sa.Constraint, ...]":
    return (
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("uuid", UUID(as_uuid=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"{table}_pkey")),
        sa.UniqueConstraint("uuid", name=op.f(f"{table}_uuid_key")),
    )


def _text(name: str, default: str = "") -> "sa.Column[object]":
    return sa.Column(name, sa.Text(), server_default=default, nullable=False)


def _now(name: str) -> "sa.Column[object]":
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
    )


def _reference(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"{table}_{column}_fkey")
    return sa.ForeignKeyConstraint([column], [f"fondaco.{to}.id"], name=name)
