"""What the plugin is. Read at every start, so it names its functions and imports none of them."""

from fondaco_sdk.manifest import Command, Plugin, Provider, Text

plugin = Plugin(
    name="payments_yookassa",
    version="0.1.0",
    title=Text("Оплата через ЮKassa", "Payments by YooKassa"),
    hooks="fondaco_payments_yookassa.hooks",
    settings="fondaco_payments_yookassa.settings:YooKassa",
    providers=(Provider("payment", "yookassa", "fondaco_payments_yookassa.acquirer:create"),),
    commands=(
        Command(
            "acquirer-sim",
            "fondaco_payments_yookassa.played.command:main",
            Text(
                "играет банк: в демо картой платят на его странице, деньги не списываются",
                "plays the bank: in the demo cards are paid with on its page, and no money moves",
            ),
            demo=("run",),
            demo_settings={
                "url": "http://127.0.0.1:{port}/v3",
                "shop_id": "100500",
                "secret_key": "played",
                "receipt_email": "buh@fondaco.example",
            },
        ),
    ),
    sql_budget={"payment_options": 0},
)
