"""Writing one customer: every statement names the company, so that it can touch no other."""

from collections.abc import Mapping

from sqlalchemy import Date, TextClause, bindparam, text

# One after another per tax id; ends with the transaction.
ALONE: TextClause = text("select pg_advisory_xact_lock(hashtextextended(:what, 0))")

ADD_COMPANY: TextClause = text(
    "insert into fondaco.company (uuid, name, phone) values (:uuid, :name, :phone) returning id"
)
RENAME: TextClause = text(
    """
    update fondaco.company c set name = :name, phone = :phone
      from fondaco.company old where old.id = c.id and c.id = :company
    returning old.name, old.phone
    """
)
SAME_TAX_ID: TextClause = text(
    """
    select e.uuid, e.company_id, e.kpp, e.name, c.name as company
      from fondaco.legal_entity e join fondaco.company c on c.id = e.company_id
     where e.country = :country and e.tax_id = :tax_id
    """
)
ADD_ENTITY: TextClause = text(
    """
    insert into fondaco.legal_entity
        (uuid, company_id, country, tax_id, kpp, ogrn, name, full_name, address)
    values (:uuid, :company, :country, :tax_id, :kpp, :ogrn, :name, :full_name, :address)
    returning id, uuid
    """
)
SET_ENTITY: TextClause = text(
    """
    update fondaco.legal_entity
       set country = :country, tax_id = :tax_id, kpp = :kpp, ogrn = :ogrn, name = :name,
           full_name = :full_name, address = :address
     where uuid = :uuid and company_id = :company
    returning id, uuid
    """
)
ADD_OUTLET: TextClause = text(
    "insert into fondaco.outlet (uuid, company_id, name, address)"
    " values (:uuid, :company, :name, :address) returning id, uuid"
)
SET_OUTLET: TextClause = text(
    "update fondaco.outlet set name = :name, address = :address"
    " where uuid = :uuid and company_id = :company returning id, uuid"
)
ADD_AGREEMENT: TextClause = text(
    """
    insert into fondaco.agreement
        (uuid, legal_entity_id, seller_id, number, signed_on, currency, payment_days, manager_id,
         active)
    select :uuid, e.id, :seller, :number, :signed_on, :currency, :payment_days,
           cast(:manager as bigint), :active
      from fondaco.legal_entity e where e.id = :legal_entity and e.company_id = :company
    returning id, uuid
    """
).bindparams(bindparam("signed_on", type_=Date))
# Another seller or legal entity is another agreement: orders under this one stay what they are.
SET_AGREEMENT: TextClause = text(
    """
    update fondaco.agreement g
       set number = :number, signed_on = :signed_on, currency = :currency,
           payment_days = :payment_days, manager_id = cast(:manager as bigint), active = :active
      from fondaco.legal_entity e
     where g.uuid = :uuid and e.id = g.legal_entity_id and e.company_id = :company
       and e.id = :legal_entity and g.seller_id = :seller
    returning g.id, g.uuid
    """
).bindparams(bindparam("signed_on", type_=Date))
SET_LISTS: TextClause = text(
    """
    with gone as (
        delete from fondaco.agreement_price_list where agreement_id = :agreement and rank > :most
    )
    insert into fondaco.agreement_price_list (agreement_id, rank, price_list_id)
    select :agreement, rank, list
      from unnest(cast(:lists as bigint[])) with ordinality as wanted (list, rank)
    on conflict (agreement_id, rank) do update set price_list_id = excluded.price_list_id
    """
)
ADD_ACCOUNT: TextClause = text(
    """
    insert into fondaco.bank_account
        (uuid, legal_entity_id, account, bic, bank_name, correspondent)
    select :uuid, e.id, :account, :bic, :bank_name, :correspondent
      from fondaco.legal_entity e where e.id = :legal_entity and e.company_id = :company
    on conflict (legal_entity_id, account, bic)
    do update set bank_name = excluded.bank_name, correspondent = excluded.correspondent
    returning id, uuid
    """
)
DROP_ACCOUNT: TextClause = text(
    """
    delete from fondaco.bank_account b using fondaco.legal_entity e
     where b.uuid = :uuid and e.id = b.legal_entity_id and e.company_id = :company
    returning e.name as legal_entity, b.account, b.bic, b.bank_name
    """
)
BEFORE: Mapping[str, TextClause] = {
    "legal_entity": text(
        "select country, tax_id, kpp, ogrn, name, full_name, address from fondaco.legal_entity"
        " where uuid = :uuid and company_id = :company for update"
    ),
    "outlet": text(
        "select name, address from fondaco.outlet where uuid = :uuid and company_id = :company"
        " for update"
    ),
    "agreement": text(
        """
        select g.number, g.signed_on, g.currency, g.payment_days, g.manager_id as manager, g.active,
               array(select l.price_list_id from fondaco.agreement_price_list l
                      where l.agreement_id = g.id order by l.rank) as lists
          from fondaco.agreement g join fondaco.legal_entity e on e.id = g.legal_entity_id
         where g.uuid = :uuid and e.company_id = :company for update of g
        """
    ),
}

ACCEPT: TextClause = text(
    """
    update fondaco.company set state = 'active', state_reason = ''
     where id = :company and state in ('applied', 'closed') and merged_into is null
    returning id
    """
)
REFUSE: TextClause = text(
    """
    update fondaco.company set state = 'closed', state_reason = :why
     where id = :company and state = 'applied'
    returning id
    """
)
# Who was refused may be accepted all the same: it is their last application that is answered.
ANSWER: TextClause = text(
    """
    update fondaco.registration r set state = :state
      from fondaco.company c
     where c.id = r.company_id and c.id = :company
       and r.id = (select q.id from fondaco.registration q
                    where q.company_id = :company and not q.joins
                      and q.state in ('open', 'refused')
                    order by q.state = 'open' desc, q.id desc limit 1)
    returning r.person, r.email, r.locale, c.name as company
    """
)
ANSWER_ONE: TextClause = text(
    """
    update fondaco.registration r set state = :state
      from fondaco.company c
     where c.id = r.company_id and c.id = :company and r.uuid = :request and r.state = 'open'
       and r.joins
    returning r.user_id, r.person, r.email, r.locale, c.name as company
    """
)
LET_IN: TextClause = text(
    """
    update fondaco.user_account set company_id = :company, roles = cast(:roles as text[])
     where id = :user and company_id is null and roles = '{}' and active
    """
)
