"""What DaData answers, in its own words, and what it means in ours."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from msgspec import Struct

from fondaco_sdk.providers.lookup import (
    CompanyState,
    Exactness,
    FoundAddress,
    FoundBank,
    FoundCompany,
)


class AddressData(Struct, frozen=True):
    """The fields of an address that we read; any may be null."""

    country_iso_code: str | None = None
    postal_code: str | None = None
    region_with_type: str | None = None
    city_with_type: str | None = None
    settlement_with_type: str | None = None
    street_with_type: str | None = None
    house: str | None = None
    house_type: str | None = None
    stead: str | None = None
    stead_type: str | None = None
    block: str | None = None
    block_type: str | None = None
    flat: str | None = None
    fias_id: str | None = None
    geo_lat: str | None = None
    geo_lon: str | None = None
    qc_geo: str | None = None
    qc: str | None = None
    unparsed_parts: str | None = None


class AddressSuggestion(Struct, frozen=True):
    """One suggestion; `data` says what it is made of."""

    value: str
    data: AddressData
    unrestricted_value: str | None = None


class Name(Struct, frozen=True):
    """How a company or a bank is called."""

    full_with_opf: str | None = None
    short_with_opf: str | None = None
    payment: str | None = None


class State(Struct, frozen=True):
    """How it stands with a company or a bank."""

    status: str | None = None


class PartyAddress(Struct, frozen=True):
    """A company's address; `invalidity` is there when the register doubts it."""

    value: str | None = None
    unrestricted_value: str | None = None
    invalidity: object = None


class PartyData(Struct, frozen=True):
    """The fields of a company that we read."""

    inn: str
    type: str | None = None
    kpp: str | None = None
    ogrn: str | None = None
    branch_type: str | None = None
    invalid: bool | None = None
    name: Name = Name()
    state: State = State()
    address: PartyAddress | None = None


class PartySuggestion(Struct, frozen=True):
    """One company or branch."""

    value: str
    data: PartyData


class BankData(Struct, frozen=True):
    """The fields of a bank that we read."""

    bic: str | None = None
    correspondent_account: str | None = None
    payment_city: str | None = None
    name: Name = Name()
    state: State = State()


class BankSuggestion(Struct, frozen=True):
    """One bank."""

    value: str
    data: BankData


class AddressAnswer(Struct, frozen=True):
    """All suggestions of an address."""

    suggestions: Sequence[AddressSuggestion]


class PartyAnswer(Struct, frozen=True):
    """All companies of a tax id."""

    suggestions: Sequence[PartySuggestion]


class BankAnswer(Struct, frozen=True):
    """All banks of a code."""

    suggestions: Sequence[BankSuggestion]


_GEO = {"0": Exactness.HOUSE, "1": Exactness.HOUSE, "2": Exactness.STREET}
_GEO |= {"3": Exactness.LOCALITY, "4": Exactness.LOCALITY}
_STATES = {state.value.upper(): state for state in CompanyState}


def address_of(found: AddressSuggestion) -> FoundAddress:
    """An address; a coordinate that is no number is none."""
    data = found.data
    lat, lon = _degrees(data.geo_lat, 90), _degrees(data.geo_lon, 180)
    known = lat is not None and lon is not None
    return FoundAddress(
        text=found.value,
        country=data.country_iso_code or "",
        postal_code=data.postal_code or "",
        region=data.region_with_type or "",
        city=data.city_with_type or "",
        settlement=data.settlement_with_type or "",
        street=data.street_with_type or "",
        house=_house(data),
        flat=data.flat or "",
        fias_id=data.fias_id or "",
        lat=lat if known else None,
        lon=lon if known else None,
        exactness=_GEO.get(data.qc_geo or "", Exactness.NONE) if known else Exactness.NONE,
        certain=data.qc in (None, "0") and not data.unparsed_parts,
    )


def _house(data: AddressData) -> str:
    """A house with its block, or a plot where there is no house yet."""
    house = (data.house_type, data.house, data.block_type, data.block)
    plot = (data.stead_type, data.stead)
    known = house if data.house else plot if data.stead else ()
    return " ".join(filter(None, known))


def company_of(found: PartySuggestion) -> FoundCompany:
    """A company, a sole proprietor, or a branch."""
    data, address = found.data, found.data.address or PartyAddress()
    return FoundCompany(
        tax_id=data.inn,
        name=data.name.short_with_opf or found.value,
        full_name=data.name.full_with_opf or "",
        kpp=data.kpp or "",
        ogrn=data.ogrn or "",
        address=address.unrestricted_value or address.value or "",
        state=_STATES.get(data.state.status or "", CompanyState.ACTIVE),
        person=data.type == "INDIVIDUAL",
        branch=data.branch_type == "BRANCH",
        doubtful=bool(data.invalid) or address.invalidity is not None,
    )


def bank_of(found: BankSuggestion, bic: str) -> FoundBank:
    """A bank, called as in payment orders."""
    data = found.data
    return FoundBank(
        bic=data.bic or bic,
        name=data.name.payment or found.value,
        correspondent=data.correspondent_account or "",
        city=data.payment_city or "",
        closed=data.state.status not in (None, "ACTIVE"),
    )


def _degrees(written: str | None, most: int) -> Decimal | None:
    try:
        found = Decimal(written or "")
    except InvalidOperation:
        return None
    return round(found, 6) if found.is_finite() and abs(found) <= most else None
