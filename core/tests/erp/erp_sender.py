"""Records of one small customer, as its ERP sends them."""

from fondaco.testing.erp import Erp

SELLER = {
    "external_id": "S1",
    "name": "ООО «Опт»",
    "tax_id": "7707083893",
    "kpp": "773601001",
    "bank": {
        "account": "40702810138250123017",
        "bic": "044525225",
        "bank_name": "ПАО «Банк»",
        "correspondent": "30101810400000000225",
    },
}
COMPANY = {"external_id": "C1", "name": "Ромашка", "phone": "+7 495 123-45-67"}
ENTITY = {
    "external_id": "E1",
    "company": "C1",
    "name": "ООО «Ромашка»",
    "tax_id": "7721581040",
    "kpp": "772101001",
    "address": "Москва, ул. Новая, 2",
    "accounts": [{"account": "40702810138250123017", "bic": "044525225", "bank_name": "Банк"}],
}
OUTLET = {"external_id": "O1", "company": "C1", "name": "Магазин", "address": "Тверь, 2"}
AGREEMENT = {
    "external_id": "G1",
    "legal_entity": "E1",
    "seller": "S1",
    "number": "17/2026",
    "signed_on": "2026-01-15",
    "payment_days": 14,
    "price_lists": ["L1"],
}
PERSON = {
    "external_id": "P1",
    "company": "C1",
    "email": "anna@romashka.test",
    "name": "Анна",
    "roles": ["company_admin", "buyer"],
}
ORDER = {
    "external_id": "Z1",
    "legal_entity": "E1",
    "number": "УТ-000117",
    "placed_at": "2026-03-01T10:30:00",
    "total": "1230.00",
    "vat_total": "221.80",
    "lines": [
        {"product": "A-1", "sku": "A-1", "name": "Болт 1", "unit": "шт", "quantity": 10,
         "unit_price": "100", "total": "1000.00"},
        {"product": "нет", "sku": "СТАРЫЙ-9", "name": "Старый насос", "unit": "шт", "quantity": 1,
         "unit_price": "230", "total": "230.00"},
    ],
}  # fmt: skip


async def send_all(erp: Erp) -> None:
    """One of everything, in the order in which one names the other."""
    for name, record in (
        ("sellers", SELLER),
        ("companies", COMPANY),
        ("legal_entities", ENTITY),
        ("outlets", OUTLET),
        ("agreements", AGREEMENT),
        ("people", PERSON),
        ("orders", ORDER),
    ):
        await erp.all_of(name, [record])
