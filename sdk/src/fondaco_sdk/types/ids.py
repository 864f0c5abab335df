"""Identifiers. Inside the hall ids are integers; outside (URLs, API) they are UUIDs (version 7)."""

from typing import NewType

UserId = NewType("UserId", int)
CompanyId = NewType("CompanyId", int)
LegalEntityId = NewType("LegalEntityId", int)
OutletId = NewType("OutletId", int)
AgreementId = NewType("AgreementId", int)
SellerId = NewType("SellerId", int)
ProductId = NewType("ProductId", int)
CategoryId = NewType("CategoryId", int)
PriceListId = NewType("PriceListId", int)
PlaceId = NewType("PlaceId", int)
StockId = NewType("StockId", int)
OrderId = NewType("OrderId", int)
ShipmentId = NewType("ShipmentId", int)
