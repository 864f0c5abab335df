"""Prices that live in the ERP alone: fetched before they are needed, so that no page waits."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from itertools import groupby
from typing import Any

from msgspec import Struct
from sqlalchemy import TextClause, text

from fondaco.exchange.erp_live.gateway import Asked, Misfit, fetch_prices, gateway_of
from fondaco.exchange.job import JobContext
from fondaco.pricing.live_prices import keep_live_prices
from fondaco_sdk.errors import Unavailable
from fondaco_sdk.providers.erp import Terms
from fondaco_sdk.types.ids import AgreementId, ProductId
from fondaco_sdk.types.money import round_money

PACKETS_TASK = "kernel.fetch_live_prices"
EVERY_TEN_MINUTES = "*/10 * * * *"
PACKET = 500
MOST = 20_000
"""Products of all agreements in one round; those whose prices are oldest come first."""

# What a customer is about to order, keeps in lists, or has ordered in 90 days.
_WANTED: TextClause = text(
    """
    with chosen as (
        select g.id, g.external_id, g.currency, e.id as entity_id, e.external_id as entity,
               e.company_id,
               array(select p.external_id from fondaco.agreement_price_list l
                       join fondaco.price_list p on p.id = l.price_list_id
                      where l.agreement_id = g.id and p.external_id is not null
                      order by l.rank) as lists
          from fondaco.agreement g join fondaco.legal_entity e on e.id = g.legal_entity_id
         where g.active and g.external_id is not null and e.external_id is not null
           and (:all or g.external_id = any(cast(:agreements as text[])))
    ), wanted as (
        select c.id, l.product_id from chosen c
          join fondaco.cart k on k.company_id = c.company_id
          join fondaco.cart_line l on l.cart_id = k.id
        union
        select c.id, l.product_id from chosen c
          join fondaco.product_list k on k.company_id = c.company_id
          join fondaco.product_list_line l on l.list_id = k.id
        union
        select c.id, l.product_id from chosen c
          join fondaco.customer_order o on o.agreement_id = c.id
           and o.placed_at > now() - interval '90 days'
          join fondaco.order_line l on l.order_id = o.id
    )
    select c.id, c.external_id, c.currency, c.entity, c.lists, p.id as product_id,
           p.external_id as product
      from wanted w
      join chosen c on c.id = w.id
      join fondaco.product p on p.id = w.product_id and p.external_id is not null
      left join fondaco.live_price v on v.agreement_id = w.id and v.product_id = w.product_id
     order by v.as_of nulls first, c.id, p.id
     limit :most
    """
)


class FetchLivePrices(Struct, frozen=True):
    """Of all agreements that the settings name."""


async def fetch_live_prices(job: JobContext, payload: FetchLivePrices) -> None:
    """Ask for what is wanted, packet by packet; at the first silence the rest waits.

    A packet whose answer does not fit keeps its old prices, and the next one is asked for.
    """
    gateway, chosen = gateway_of(job.hall), job.hall.settings.erp.live_prices
    if gateway is None or not chosen:
        return
    rows = await job.ask().fetch(
        _WANTED, {"all": "*" in chosen, "agreements": list(chosen), "most": MOST}
    )
    try:
        for _, found in groupby(sorted(rows, key=lambda row: row.id), key=lambda row: row.id):
            mine = list(found)
            for at in range(0, len(mine), PACKET):
                with suppress(Misfit):
                    await _packet(job, gateway, mine[at : at + PACKET])
    except Unavailable:
        return


async def _packet(job: JobContext, gateway: Asked, rows: Sequence[Any]) -> None:
    first = rows[0]
    terms = Terms(first.entity, first.external_id, tuple(first.lists), first.currency)
    answer = await fetch_prices(job.ask(), gateway, terms, [row.product for row in rows])
    prices: Mapping[ProductId, Decimal] = {
        ProductId(row.product_id): round_money(price, first.currency)
        for row in rows
        if (price := answer.prices.get(row.product)) is not None
    }
    async with job.act() as act:
        await keep_live_prices(act, AgreementId(first.id), first.currency, prices)
