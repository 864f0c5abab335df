"""Quicker imports: staging is analysed by its keys only; no index that nothing reads."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Joins look at keys only, and to sample long texts takes longest.
ANALYSE_KEYS = """
    create or replace function fondaco.analyse_staging(names text[]) returns void
    language plpgsql security definer set search_path = '' as $$
    declare name text; keys text;
    begin
      foreach name in array names loop
        if name !~ '^staging_[a-z_]+$' then
          raise exception 'not a staging table: %', name;
        end if;
        select string_agg(format('%I', attname), ', ') into strict keys
          from pg_catalog.pg_attribute
         where attrelid = format('fondaco.%I', name)::regclass
           and attname in ('run_id', 'section', 'external_id', 'goods', 'offer', 'place',
                           'price_list', 'product_id', 'category');
        execute format('analyze fondaco.%I (%s)', name, keys);
      end loop;
    end $$
"""
ANALYSE_WHOLE = """
    create or replace function fondaco.analyse_staging(names text[]) returns void
    language plpgsql security definer set search_path = '' as $$
    declare name text;
    begin
      foreach name in array names loop
        if name !~ '^staging_[a-z_]+$' then
          raise exception 'not a staging table: %', name;
        end if;
        execute format('analyze fondaco.%I', name);
      end loop;
    end $$
"""


def upgrade() -> None:
    op.execute(ANALYSE_KEYS)
    op.drop_index("product_name_sort_idx", "product", schema="fondaco")


def downgrade() -> None:
    op.create_index(
        "product_name_sort_idx",
        "product",
        [sa.literal_column("translate(lower(name), 'ё', 'е')"), "name"],
        schema="fondaco",
    )
    op.execute(ANALYSE_WHOLE)
