"""Reading and writing article lists: every statement names the person and company of the list."""

from sqlalchemy import TextClause, text

SAVE: TextClause = text(
    """
    with saved as (
        insert into fondaco.article_list
            (uuid, company_id, user_id, name, state, rows_total, reading)
        values (:uuid, :company, :user, :name, :state, :total, cast(:reading as jsonb))
        returning id
    )
    insert into fondaco.article_list_row
        (list_id, row_number, article, quantity_text, name, alternates, quantity, problem)
    select saved.id, r.number, r.article, r.quantity_text, r.name, cast(r.alternates as jsonb),
           r.quantity, cast(r.problem as jsonb)
      from saved,
           unnest(cast(:numbers as int[]), cast(:articles as text[]),
                  cast(:quantity_texts as text[]), cast(:names as text[]),
                  cast(:alternates as text[]), cast(:quantities as numeric[]),
                  cast(:problems as text[]))
           as r (number, article, quantity_text, name, alternates, quantity, problem)
    """
)

_MINE = "l.uuid = :uuid and l.company_id = :company and l.user_id = :user and l.removed_at is null"

# The list's own columns are repeated in each row: one statement less for every page.
LOAD: TextClause = text(
    f"""
    select l.id, l.uuid, l.name, l.state, l.rows_total, l.rows_done,
           case when row_number() over (order by r.row_number) = 1 then cast(l.reading as text) end,
           cast(l.degraded as text), l.added_times, l.created_at,
           r.row_number, r.article, r.quantity_text, r.name, cast(r.alternates as text), r.quantity,
           cast(r.problem as text), r.corrected, r.wanted, r.chosen_product_id, r.keep,
           cast(r.matches as text)
      from fondaco.article_list l
      join fondaco.article_list_row r on r.list_id = l.id
     where {_MINE}
     order by r.row_number
    """
)

STATE: TextClause = text(
    f"select l.state, l.rows_total, l.rows_done from fondaco.article_list l where {_MINE}"
)

RECENT: TextClause = text(
    """
    select uuid, name, state, rows_total, rows_done, added_times, created_at
      from fondaco.article_list
     where company_id = :company and user_id = :user and removed_at is null
     order by id desc
     limit :most
    """
)

_ROW = f"""
    from fondaco.article_list l
    where l.id = r.list_id and r.row_number = :number and {_MINE}
"""
SET_QUANTITY: TextClause = text(
    f"update fondaco.article_list_row r set wanted = :quantity, keep = false {_ROW}"
)
CHOOSE: TextClause = text(
    f"""
    update fondaco.article_list_row r
       set chosen_product_id = (select id from fondaco.product where uuid = :product), keep = false
    {_ROW}
    """
)
# The list remembers what it was before, of which rows, until that is taken back or done again.
TAKE_ANALOGUES: TextClause = text(
    f"""
    with chosen as (
        select l.id as list_id, c.number, r.chosen_product_id as former, c.product
          from fondaco.article_list l
         cross join unnest(cast(:numbers as int[]), cast(:products as bigint[]))
               as c (number, product)
          join fondaco.article_list_row r on r.list_id = l.id and r.row_number = c.number
         where {_MINE}
           for update of r
    ), taken as (
        update fondaco.article_list_row r set chosen_product_id = c.product, keep = false
          from chosen c where r.list_id = c.list_id and r.row_number = c.number
    )
    update fondaco.article_list l
       set taken = (select jsonb_agg(jsonb_build_array(number, former, product)) from chosen)
     where l.id in (select list_id from chosen)
    """
)
# What was decided otherwise since then stays so.
PUT_ANALOGUES_BACK: TextClause = text(
    f"""
    with taken as (
        select l.id, (t ->> 0)::int as number, (t ->> 1)::bigint as former,
               (t ->> 2)::bigint as product
          from fondaco.article_list l, jsonb_array_elements(l.taken) t
         where {_MINE}
    ), back as (
        update fondaco.article_list_row r set chosen_product_id = t.former
          from taken t
         where r.list_id = t.id and r.row_number = t.number and r.chosen_product_id = t.product
    )
    update fondaco.article_list l set taken = '[]' where {_MINE}
    """
)
CORRECT: TextClause = text(
    f"""
    update fondaco.article_list_row r
       set corrected = :article, matches = null, chosen_product_id = null, keep = false
    {_ROW}
    """
)
KEEP: TextClause = text(f"update fondaco.article_list_row r set keep = :keep {_ROW}")

ADDED: TextClause = text(
    f"""
    update fondaco.article_list l set added_times = l.added_times + 1
     where l.added_times = :seen and {_MINE}
    """
)

LOCK: TextClause = text(f"select l.id from fondaco.article_list l where {_MINE} for update")
REMOVE: TextClause = text(
    f"update fondaco.article_list l set removed_at = now() where {_MINE} returning l.name"
)
RESTORE: TextClause = text(
    """
    update fondaco.article_list set removed_at = null
     where uuid = :uuid and company_id = :company and user_id = :user
    """
)
REMOVED: TextClause = text(
    """
    select name from fondaco.article_list
     where uuid = :uuid and company_id = :company and user_id = :user and removed_at is not null
    """
)
PURGE: TextClause = text(
    """
    delete from fondaco.article_list
     where company_id = :company and user_id = :user and removed_at < now() - interval '1 hour'
    """
)
FORGET: TextClause = text(f"delete from fondaco.article_list l where {_MINE}")

UNMATCHED: TextClause = text(
    """
    select r.row_number, r.article, cast(r.alternates as text), r.corrected
      from fondaco.article_list_row r
      join fondaco.article_list l on l.id = r.list_id
     where l.uuid = :uuid and r.matches is null
     order by r.row_number
     limit :most
    """
)
MATCHED: TextClause = text(
    """
    update fondaco.article_list_row r set matches = cast(m.matches as jsonb)
      from fondaco.article_list l,
           unnest(cast(:numbers as int[]), cast(:matches as text[])) as m (number, matches)
     where l.uuid = :uuid and r.list_id = l.id and r.row_number = m.number
    """
)
PROGRESS: TextClause = text(
    """
    update fondaco.article_list l
       set rows_done = done.number,
           state = case when done.number >= l.rows_total then 'ready' else l.state end,
           degraded = l.degraded || cast(:degraded as jsonb)
      from (select count(*) as number
              from fondaco.article_list_row r
              join fondaco.article_list o on o.id = r.list_id
             where o.uuid = :uuid and r.matches is not null) done
     where l.uuid = :uuid
    """
)
