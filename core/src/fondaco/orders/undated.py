"""Lines without a day that nobody has settled, as pages and the navigation look for them."""

WAITING = """
      from fondaco.undated_line u
      join fondaco.order_line l on l.id = u.order_line_id
      join fondaco.customer_order o on o.id = l.order_id
      join fondaco.company c on c.id = o.company_id
     where u.settled_at is null and o.state not in ('shipped', 'completed', 'cancelled')
"""
COUNT_UNDATED = f"(select count(*) {WAITING})"
