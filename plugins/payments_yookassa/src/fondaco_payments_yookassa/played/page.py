"""The page on which the buyer pays, in both languages; it says that no money moves."""

from collections.abc import Mapping
from html import escape
from typing import Any

_PAGE = """<!doctype html>
<html lang="ru">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><title>Учебный банк · Played bank</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 0; padding: 0 .75rem;
  background: #f1f5f9; color: #182433; }}
main {{ max-width: 26rem; margin: 6vh auto; padding: 1.5rem; background: #fff;
  border: 1px solid #d5dbe3; border-radius: 8px; }}
.played {{ margin-top: 0; background: #fff3cd; border: 1px solid #e0c36a; border-radius: 6px;
  padding: .75rem 1rem; }}
.sum {{ font-size: 1.9rem; font-weight: 600; margin: .25rem 0; }}
button, .close {{ display: block; box-sizing: border-box; width: 100%; padding: .7rem 1rem;
  margin-top: .75rem; font: inherit; text-align: center; border-radius: 6px;
  border: 1px solid #8895a7; background: #fff; color: inherit; text-decoration: none;
  cursor: pointer; }}
.pay {{ background: #066fd1; border-color: #066fd1; color: #fff; font-weight: 600; }}
[lang=en] {{ color: #4a5563; }}
button [lang=en], .close [lang=en] {{ display: block; font-size: .8125rem;
  font-weight: 400; }}
.pay [lang=en] {{ color: inherit; }}
</style></head>
<body><main>
<p class="played"><strong>Это учебный банк.</strong> Деньги не списываются, карта не нужна.<br>
<span lang="en"><strong>This is a played bank.</strong> No money moves,
no card is needed.</span></p>
<p>{description}</p>
<p class="sum">{amount}</p>
{rest}
</main></body></html>
"""
_CHOICES = """<form method="post">
<button class="pay" name="end" value="paid">Оплатить<span lang="en">Pay</span></button>
<button name="end" value="declined">Отказать: не хватает денег
<span lang="en">Decline: not enough money</span></button>
</form>
<a class="close" href="{back}">Закрыть, не решив<span lang="en">Close undecided</span></a>"""
_ENDED = """<p>Этот платёж завершён. <span lang="en">This payment has ended.</span></p>
<a class="close" href="{back}">Вернуться в магазин<span lang="en">Back to the shop</span></a>"""


def page(payment: Mapping[str, Any], back: str) -> bytes:
    """The page of a payment that waits, or has ended."""
    rest = _CHOICES if payment["status"] == "pending" else _ENDED
    return _PAGE.format(
        description=escape(payment.get("description", "")),
        amount=_money(payment["amount"]),
        rest=rest.format(back=escape(back)),
    ).encode()


def _money(amount: Mapping[str, str]) -> str:
    whole, _, minor = amount["value"].partition(".")
    sign = "₽" if amount["currency"] == "RUB" else escape(amount["currency"])
    return f"{int(whole):,}".replace(",", "\u00a0") + f",{minor or '00'}\u00a0{sign}"
