"""The warehouses of the house in which trade goes on: four of its own with hours and a lorry, two
partners who have a third of the catalogue each, and a lot on its way of every tenth product.
"""

PLACES = """
insert into fondaco.place (uuid, name, kind, timezone, cut_off, pick_days, reported_at)
    select gen_random_uuid(), 'Партнёр ' || n, 'partner', 'Europe/Moscow', '12:00', 2, now()
      from generate_series(1, 2) n;
insert into plugin_sourcing.terms
       (place_id, week, country, lead_days, receiving_days, ships, carrier_days, cost, report_hours)
    select p.id, array['16:00', '16:00', '16:00', '16:00', '16:00', null, null]::time[], 'RU',
           case p.kind when 'own' then 0 else 2 end, 1, p.kind = 'partner' or p.place > 1, 0,
           case p.kind when 'own' then 0 else 900 end,
           case p.kind when 'own' then null else 87600 end
      from (select id, kind, row_number() over (order by kind, id) as place
              from fondaco.place where active) p;
insert into plugin_sourcing.transfer
       (uuid, source_id, target_id, weekdays, cut_off, road_days, cost)
    select gen_random_uuid(), own[1], own[2], array[1]::smallint[], '12:00', 1, 300
      from (select array_agg(id order by id) as own from fondaco.place
             where kind = 'own' and active) p;
insert into fondaco.stock_row (product_id, place_id, on_hand)
    select p.id, w.id, 500
      from fondaco.product p
      join (select id, row_number() over (order by id) as n from fondaco.place
             where kind = 'partner') w on p.id % 3 = w.n
     where p.active;
insert into fondaco.stock_row (product_id, place_id, lot, on_hand, arrives_on)
    select p.id, w.id, 'LOT', 1000, current_date + 20
      from fondaco.product p,
           (select min(id) as id from fondaco.place where kind = 'own' and active) w
     where p.active and p.id % 10 = 0;
"""
