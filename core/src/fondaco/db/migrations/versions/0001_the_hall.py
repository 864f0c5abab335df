"""The hall: every table of the kernel's first version, and the views plugins may read."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

VIEWS = (
    """create view fondaco_api.product_v1 as
       select id, uuid, external_id, sku, name, brand, unit_code, multiple, vat, category_id,
              family_id, active
         from fondaco.product""",
    """create view fondaco_api.product_code_v1 as
       select product_id, kind, value, key from fondaco.product_code""",
    """create view fondaco_api.price_list_v1 as
       select id, uuid, name, currency, vat_included, active from fondaco.price_list""",
    """create view fondaco_api.price_v1 as
       select product_id, price_list_id, min_quantity, price from fondaco.price_row""",
    """create view fondaco_api.place_v1 as
       select id, uuid, name, kind, timezone, cut_off, pick_days, active from fondaco.place""",
    """create view fondaco_api.stock_v1 as
       select id, product_id, place_id, lot, on_hand, reserved from fondaco.stock_row""",
    """create view fondaco_api.company_v1 as
       select id, uuid, name, external_id from fondaco.company""",
    """create view fondaco_api.legal_entity_v1 as
       select id, uuid, company_id, name, country, tax_id, kpp, external_id
         from fondaco.legal_entity""",
    """create view fondaco_api.order_v1 as
       select id, uuid, number, company_id, legal_entity_id, state, currency, total, vat_total,
              placed_at
         from fondaco.customer_order""",
)

SEED = (
    "insert into fondaco.catalogue_state (singleton) values (true)",
    """insert into fondaco.vat_rate (code, valid_from, valid_to, rate) values
       ('novat', '2000-01-01', null, 0), ('0', '2000-01-01', null, 0),
       ('5', '2025-01-01', null, 5), ('7', '2025-01-01', null, 7),
       ('10', '2000-01-01', null, 10), ('18', '2000-01-01', '2018-12-31', 18),
       ('18', '2019-01-01', '2025-12-31', 20),
       ('18', '2026-01-01', null, 22),
       ('20', '2000-01-01', '2018-12-31', 18), ('20', '2019-01-01', '2025-12-31', 20),
       ('20', '2026-01-01', null, 22),
       ('22', '2000-01-01', '2018-12-31', 18), ('22', '2019-01-01', '2025-12-31', 20),
       ('22', '2026-01-01', null, 22)""",
    """insert into fondaco.unit (code, name, full_name, international) values
       ('796', 'шт', 'Штука', 'PCE'), ('112', 'л', 'Литр', 'LTR'),
       ('166', 'кг', 'Килограмм', 'KGM'),
       ('006', 'м', 'Метр', 'MTR'), ('839', 'компл', 'Комплект', 'SET'),
       ('778', 'упак', 'Упаковка', 'NMP')""",
    """create or replace function fondaco.analyse_staging(names text[]) returns void
       language plpgsql security definer set search_path = '' as $$
       declare name text;
       begin
         foreach name in array names loop
           if name !~ '^staging_[a-z_]+$' then
             raise exception 'not a staging table: %', name;
           end if;
           execute format('analyze fondaco.%I', name);
         end loop;
       end $$""",
    """create or replace function fondaco.clear_staging() returns void
       language plpgsql security definer set search_path = '' as $$
       begin
         execute (select 'truncate ' || string_agg(format('fondaco.%I', relname), ', ')
                    from pg_catalog.pg_class
                   where relnamespace = 'fondaco'::regnamespace and relkind = 'r'
                     and relname ~ '^staging_');
       end $$""",
    "revoke all on function fondaco.analyse_staging(text[]) from public",
    "revoke all on function fondaco.clear_staging() from public",
)


def upgrade() -> None:
    op.execute("create extension if not exists pg_trgm")
    op.execute("create extension if not exists btree_gin")
    op.execute("create schema if not exists fondaco_api")
    op.create_table(
        "attribute",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="text", nullable=False),
        sa.Column(
            "options", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("catalog_id", sa.Text(), server_default="", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("attribute_pkey")),
        sa.UniqueConstraint("external_id", name=op.f("attribute_external_id_key")),
        schema="fondaco",
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "before", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column(
            "after", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("request_id", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("audit_entry_pkey")),
        schema="fondaco",
    )
    op.create_index(
        op.f("audit_entry_company_id_idx"),
        "audit_entry",
        ["company_id"],
        unique=False,
        schema="fondaco",
    )
    op.create_table(
        "catalogue_state",
        sa.Column("singleton", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("generation", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("singleton", name=op.f("catalogue_state_pkey")),
        schema="fondaco",
    )
    op.create_table(
        "category",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.UUID(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("catalog_id", sa.Text(), server_default="", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["fondaco.category.id"], name=op.f("category_parent_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("category_pkey")),
        sa.UniqueConstraint("external_id", name=op.f("category_external_id_key")),
        sa.UniqueConstraint("uuid", name=op.f("category_uuid_key")),
        schema="fondaco",
    )
    op.create_index(
        op.f("category_parent_id_idx"), "category", ["parent_id"], unique=False, schema="fondaco"
    )
    op.create_table(
        "company",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("company_pkey")),
        sa.UniqueConstraint("external_id", name=op.f("company_external_id_key")),
        sa.UniqueConstraint("uuid", name=op.f("company_uuid_key")),
        schema="fondaco",
    )
    op.create_table(
        "currency_rate",
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("nominal", sa.Integer(), server_default="1", nullable=False),
        sa.Column("rate", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.PrimaryKeyConstraint("currency", "valid_from", name=op.f("currency_rate_pkey")),
        schema="fondaco",
    )
    op.create_table(
        "family",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("family_pkey")),
        sa.UniqueConstraint("external_id", name=op.f("family_external_id_key")),
        sa.UniqueConstraint("uuid", name=op.f("family_uuid_key")),
        schema="fondaco",
    )
    op.create_table(
        "file",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.UUID(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("file_pkey")),
        sa.UniqueConstraint("sha256", name=op.f("file_sha256_key")),
        sa.UniqueConstraint("uuid", name=op.f("file_uuid_key")),
        schema="fondaco",
    )
    op.create_table(
        "import_lease",
        sa.Column("singleton", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.Column("token", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("singleton", name=op.f("import_lease_pkey")),
        schema="fondaco",
    )
    op.create_table(
        "import_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.UUID(), nullable=False),
        sa.Column("importer", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_hash", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("phase", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "counts", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column(
            "progress", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column(
            "options", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "started_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("import_run_pkey")),
        sa.UniqueConstraint("uuid", name=op.f("import_run_uuid_key")),
        schema="fondaco",
    )
    op.create_table(
        "inbox",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column(
            "received_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("source", "message_id", name=op.f("inbox_pkey")),
        schema="fondaco",
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.UUID(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column(
            "payload", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("outbox_pkey")),
        sa.UniqueConstraint("uuid", name=op.f("outbox_uuid_key")),
        schema="fondaco",
    )
    op.create_table(
        "place",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="own", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("timezone", sa.Text(), server_default="Europe/Moscow", nullable=False),
        sa.Column("cut_off", sa.Time(), server_default=sa.text("'16:00'"), nullable=False),
        sa.Column("pick_days", sa.Integer(), server_default="0", nullable=False),
        sa.Column("pickup", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("place_pkey")),
        sa.UniqueConstraint("external_id", name=op.f("place_external_id_key")),
        sa.UniqueConstraint("uuid", name=op.f("place_uuid_key")),
        schema="fondaco",
    )
    op.create_table(
        "price_list",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("currency", sa.CHAR(length=3), server_default="RUB", nullable=False),
        sa.Column("vat_included", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("price_list_pkey")),
        sa.UniqueConstraint("external_id", name=op.f("price_list_external_id_key")),
        sa.UniqueConstraint("uuid", name=op.f("price_list_uuid_key")),
        schema="fondaco",
    )
    op.create_table(
        "seller",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), server_default="", nullable=False),
        sa.Column("country", sa.CHAR(length=2), server_default="RU", nullable=False),
        sa.Column("tax_id", sa.Text(), server_default="", nullable=False),
        sa.Column("kpp", sa.Text(), server_default="", nullable=False),
        sa.Column("ogrn", sa.Text(), server_default="", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("director", sa.Text(), server_default="", nullable=False),
        sa.Column("accountant", sa.Text(), server_default="", nullable=False),
        sa.Column("vat_payer", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column(
            "bank", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("seller_pkey")),
        sa.UniqueConstraint("external_id", name=op.f("seller_external_id_key")),
        sa.UniqueConstraint("uuid", name=op.f("seller_uuid_key")),
        schema="fondaco",
    )
    op.create_table(
        "sheet_mapping",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "headings", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False
        ),
        sa.Column(
            "mapping", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("sheet_mapping_pkey")),
        sa.UniqueConstraint("name", name=op.f("sheet_mapping_name_key")),
        schema="fondaco",
    )
    op.create_table(
        "staging_attribute",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("section", sa.Integer(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("options", postgresql.JSONB(), nullable=True),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        schema="fondaco",
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "staging_category",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("section", sa.Integer(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        schema="fondaco",
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "staging_mark",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("records", sa.BigInteger(), nullable=False),
        sa.Column("finished", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", name=op.f("staging_mark_pkey")),
        schema="fondaco",
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "staging_offer",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("goods", sa.Text(), nullable=False),
        sa.Column("variant", sa.Boolean(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.Column("old_hash", sa.LargeBinary(), nullable=True),
        sa.Column("was_active", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("catalog_id", sa.Text(), nullable=False),
        sa.Column("said", postgresql.JSONB(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("full_name", sa.Text(), nullable=True),
        sa.Column("sku", sa.Text(), nullable=True),
        sa.Column("sku_key", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("code_key", sa.Text(), nullable=True),
        sa.Column("barcodes", postgresql.JSONB(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("unit_code", sa.Text(), nullable=True),
        sa.Column("packs", postgresql.JSONB(), nullable=True),
        sa.Column("multiple", sa.Numeric(precision=15, scale=3), nullable=True),
        sa.Column("vat", sa.Text(), nullable=True),
        sa.Column("brand", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("weight_kg", sa.Numeric(precision=12, scale=4), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("attributes", postgresql.JSONB(), nullable=True),
        sa.Column("images", postgresql.JSONB(), nullable=True),
        sa.Column("hash", sa.LargeBinary(), nullable=True),
        schema="fondaco",
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "staging_place",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("section", sa.Integer(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        schema="fondaco",
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "staging_price",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("section", sa.Integer(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("offer", sa.Text(), nullable=False),
        sa.Column("price_list", sa.Text(), nullable=False),
        sa.Column("min_quantity", sa.Numeric(precision=15, scale=3), nullable=False),
        sa.Column("price", sa.Numeric(precision=15, scale=4), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("vat_included", sa.Boolean(), nullable=True),
        schema="fondaco",
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "staging_price_change",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("price_list_id", sa.BigInteger(), nullable=False),
        sa.Column("min_quantity", sa.Numeric(precision=15, scale=3), nullable=False),
        sa.Column("price", sa.Numeric(precision=15, scale=4), nullable=True),
        sa.PrimaryKeyConstraint("run_id", "n", name=op.f("staging_price_change_pkey")),
        schema="fondaco",
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "staging_price_list",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("section", sa.Integer(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("vat_included", sa.Boolean(), nullable=True),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        schema="fondaco",
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "staging_product",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("section", sa.Integer(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("full_name", sa.Text(), nullable=True),
        sa.Column("sku", sa.Text(), nullable=True),
        sa.Column("sku_key", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("code_key", sa.Text(), nullable=True),
        sa.Column("barcodes", postgresql.JSONB(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("unit_code", sa.Text(), nullable=True),
        sa.Column("packs", postgresql.JSONB(), nullable=True),
        sa.Column("multiple", sa.Numeric(precision=15, scale=3), nullable=True),
        sa.Column("vat", sa.Text(), nullable=True),
        sa.Column("brand", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("weight_kg", sa.Numeric(precision=12, scale=4), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("attributes", postgresql.JSONB(), nullable=True),
        sa.Column("images", postgresql.JSONB(), nullable=True),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        schema="fondaco",
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "staging_section",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("catalog_id", sa.Text(), nullable=False),
        schema="fondaco",
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "staging_stock",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("section", sa.Integer(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("offer", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=15, scale=3), nullable=False),
        schema="fondaco",
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "staging_stock_change",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("on_hand", sa.Numeric(precision=15, scale=3), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "n", name=op.f("staging_stock_change_pkey")),
        schema="fondaco",
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "staging_unit",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("section", sa.Integer(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("international", sa.Text(), nullable=False),
        schema="fondaco",
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "staging_variant",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("section", sa.Integer(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("goods", sa.Text(), nullable=False),
        sa.Column("said", postgresql.JSONB(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        schema="fondaco",
        prefixes=["UNLOGGED"],
    )
    op.create_table(
        "task_start",
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        sa.Column("starts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column(
            "last_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("job_id", name=op.f("task_start_pkey")),
        schema="fondaco",
    )
    op.create_table(
        "unit",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), server_default="", nullable=False),
        sa.Column("international", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("unit_pkey")),
        schema="fondaco",
    )
    op.create_table(
        "vat_rate",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("rate", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.PrimaryKeyConstraint("code", "valid_from", name=op.f("vat_rate_pkey")),
        schema="fondaco",
    )
    op.create_table(
        "worker_heartbeat",
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column(
            "started_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.PrimaryKeyConstraint("worker", name=op.f("worker_heartbeat_pkey")),
        schema="fondaco",
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("subscriber", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "due_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["fondaco.outbox.id"], name=op.f("delivery_event_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("delivery_pkey")),
        sa.UniqueConstraint(
            "event_id", "subscriber", name=op.f("delivery_event_id_subscriber_key")
        ),
        schema="fondaco",
    )
    op.create_index(
        "delivery_dead_idx",
        "delivery",
        ["id"],
        unique=False,
        schema="fondaco",
        postgresql_where=sa.text("state = 'dead'"),
    )
    op.create_index(
        "delivery_waiting_idx",
        "delivery",
        ["subscriber", "lane", "id"],
        unique=False,
        schema="fondaco",
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["fondaco.company.id"], name=op.f("idempotency_key_company_id_fkey")
        ),
        sa.PrimaryKeyConstraint("company_id", "route", "key", name=op.f("idempotency_key_pkey")),
        schema="fondaco",
    )
    op.create_table(
        "import_refusal",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("member", sa.Text(), server_default="", nullable=False),
        sa.Column("row_number", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reference", sa.Text(), server_default="", nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column(
            "params", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("warning", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["fondaco.import_run.id"],
            name=op.f("import_refusal_run_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("import_refusal_pkey")),
        schema="fondaco",
    )
    op.create_index(
        "import_refusal_run_idx", "import_refusal", ["run_id", "id"], unique=False, schema="fondaco"
    )
    op.create_table(
        "legal_entity",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.UUID(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), server_default="", nullable=False),
        sa.Column("country", sa.CHAR(length=2), server_default="RU", nullable=False),
        sa.Column("tax_id", sa.Text(), server_default="", nullable=False),
        sa.Column("kpp", sa.Text(), server_default="", nullable=False),
        sa.Column("ogrn", sa.Text(), server_default="", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["fondaco.company.id"], name=op.f("legal_entity_company_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("legal_entity_pkey")),
        sa.UniqueConstraint(
            "country", "tax_id", "kpp", name=op.f("legal_entity_country_tax_id_kpp_key")
        ),
        sa.UniqueConstraint("external_id", name=op.f("legal_entity_external_id_key")),
        sa.UniqueConstraint("uuid", name=op.f("legal_entity_uuid_key")),
        schema="fondaco",
    )
    op.create_index(
        op.f("legal_entity_company_id_idx"),
        "legal_entity",
        ["company_id"],
        unique=False,
        schema="fondaco",
    )
    op.create_table(
        "number_series",
        sa.Column("seller_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["fondaco.seller.id"], name=op.f("number_series_seller_id_fkey")
        ),
        sa.PrimaryKeyConstraint("seller_id", "kind", "year", name=op.f("number_series_pkey")),
        schema="fondaco",
    )
    op.create_table(
        "outlet",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.UUID(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["fondaco.company.id"], name=op.f("outlet_company_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("outlet_pkey")),
        sa.UniqueConstraint("external_id", name=op.f("outlet_external_id_key")),
        sa.UniqueConstraint("uuid", name=op.f("outlet_uuid_key")),
        schema="fondaco",
    )
    op.create_index(
        op.f("outlet_company_id_idx"), "outlet", ["company_id"], unique=False, schema="fondaco"
    )
    op.create_table(
        "product",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.UUID(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("family_id", sa.BigInteger(), nullable=True),
        sa.Column("category_id", sa.BigInteger(), nullable=True),
        sa.Column("sku", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), server_default="", nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("brand", sa.Text(), server_default="", nullable=False),
        sa.Column("country", sa.Text(), server_default="", nullable=False),
        sa.Column("unit_code", sa.Text(), nullable=False),
        sa.Column(
            "multiple", sa.Numeric(precision=15, scale=3), server_default="1", nullable=False
        ),
        sa.Column(
            "packs", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False
        ),
        sa.Column("vat", sa.Text(), server_default="22", nullable=False),
        sa.Column("weight_kg", sa.Numeric(precision=12, scale=4), nullable=True),
        sa.Column(
            "attributes", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("catalog_id", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "said", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column(
            "content_hash", sa.LargeBinary(), server_default=sa.text("''::bytea"), nullable=False
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["fondaco.category.id"], name=op.f("product_category_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["family_id"], ["fondaco.family.id"], name=op.f("product_family_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["unit_code"], ["fondaco.unit.code"], name=op.f("product_unit_code_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("product_pkey")),
        sa.UniqueConstraint("external_id", name=op.f("product_external_id_key")),
        sa.UniqueConstraint("uuid", name=op.f("product_uuid_key")),
        schema="fondaco",
    )
    op.create_index(
        op.f("product_category_id_idx"), "product", ["category_id"], unique=False, schema="fondaco"
    )
    op.create_index(
        op.f("product_family_id_idx"), "product", ["family_id"], unique=False, schema="fondaco"
    )
    op.create_index(
        "product_name_sort_idx",
        "product",
        [sa.literal_column("translate(lower(name), 'ё', 'е')"), "name"],
        unique=False,
        schema="fondaco",
    )
    op.create_index(
        "product_shelf_idx",
        "product",
        ["id"],
        unique=False,
        schema="fondaco",
        postgresql_include=["category_id", "brand"],
        postgresql_where="active",
    )
    op.create_table(
        "user_account",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.UUID(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("password_hash", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "roles", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False
        ),
        sa.Column("locale", sa.Text(), server_default="ru", nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["fondaco.company.id"], name=op.f("user_account_company_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("user_account_pkey")),
        sa.UniqueConstraint("uuid", name=op.f("user_account_uuid_key")),
        schema="fondaco",
    )
    op.create_index(
        op.f("user_account_company_id_idx"),
        "user_account",
        ["company_id"],
        unique=False,
        schema="fondaco",
    )
    op.create_index(
        "user_account_email_key",
        "user_account",
        [sa.literal_column("lower(email)")],
        unique=True,
        schema="fondaco",
    )
    op.create_table(
        "agreement",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.UUID(), nullable=False),
        sa.Column("legal_entity_id", sa.BigInteger(), nullable=False),
        sa.Column("seller_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), server_default="", nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("currency", sa.CHAR(length=3), server_default="RUB", nullable=False),
        sa.Column("payment_days", sa.Integer(), server_default="0", nullable=False),
        sa.Column("manager_id", sa.BigInteger(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["legal_entity_id"],
            ["fondaco.legal_entity.id"],
            name=op.f("agreement_legal_entity_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["manager_id"], ["fondaco.user_account.id"], name=op.f("agreement_manager_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["fondaco.seller.id"], name=op.f("agreement_seller_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("agreement_pkey")),
        sa.UniqueConstraint("external_id", name=op.f("agreement_external_id_key")),
        sa.UniqueConstraint("uuid", name=op.f("agreement_uuid_key")),
        schema="fondaco",
    )
    op.create_index(
        op.f("agreement_legal_entity_id_idx"),
        "agreement",
        ["legal_entity_id"],
        unique=False,
        schema="fondaco",
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.UUID(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["fondaco.user_account.id"],
            name=op.f("api_token_user_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("api_token_pkey")),
        sa.UniqueConstraint("token_hash", name=op.f("api_token_token_hash_key")),
        sa.UniqueConstraint("uuid", name=op.f("api_token_uuid_key")),
        schema="fondaco",
    )
    op.create_table(
        "article_list",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.UUID(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="ready", nullable=False),
        sa.Column("rows_total", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rows_done", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "reading", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column(
            "degraded", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False
        ),
        sa.Column("added_times", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('matching', 'ready')", name=op.f("article_list_state_check")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["fondaco.company.id"], name=op.f("article_list_company_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["fondaco.user_account.id"], name=op.f("article_list_user_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("article_list_pkey")),
        sa.UniqueConstraint("uuid", name=op.f("article_list_uuid_key")),
        schema="fondaco",
    )
    op.create_index(
        op.f("article_list_company_id_idx"),
        "article_list",
        ["company_id"],
        unique=False,
        schema="fondaco",
    )
    op.create_table(
        "cart",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.UUID(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("shown_total", sa.Numeric(precision=15, scale=2), nullable=True),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["fondaco.company.id"], name=op.f("cart_company_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["fondaco.user_account.id"], name=op.f("cart_user_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("cart_pkey")),
        sa.UniqueConstraint("company_id", "user_id", name=op.f("cart_company_id_user_id_key")),
        sa.UniqueConstraint("uuid", name=op.f("cart_uuid_key")),
        schema="fondaco",
    )
    op.create_table(
        "price_row",
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("price_list_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "min_quantity", sa.Numeric(precision=15, scale=3), server_default="0", nullable=False
        ),
        sa.Column("price", sa.Numeric(precision=15, scale=4), nullable=False),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("price > 0", name=op.f("price_row_positive_check")),
        sa.ForeignKeyConstraint(
            ["price_list_id"], ["fondaco.price_list.id"], name=op.f("price_row_price_list_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["fondaco.product.id"],
            name=op.f("price_row_product_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "product_id", "price_list_id", "min_quantity", name=op.f("price_row_pkey")
        ),
        schema="fondaco",
    )
    op.create_table(
        "product_code",
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["fondaco.product.id"],
            name=op.f("product_code_product_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("product_id", "kind", "value", name=op.f("product_code_pkey")),
        schema="fondaco",
    )
    op.create_index(
        "product_code_article_idx",
        "product_code",
        ["key"],
        unique=False,
        schema="fondaco",
        postgresql_ops={"key": "text_pattern_ops"},
        postgresql_where=sa.text("kind != 'barcode'"),
    )
    op.create_index("product_code_key_idx", "product_code", ["key"], unique=False, schema="fondaco")
    op.create_table(
        "product_image",
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("source_path", sa.Text(), server_default="", nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["file_id"], ["fondaco.file.id"], name=op.f("product_image_file_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["fondaco.product.id"],
            name=op.f("product_image_product_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("product_id", "rank", name=op.f("product_image_pkey")),
        schema="fondaco",
    )
    op.create_index(
        "product_image_file_id_idx", "product_image", ["file_id"], unique=False, schema="fondaco"
    )
    op.create_index(
        "product_image_source_path_idx",
        "product_image",
        ["source_path"],
        unique=False,
        schema="fondaco",
    )
    op.create_table(
        "search_document",
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("codes", sa.Text(), server_default="", nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("vector", postgresql.TSVECTOR(), nullable=False),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["fondaco.product.id"],
            name=op.f("search_document_product_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("product_id", name=op.f("search_document_pkey")),
        schema="fondaco",
    )
    op.create_index(
        "search_document_codes_idx",
        "search_document",
        ["codes"],
        unique=False,
        schema="fondaco",
        postgresql_using="gin",
        postgresql_ops={"codes": "gin_trgm_ops"},
    )
    op.create_index(
        "search_document_vector_idx",
        "search_document",
        ["vector"],
        unique=False,
        schema="fondaco",
        postgresql_using="gin",
    )
    op.create_index(
        "search_document_words_idx",
        "search_document",
        ["words"],
        unique=False,
        schema="fondaco",
        postgresql_using="gin",
        postgresql_ops={"words": "gin_trgm_ops"},
    )
    op.create_table(
        "stock_row",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("lot", sa.Text(), server_default="", nullable=False),
        sa.Column("on_hand", sa.Numeric(precision=15, scale=3), server_default="0", nullable=False),
        sa.Column(
            "reserved", sa.Numeric(precision=15, scale=3), server_default="0", nullable=False
        ),
        sa.Column(
            "reported_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("reserved >= 0", name=op.f("stock_row_reserved_check")),
        sa.ForeignKeyConstraint(
            ["place_id"], ["fondaco.place.id"], name=op.f("stock_row_place_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["fondaco.product.id"],
            name=op.f("stock_row_product_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("stock_row_pkey")),
        sa.UniqueConstraint(
            "product_id", "place_id", "lot", name=op.f("stock_row_product_id_place_id_lot_key")
        ),
        schema="fondaco",
    )
    op.create_table(
        "user_session",
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "data", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["fondaco.user_account.id"],
            name=op.f("user_session_user_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("user_session_pkey")),
        schema="fondaco",
    )
    op.create_index(
        op.f("user_session_user_id_idx"),
        "user_session",
        ["user_id"],
        unique=False,
        schema="fondaco",
    )
    op.create_table(
        "agreement_price_list",
        sa.Column("agreement_id", sa.BigInteger(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("price_list_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["fondaco.agreement.id"],
            name=op.f("agreement_price_list_agreement_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["price_list_id"],
            ["fondaco.price_list.id"],
            name=op.f("agreement_price_list_price_list_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("agreement_id", "rank", name=op.f("agreement_price_list_pkey")),
        schema="fondaco",
    )
    op.create_table(
        "article_list_row",
        sa.Column("list_id", sa.BigInteger(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("article", sa.Text(), server_default="", nullable=False),
        sa.Column("quantity_text", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "alternates", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False
        ),
        sa.Column("quantity", sa.Numeric(precision=15, scale=3), nullable=True),
        sa.Column(
            "problem", postgresql.JSONB(), server_default=sa.text("'null'::jsonb"), nullable=False
        ),
        sa.Column("matches", postgresql.JSONB(), nullable=True),
        sa.Column("corrected", sa.Text(), server_default="", nullable=False),
        sa.Column("wanted", sa.Numeric(precision=15, scale=3), nullable=True),
        sa.Column("chosen_product_id", sa.BigInteger(), nullable=True),
        sa.Column("keep", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"],
            ["fondaco.article_list.id"],
            name=op.f("article_list_row_list_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("list_id", "row_number", name=op.f("article_list_row_pkey")),
        schema="fondaco",
    )
    op.create_table(
        "cart_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.UUID(), nullable=False),
        sa.Column("cart_id", sa.BigInteger(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=15, scale=3), nullable=False),
        sa.Column("source", sa.Text(), server_default="product", nullable=False),
        sa.Column("source_ref", sa.Text(), server_default="", nullable=False),
        sa.Column("replaced_product_id", sa.BigInteger(), nullable=True),
        sa.Column("seen_price", sa.Numeric(precision=15, scale=4), nullable=True),
        sa.Column("seen_available", sa.Numeric(precision=15, scale=3), nullable=True),
        sa.Column("seen_promised", sa.Date(), nullable=True),
        sa.Column(
            "added_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("cart_line_quantity_check")),
        sa.ForeignKeyConstraint(
            ["cart_id"],
            ["fondaco.cart.id"],
            name=op.f("cart_line_cart_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["fondaco.product.id"], name=op.f("cart_line_product_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("cart_line_pkey")),
        sa.UniqueConstraint("cart_id", "product_id", name=op.f("cart_line_cart_id_product_id_key")),
        sa.UniqueConstraint("uuid", name=op.f("cart_line_uuid_key")),
        schema="fondaco",
    )
    op.create_table(
        "cart_removed",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.UUID(), nullable=False),
        sa.Column("cart_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "lines", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False
        ),
        sa.Column(
            "removed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["cart_id"],
            ["fondaco.cart.id"],
            name=op.f("cart_removed_cart_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("cart_removed_pkey")),
        sa.UniqueConstraint("uuid", name=op.f("cart_removed_uuid_key")),
        schema="fondaco",
    )
    op.create_index(
        op.f("cart_removed_cart_id_idx"),
        "cart_removed",
        ["cart_id"],
        unique=False,
        schema="fondaco",
    )
    op.create_table(
        "customer_order",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.UUID(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("legal_entity_id", sa.BigInteger(), nullable=False),
        sa.Column("agreement_id", sa.BigInteger(), nullable=False),
        sa.Column("seller_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), server_default="placed", nullable=False),
        sa.Column("currency", sa.CHAR(length=3), nullable=False),
        sa.Column("total", sa.Numeric(precision=15, scale=2), nullable=False),
        sa.Column("vat_total", sa.Numeric(precision=15, scale=2), nullable=False),
        sa.Column("payment_method", sa.Text(), server_default="invoice", nullable=False),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column("customer_reference", sa.Text(), server_default="", nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column(
            "placed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["fondaco.agreement.id"],
            name=op.f("customer_order_agreement_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["fondaco.company.id"], name=op.f("customer_order_company_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["legal_entity_id"],
            ["fondaco.legal_entity.id"],
            name=op.f("customer_order_legal_entity_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["fondaco.seller.id"], name=op.f("customer_order_seller_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["fondaco.user_account.id"], name=op.f("customer_order_user_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("customer_order_pkey")),
        sa.UniqueConstraint("external_id", name=op.f("customer_order_external_id_key")),
        sa.UniqueConstraint("uuid", name=op.f("customer_order_uuid_key")),
        schema="fondaco",
    )
    op.create_index(
        op.f("customer_order_company_id_idx"),
        "customer_order",
        ["company_id"],
        unique=False,
        schema="fondaco",
    )
    op.create_table(
        "document",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), server_default="", nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("format", sa.Text(), server_default="pdf", nullable=False),
        sa.Column("locale", sa.Text(), server_default="ru", nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column(
            "content", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["fondaco.company.id"], name=op.f("document_company_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["fondaco.file.id"], name=op.f("document_file_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["fondaco.customer_order.id"], name=op.f("document_order_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("document_pkey")),
        sa.UniqueConstraint("uuid", name=op.f("document_uuid_key")),
        schema="fondaco",
    )
    op.create_index(
        op.f("document_company_id_idx"), "document", ["company_id"], unique=False, schema="fondaco"
    )
    op.create_index(
        op.f("document_order_id_idx"), "document", ["order_id"], unique=False, schema="fondaco"
    )
    op.create_table(
        "order_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ru", sa.Text(), server_default="", nullable=False),
        sa.Column("en", sa.Text(), server_default="", nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["fondaco.customer_order.id"], name=op.f("order_entry_order_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("order_entry_pkey")),
        schema="fondaco",
    )
    op.create_index(
        op.f("order_entry_order_id_idx"),
        "order_entry",
        ["order_id"],
        unique=False,
        schema="fondaco",
    )
    op.create_table(
        "shipment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.UUID(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("seller_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default="placed", nullable=False),
        sa.Column("delivery", sa.Text(), server_default="pickup", nullable=False),
        sa.Column("outlet_id", sa.BigInteger(), nullable=True),
        sa.Column("place_id", sa.BigInteger(), nullable=True),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("promised", sa.Date(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["fondaco.customer_order.id"], name=op.f("shipment_order_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["outlet_id"], ["fondaco.outlet.id"], name=op.f("shipment_outlet_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["place_id"], ["fondaco.place.id"], name=op.f("shipment_place_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["fondaco.seller.id"], name=op.f("shipment_seller_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("shipment_pkey")),
        sa.UniqueConstraint("external_id", name=op.f("shipment_external_id_key")),
        sa.UniqueConstraint("uuid", name=op.f("shipment_uuid_key")),
        schema="fondaco",
    )
    op.create_index(
        op.f("shipment_order_id_idx"), "shipment", ["order_id"], unique=False, schema="fondaco"
    )
    op.create_table(
        "order_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("uuid", sa.UUID(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("shipment_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("sku", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), server_default="", nullable=False),
        sa.Column("quantity", sa.Numeric(precision=15, scale=3), nullable=False),
        sa.Column("unit_price", sa.Numeric(precision=15, scale=4), nullable=False),
        sa.Column("list_price", sa.Numeric(precision=15, scale=4), nullable=True),
        sa.Column("total", sa.Numeric(precision=15, scale=2), nullable=False),
        sa.Column("vat", sa.Text(), nullable=False),
        sa.Column("vat_rate", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("vat_amount", sa.Numeric(precision=15, scale=2), nullable=False),
        sa.Column(
            "price_steps", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False
        ),
        sa.Column(
            "supply", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("promised", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["fondaco.customer_order.id"], name=op.f("order_line_order_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["fondaco.product.id"], name=op.f("order_line_product_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["fondaco.shipment.id"], name=op.f("order_line_shipment_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("order_line_pkey")),
        sa.UniqueConstraint("uuid", name=op.f("order_line_uuid_key")),
        schema="fondaco",
    )
    op.create_index(
        op.f("order_line_order_id_idx"), "order_line", ["order_id"], unique=False, schema="fondaco"
    )
    op.create_table(
        "reservation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("stock_id", sa.BigInteger(), nullable=False),
        sa.Column("order_line_id", sa.BigInteger(), nullable=True),
        sa.Column("quantity", sa.Numeric(precision=15, scale=3), nullable=False),
        sa.Column("state", sa.Text(), server_default="held", nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('held', 'taken', 'released')", name=op.f("reservation_state_check")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("reservation_quantity_check")),
        sa.ForeignKeyConstraint(
            ["order_line_id"],
            ["fondaco.order_line.id"],
            name=op.f("reservation_order_line_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["stock_id"], ["fondaco.stock_row.id"], name=op.f("reservation_stock_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("reservation_pkey")),
        schema="fondaco",
    )
    op.create_index(
        op.f("reservation_order_line_id_idx"),
        "reservation",
        ["order_line_id"],
        unique=False,
        schema="fondaco",
    )
    op.create_index(
        op.f("reservation_stock_id_idx"),
        "reservation",
        ["stock_id"],
        unique=False,
        schema="fondaco",
    )
    for view in VIEWS:
        op.execute(view)
    for statement in SEED:
        op.execute(statement)


def downgrade() -> None:
    op.execute("drop schema if exists fondaco_api cascade")
    for table in reversed(TABLES):
        op.execute(f'drop table if exists fondaco."{table}" cascade')


TABLES = (
    "attribute",
    "audit_entry",
    "catalogue_state",
    "category",
    "company",
    "currency_rate",
    "family",
    "file",
    "import_lease",
    "import_run",
    "inbox",
    "outbox",
    "place",
    "price_list",
    "seller",
    "sheet_mapping",
    "staging_attribute",
    "staging_category",
    "staging_mark",
    "staging_offer",
    "staging_place",
    "staging_price",
    "staging_price_change",
    "staging_price_list",
    "staging_product",
    "staging_section",
    "staging_stock",
    "staging_stock_change",
    "staging_unit",
    "staging_variant",
    "task_start",
    "unit",
    "vat_rate",
    "worker_heartbeat",
    "delivery",
    "idempotency_key",
    "import_refusal",
    "legal_entity",
    "number_series",
    "outlet",
    "product",
    "user_account",
    "agreement",
    "api_token",
    "article_list",
    "cart",
    "price_row",
    "product_code",
    "product_image",
    "search_document",
    "stock_row",
    "user_session",
    "agreement_price_list",
    "article_list_row",
    "cart_line",
    "cart_removed",
    "customer_order",
    "document",
    "order_entry",
    "shipment",
    "order_line",
    "reservation",
)
