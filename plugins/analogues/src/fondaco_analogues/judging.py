"""What each row of a file comes to, and the taking of those that count: SQL over the whole file.

A pair that is there as the row says it is the same (`=`), another shape of it is a change (`~`),
what is not there is new (`+`); every other verdict is a code of `WRONG`. So the same file again
changes nothing. Verdicts are kept with the rows, and made anew before the file is applied.
"""

from sqlalchemy import text

_SHAPE = "kind, both_ways, starts_on, ends_on, note_ru, note_en, confidence, source"

# Only rows whose verdict is another one now are written.
JUDGE = text(
    """
    with rows as (
        select r.*, row_number() over (
                   partition by article_key, other_key, number_key, branded_key
                   order by row_number desc) > 1 as repeats
          from plugin_analogues.upload_row r
         where r.upload_id = :upload
    ), known as (
        select c.key, min(c.product_id) as id, count(distinct c.product_id) as number
          from fondaco_api.product_code_v1 c
          join fondaco_api.product_v1 p on p.id = c.product_id
         where c.kind = 'sku'
           and c.key in (select article_key from rows union select other_key from rows)
         group by c.key
    ), judged as (
        select r.row_number, one.id as product_id, other.id as other_id,
               case when r.wrong <> '' then r.wrong
                    when one.id is null then 'unknown_article'
                    when r.other_key <> '' and other.id is null then 'unknown_other'
                    when greatest(one.number, other.number) > 1 then 'several'
                    when one.id = other.id then 'itself'
                    when r.repeats then 'repeats'
                    when f.id is null then '+'
                    when (f.kind, f.both_ways, f.starts_on, f.ends_on, f.note_ru, f.note_en,
                          f.confidence, f.source)
                         is distinct from
                         (r.kind, r.both_ways, r.starts_on, r.ends_on, r.note_ru, r.note_en,
                          r.confidence, r.source) then '~'
                    else '=' end as verdict
          from rows r
          left join known one on one.key = r.article_key
          left join known other on other.key = r.other_key and r.other_key <> ''
          left join plugin_analogues.reference f
            on f.ended_at is null and f.product_id = one.id
           and coalesce(f.other_id, 0) = coalesce(other.id, 0)
           and f.number_key = r.number_key and f.branded_key = r.branded_key
    )
    update plugin_analogues.upload_row r
       set product_id = j.product_id, other_id = j.other_id, verdict = j.verdict
      from judged j
     where r.upload_id = :upload and r.row_number = j.row_number
       and (r.product_id, r.other_id, r.verdict)
           is distinct from (j.product_id, j.other_id, j.verdict)
    """
)
COUNTS = text(
    """
    select verdict, count(*) from plugin_analogues.upload_row
     where upload_id = :upload group by verdict
    """
)
CHANGE = text(
    """
    update plugin_analogues.reference f
       set kind = r.kind, both_ways = r.both_ways, starts_on = r.starts_on, ends_on = r.ends_on,
           note_ru = r.note_ru, note_en = r.note_en, confidence = r.confidence, source = r.source
      from plugin_analogues.upload_row r
     where r.upload_id = :upload and r.verdict = '~'
       and f.ended_at is null and f.product_id = r.product_id
       and coalesce(f.other_id, 0) = coalesce(r.other_id, 0)
       and f.number_key = r.number_key and f.branded_key = r.branded_key
    """
)
ADD = text(
    f"""
    insert into plugin_analogues.reference
        (product_id, other_id, brand, number, number_key, branded_key, {_SHAPE})
    select product_id, other_id, brand, number, number_key, branded_key, {_SHAPE}
      from plugin_analogues.upload_row
     where upload_id = :upload and verdict = '+' order by product_id, row_number
    """
)
