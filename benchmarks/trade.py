"""A house in which trade goes on: a copy of the catalogue with every plugin of the repository,
10,000 companies, 1,000,000 individual prices, a discount matrix, floors, campaigns and statuses,
and 1,000,000 cross-references.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from benchmarks.buyer import EMAIL
from benchmarks.house import House, comment_of, copy_database, mark_of, say
from benchmarks.places import PLACES
from fondaco.cli.site import prepare
from fondaco.hall import load_registry

COMPANIES = 10_000
PRICES_EACH = 100
CAMPAIGNS = 40
CROSSES = 1_000_000
FOREIGN = "MANN"
"""The brand of the foreign numbers `W 1`, `W 2`, ...: half of the cross-references."""

# Each statement sees what those before it made. What the benchmarks buy is ordered by
# md5(external_id), so every second of it has an individual price.
TRADE = f"""
create temporary table shelf as
    select row_number() over (order by md5(external_id)) as place, id, brand, category_id
      from fondaco.product where active;
create unique index on shelf (place);
create temporary table buyer as
    select c.company_id, c.id as legal_entity_id, a.id as agreement_id
      from fondaco.user_account u
      join fondaco.legal_entity c on c.company_id = u.company_id
      join fondaco.agreement a on a.legal_entity_id = c.id
     where u.email = '{EMAIL}'
     order by a.id limit 1;

insert into fondaco.company (uuid, name, external_id)
    select gen_random_uuid(), 'Компания ' || n, 'trade-' || n
      from generate_series(1, {COMPANIES}) n;
insert into fondaco.legal_entity (uuid, company_id, name, external_id)
    select gen_random_uuid(), id, name, external_id
      from fondaco.company where external_id like 'trade-%';
insert into fondaco.outlet (uuid, company_id, name, address, external_id)
    select gen_random_uuid(), id, 'Точка ' || n, 'Москва, ' || n, external_id || '-' || n
      from fondaco.company, generate_series(1, 2) n where external_id like 'trade-%';
insert into fondaco.agreement (uuid, legal_entity_id, seller_id, number, external_id)
    select gen_random_uuid(), e.id, s.id, e.external_id, e.external_id
      from fondaco.legal_entity e, (select min(id) as id from fondaco.seller) s
     where e.external_id like 'trade-%';
insert into fondaco.agreement_price_list (agreement_id, rank, price_list_id)
    select a.id, l.rank, l.price_list_id
      from fondaco.agreement a, buyer b
      join fondaco.agreement_price_list l on l.agreement_id = b.agreement_id
     where a.external_id like 'trade-%';

insert into fondaco.individual_price (uuid, company_id, product_id, price, currency, valid_from)
    select gen_random_uuid(), c.id, s.id, 100 + mod(s.place * 37, 9000), 'RUB', '2026-01-01'
      from (select id, row_number() over (order by id) as n from fondaco.company
             where external_id like 'trade-%') c,
           generate_series(0, {PRICES_EACH - 1}) k, shelf s
     where s.place = 1 + mod(c.n * 7919 + k * 2503, (select count(*) from shelf));
insert into fondaco.individual_price (uuid, company_id, product_id, price, currency, valid_from)
    select gen_random_uuid(), b.company_id, s.id, 100 + mod(s.place * 37, 9000), 'RUB', '2026-01-01'
      from buyer b, shelf s where s.place <= 4000 and s.place % 2 = 0;
insert into fondaco.product_pricing (product_id, price_group, cost)
    select s.id, 'G' || s.place % 8, round(r.price * 0.6, 2)
      from shelf s
      join (select product_id, min(price) as price from fondaco.price_row group by product_id) r
        on r.product_id = s.id;
insert into fondaco.discount_rule (uuid, company_id, price_group, percent, valid_from)
    select gen_random_uuid(), c.company_id, 'G' || g, 2 + g, '2026-01-01'
      from (select id as company_id from fondaco.company where external_id like 'trade-%'
             union all select company_id from buyer) c, generate_series(0, 3) g;
insert into fondaco.discount_rule (uuid, company_id, brand, percent, valid_from)
    select gen_random_uuid(), b.company_id, s.brand, 7, '2026-01-01'
      from buyer b, (select distinct brand from shelf where place <= 20 and brand <> '') s;
insert into fondaco.margin_rule (uuid, price_group, min_percent, max_percent)
    select gen_random_uuid(), '', 5, 400;

insert into plugin_promotions.campaign
       (uuid, name_ru, name_en, level, percent, stackable, by_code, starts_at, min_total, brands)
    select gen_random_uuid(), 'Акция ' || n, 'Campaign ' || n,
           case when n % 10 = 0 then 'order' else 'unit' end, 1 + n % 7, false, false,
           '2026-01-01', case when n % 10 = 0 then 1000 end,
           case when n % 10 = 0 then array[]::text[] else array[b.brand] end
      from generate_series(1, {CAMPAIGNS}) n,
           (select brand, row_number() over (order by brand) as place
              from (select distinct brand from shelf where brand <> '') d) b
     where b.place = 1 + n % (select count(distinct brand) from shelf where brand <> '');
insert into plugin_loyalty.tier (uuid, name_ru, name_en, threshold, percent)
    values (gen_random_uuid(), 'Серебро', 'Silver', 100000, 1),
           (gen_random_uuid(), 'Золото', 'Gold', 1000000, 2);
insert into plugin_loyalty.turnover
       (company_id, counted_on, amount, currency, kind, document, label)
    select c.id, current_date - k * 7, 40000, 'RUB', 'erp', 'trade-' || c.id || '-' || k,
           'УПД ' || k
      from (select id from fondaco.company where external_id like 'trade-%'
             union all select company_id from buyer) c, generate_series(1, 40) k;
insert into plugin_analogues.reference
       (product_id, brand, number, number_key, branded_key, kind, source)
    select s.id, '{FOREIGN}', 'W ' || n, 'W' || n, '{FOREIGN}W' || n, 'full', 'trade'
      from generate_series(1, {CROSSES // 2}) n
      join shelf s on s.place = 1 + mod(n::bigint * 7919, (select count(*) from shelf));
insert into plugin_analogues.reference (product_id, other_id, kind, both_ways, note_ru, source)
    select one.id, other.id, case n % 4 when 0 then 'limited' else 'full' end, n % 8 = 1,
           case n % 4 when 0 then 'проверьте размеры' else '' end, 'trade'
      from (select n, 1 + mod(n, number) as one,
                   1 + mod(n + 1 + (n / number) * 17, number) as other
              from generate_series(1, {CROSSES - CROSSES // 2}) n,
                   (select count(*) as number from shelf) counted) pairs
      join shelf one on one.place = pairs.one
      join shelf other on other.place = pairs.other and other.id <> one.id
    on conflict do nothing;
drop table shelf;
drop table buyer;
"""


@asynccontextmanager
async def trading(house: House) -> AsyncIterator[House]:
    """The house with all its trade; made unless the one that is there fits."""
    settings = msgspec.structs.replace(house.settings, without=())
    there = msgspec.structs.replace(
        house,
        settings=settings,
        registry=load_registry(settings),
        database=f"trade_{house.skus}",
    )
    mark = hashlib.sha256((mark_of(there) + TRADE + PLACES).encode()).hexdigest()
    if await comment_of(house, there.database) != mark:
        say(f"Letting {COMPANIES:,} companies trade ...")
        await copy_database(house, there.database, house.database)
        await asyncio.to_thread(prepare, there.site(), there.registry)
        async with there.bare(owner=True) as owner:
            await owner.execute(TRADE)
            await owner.execute(PLACES)
            await owner.execute("vacuum analyze")
            await owner.execute(f"comment on database {there.database} is '{mark}'")
    yield there
