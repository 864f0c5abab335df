"""A packing list: what is in the boxes, without prices."""

from typing import cast

from fondaco_sdk.providers.layout import Form, FormColumn, Paper, Press
from fondaco_sdk.types.paper import Delivery


class PackingList:
    def draw(self, paper: Paper, press: Press) -> bytes:
        delivery = cast("Delivery", paper.content)
        return press.workbook(
            Form(
                title=f"Упаковочный лист № {delivery.number}",
                head=[("Заказ", delivery.order), ("Получатель", delivery.consignee)],
                columns=[
                    FormColumn("Артикул", 20),
                    FormColumn("Товар", 60, "wrapped"),
                    FormColumn("Количество", 14, "quantity"),
                ],
                rows=[[line.sku, line.name, line.quantity] for line in delivery.lines],
            )
        )


def create(settings: None) -> PackingList:
    return PackingList()
