"""Why a product cannot be ordered, where its assortments say so."""

from fondaco_sdk.types.reason import Reason

ASK_FIRST = Reason(
    "line.ask_first",
    "Товара нет среди доступных вам для заказа. Запросите доступ на его странице",
    "It is not among the goods you may order. Ask for it on its page",
)
HIDDEN = Reason(
    "line.hidden",
    "Товара больше нет в вашем ассортименте. Удалите строку или спросите менеджера",
    "It is no longer in your assortment. Remove the line, or ask your manager",
)
NOT_FOR_OUTLET = Reason(
    "line.not_for_outlet",
    "Товара нет в ассортименте этого адреса. Выберите другой адрес или удалите строку",
    "It is not in the assortment of the chosen address. Choose another one, or remove the line",
)
