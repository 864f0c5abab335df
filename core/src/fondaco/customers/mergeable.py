"""Whether one client may be merged into another; decided from what both are, by no statement."""

from msgspec import Struct

from fondaco_sdk.types.reason import Reason


class Side(Struct, frozen=True):
    """A company in a merge; `sellers` are those of its agreements and orders, by name."""

    id: int
    state: str
    merged: bool
    tax_ids: tuple[str, ...]
    sellers: frozenset[str]
    agreements: int


def why_not(client: Side, into: Side) -> Reason | None:
    """Why `client` cannot be merged `into` the other; None if it can."""
    if client.id == into.id:
        return _SAME
    if client.merged or into.merged or into.state != "active" or client.state == "applied":
        return _STATE
    if client.tax_ids:
        return _TAX_IDS if into.tax_ids else _OTHER_WAY
    strange = client.sellers - into.sellers if into.agreements else frozenset[str]()
    if strange:
        names = ", ".join(sorted(strange))
        return Reason(
            "merge.sellers",
            f"У клиента есть соглашения или заказы с продавцом {names}, у второй компании такого"
            " продавца нет: расчёты с ним потерялись бы. Сначала заведите ей такое соглашение",
            f"The client has agreements or orders with {names}, and the other company has none:"
            " their accounts would be lost. Make such an agreement for it first",
            {"sellers": names},
        )
    return None


_SAME = Reason(
    "merge.same",
    "Это один и тот же клиент. Выберите другого",
    "That is the same customer. Choose another",
)
_STATE = Reason(
    "merge.state",
    "Объединять можно только принятых клиентов, и каждого один раз",
    "Only accepted customers can be merged, and each of them once",
)
_TAX_IDS = Reason(
    "merge.tax_ids",
    "У обоих есть ИНН или УНП: это разные компании, их не объединяют",
    "Both have a tax id: they are different companies and are not merged",
)
_OTHER_WAY = Reason(
    "merge.other_way",
    "Объединяют клиента без ИНН с компанией, у которой он есть: начните с другой карточки",
    "The client without a tax id is merged into the one that has it: begin from the other card",
)
