from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fondaco.documents.render import RenderError, invoice_pdf, quote_xlsx
from fondaco.documents.words import amount_in_words
from fondaco.testing.papers import PLAIN
from fondaco.testing.pdf import text_of
from fondaco_sdk.types.paper import KOPECK, Line, VatTotal, saving_of, total_of, vat_totals_of

from .samples import LETTERHEAD, invoice, line, quote

MONEY = st.decimals("0.01", "99999.99", places=2)
RATES = st.sampled_from(["22", "10", "0", "novat"])


@st.composite
def any_lines(draw: st.DrawFn) -> list[Line]:
    rows = []
    for number in range(1, draw(st.integers(1, 8)) + 1):
        quantity = draw(st.decimals("0.001", "9999.999", places=3))
        price, rate = draw(MONEY), draw(RATES)
        total = max((quantity * price).quantize(KOPECK, ROUND_HALF_UP), KOPECK)
        percent = Decimal(rate) if rate != "novat" else Decimal(0)
        vat = (total * percent / (100 + percent)).quantize(KOPECK, ROUND_HALF_UP)
        rows.append(
            line(
                number,
                quantity=quantity,
                price=price,
                total=total,
                vat_rate=rate,
                vat_amount=vat,
                list_price=draw(st.none() | MONEY),
            )
        )
    return rows


def printed(amount: Decimal) -> str:
    return f"{amount:,.2f}".replace(",", " ").replace(".", ",")


@settings(max_examples=25, deadline=None)
@given(any_lines())
def test_printed_totals_are_the_sums_of_the_lines(rows: list[Line]) -> None:
    content = invoice(rows)
    text = text_of(invoice_pdf(content, PLAIN, "ru"))
    total = sum((row.total for row in rows), Decimal(0))
    assert f"Итого: {printed(total)}" in text
    assert f"Всего к оплате: {printed(total)}" in text
    assert amount_in_words(total, "RUB", "ru") in text
    for rate in {row.vat_rate for row in rows} - {"novat"}:
        vat = sum((row.vat_amount for row in rows if row.vat_rate == rate), Decimal(0))
        assert f"В том числе НДС {rate}%: {printed(vat)}" in text


@given(any_lines())
def test_helpers_agree_with_each_other(rows: list[Line]) -> None:
    assert sum(vat.amount for vat in vat_totals_of(rows)) == sum(row.vat_amount for row in rows)
    listed = sum(
        max(row.list_price * row.quantity - row.total, Decimal(0))
        for row in rows
        if row.list_price is not None
    )
    assert abs(saving_of(rows) - listed) <= KOPECK * len(rows)
    assert total_of(reversed(rows)) == total_of(rows)


@pytest.mark.parametrize(
    "wrong",
    [
        {"total": Decimal("29656.87")},
        {"vat_totals": [VatTotal("22", Decimal("5347.94"))]},
        {"vat_totals": []},
        {"lines": []},
        {"lines": [line(1, total=Decimal("1.001"))]},
    ],
)
def test_a_document_with_wrong_totals_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(RenderError, match="П-10042"):
        invoice_pdf(invoice(**wrong), LETTERHEAD, "ru")


def test_a_quote_with_a_wrong_saving_is_refused() -> None:
    with pytest.raises(RenderError, match="saving"):
        quote_xlsx(quote(saving=Decimal(1)), LETTERHEAD, "ru")
