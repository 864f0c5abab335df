"""Generations: a number for each subject that processes remember, new with every change of it.

And imports are not slowed by autovacuum, which walked through what they stage and soon throw away.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# A place's `reported_at` is of its stock and changes with every report.
OF_PLACES = "name, kind, address, timezone, cut_off, pick_days, pickup, active"
WATCHED = (
    ("catalogue", "product", ""),
    ("catalogue", "product_image", ""),
    ("catalogue", "category", ""),
    ("catalogue", "family", ""),
    ("catalogue", "unit", ""),
    ("catalogue", "vat_rate", ""),
    ("places", "place", OF_PLACES),
    ("prices", "price_list", ""),
    ("prices", "price_row", ""),
)

# They are analysed by the import and emptied at its end.
STAGING = """
    do $$
    declare name text;
    begin
      for name in select tablename from pg_catalog.pg_tables
                   where schemaname = 'fondaco' and tablename like 'staging\\_%' loop
        execute format(
            'alter table fondaco.%I set (autovacuum_enabled = {0}, toast.autovacuum_enabled = {0})',
            name);
      end loop;
    end $$
"""

# From a sequence, so that a number that was rolled back never comes again; under the row's lock, so
# that numbers become visible in their order.
PASS = """
    create function fondaco.pass_generation() returns trigger
    language plpgsql security definer set search_path = '' as $$
    begin
      update fondaco.generation set number = nextval('fondaco.generation_number')
       where subject = tg_argv[0];
      return null;
    end $$
"""


def upgrade() -> None:
    op.execute(STAGING.format("false"))
    op.create_table(
        "generation",
        sa.Column("subject", sa.Text(), primary_key=True),
        sa.Column("number", sa.BigInteger(), nullable=False),
        schema="fondaco",
    )
    op.execute("create sequence fondaco.generation_number start 2")
    op.execute(
        "insert into fondaco.generation (subject, number)"
        " values ('catalogue', 1), ('places', 1), ('prices', 1)"
    )
    op.execute(PASS)
    for subject, table, columns in WATCHED:
        update = f"update of {columns}" if columns else "update"
        op.execute(
            f"create trigger pass_generation after insert or {update} or delete or truncate"
            f" on fondaco.{table} for each statement"
            f" execute function fondaco.pass_generation('{subject}')"
        )


def downgrade() -> None:
    op.execute(STAGING.format("true"))
    for _, table, _ in WATCHED:
        op.execute(f"drop trigger pass_generation on fondaco.{table}")
    op.execute("drop function fondaco.pass_generation()")
    op.drop_table("generation", schema="fondaco")
    op.execute("drop sequence fondaco.generation_number")
