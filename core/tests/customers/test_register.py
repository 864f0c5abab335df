"""Becoming a customer: one answer for all, a mistake at each field, nothing open until accepted."""

import re
from typing import Any

from fondaco.customers.application import APPLICATIONS
from fondaco.testing.client import Client
from fondaco.testing.wholesaler import _HASH, PASSWORD

FORM = {
    "country": "RU",
    "tax_id": "7707083893",
    "kpp": "770701001",
    "name": "ООО «Новая»",
    "person": "Мария Котова",
    "email": "kotova@novaya.test",
    "phone": "+7 (495) 000-00-01",
}
BELARUS = {"country": "BY", "tax_id": "100000007", "kpp": ""}


async def _companies(shop: Any) -> Any:
    return await shop.sql("select name, state from fondaco.company order by id offset 2")


async def _password(shop: Any, email: str) -> None:
    """Do what the link in the letter is for."""
    await shop.sql(
        "update fondaco.user_account set password_hash = :hash where email = :email",
        hash=_HASH,
        email=email,
    )


async def test_a_new_company_waits_and_its_person_sees_no_price_and_orders_nothing(
    shop: Any, client: Client
) -> None:
    page = await client.get("/register")
    assert page.status_code == 200
    sent = await client.send_form("/register", FORM)
    assert sent.status_code == 200
    assert FORM["email"] in sent.text
    assert await _companies(shop) == [("ООО «Новая»", "applied")]
    assert await shop.sql(
        "select e.tax_id, e.kpp, u.email, u.roles, u.password_hash, r.joins"
        " from fondaco.registration r join fondaco.company c on c.id = r.company_id"
        " join fondaco.legal_entity e on e.company_id = c.id"
        " join fondaco.user_account u on u.company_id = c.id and u.id = r.user_id"
    ) == [("7707083893", "770701001", FORM["email"], ["company_admin"], "", False)]
    queued = await shop.sql(
        "select count(*) from fondaco.pgqueuer where entrypoint = 'identity.reset'"
    )
    assert queued == [(1,)]

    assert (await client.sign_in(FORM["email"], "")).status_code == 422
    await _password(shop, FORM["email"])
    browser = await shop.browser(FORM["email"])
    assert (await browser.get("/")).headers["location"] == "/waiting"
    assert "Мы проверяем вашу компанию" in (await browser.get("/waiting")).text
    english = await browser.get("/waiting", headers={"Cookie": f"{_sid(browser)}; locale=en"})
    assert "We are checking your company" in english.text
    for path in ("/search", "/cart", "/checkout", "/orders", "/documents", "/staff/customers"):
        assert (await browser.get(path)).status_code == 403, path
    added = await browser.send_form("/cart/articles", {"article": "A-1", "quantity": "1"})
    assert added.status_code == 403
    assert await shop.sql("select count(*) from fondaco.cart_line") == [(0,)]


def _sid(browser: Any) -> str:
    return "; ".join(f"{c.name}={c.value}" for c in browser.cookies.jar if c.name == "sid")


MISTAKES: tuple[tuple[dict[str, str], str, str], ...] = (
    ({"country": "KZ"}, "country", "Выберите страну"),
    ({"tax_id": ""}, "tax_id", "Заполните поле"),
    ({"tax_id": "7707083894"}, "tax_id", "контрольная цифра"),
    ({"tax_id": "77070838"}, "tax_id", "нужно цифр"),
    ({"tax_id": "77О7083893"}, "tax_id", "только из цифр"),
    ({"kpp": ""}, "kpp", "должен быть КПП"),
    ({"kpp": "77070100"}, "kpp", "9 знаков"),
    ({"tax_id": "500100732259"}, "kpp", "КПП не бывает"),
    ({"name": ""}, "name", "Заполните поле"),
    ({"name": "Я" * 201}, "name", "Не длиннее 200"),
    ({"person": ""}, "person", "Заполните поле"),
    ({"email": "kotova"}, "email", "Проверьте адрес"),
    ({"email": "a@b.test, c@d.test"}, "email", "Проверьте адрес"),
    ({"email": f"{'a' * 250}@b.test"}, "email", "Проверьте адрес"),
    ({"phone": "позвоните"}, "phone", "от 7 до 15 цифр"),
    ({**BELARUS, "tax_id": "100000008"}, "tax_id", "контрольная цифра"),
    ({**BELARUS, "kpp": "770701001"}, "kpp", "только у организаций России"),
)


async def test_each_mistake_stands_at_its_field_and_what_was_typed_stays(
    shop: Any, client: Client
) -> None:
    for changes, field, said in MISTAKES:
        answer = await client.send_form("/register", {**FORM, **changes})
        assert answer.status_code == 422, changes
        at_field = answer.text.partition(f'id="field-{field}-error"')[2].partition("</p>")[0]
        assert said in at_field, (changes, at_field)
        assert 'value="+7 (495) 000-00-01"' in answer.text or field == "phone"
    assert await _companies(shop) == []
    assert await shop.sql("select count(*) from fondaco.registration") == [(0,)]


async def test_spaces_and_a_company_of_belarus_are_understood(shop: Any, client: Client) -> None:
    sent = await client.send_form("/register", {**FORM, **BELARUS, "tax_id": " 100 000 007 "})
    assert sent.status_code == 200
    rows = await shop.sql("select country, tax_id, kpp from fondaco.registration")
    assert rows == [("BY", "100000007", "")]


async def test_nobody_learns_who_is_known_here(shop: Any, client: Client) -> None:
    """A new company, one that applied, one that buys, and a known e-mail: the same answer."""
    await shop.sql(
        "update fondaco.legal_entity set tax_id = '7736050003' where company_id = :id",
        id=shop.company.customer.company_id,
    )
    asked = (
        FORM,
        {**FORM, "email": "second@novaya.test"},
        {**FORM, "tax_id": "7736050003", "email": "third@romashka.test"},
        {**FORM, "tax_id": "7728168971", "email": shop.company.email},
    )
    answers = [await client.send_form("/register", form) for form in asked]
    assert {answer.status_code for answer in answers} == {200}
    bodies = {
        re.sub(r'content="[^"]*"|value="[^"]*"', "", answer.text.replace(form["email"], "E"))
        for answer, form in zip(answers, asked, strict=True)
    }
    assert len(bodies) == 1
    joins = await shop.sql(
        "select r.joins, r.user_id is not null, u.company_id is null, u.roles"
        " from fondaco.registration r left join fondaco.user_account u on u.id = r.user_id"
        " order by r.id"
    )
    assert [tuple(row) for row in joins] == [
        (False, True, False, ["company_admin"]),
        (True, True, True, []),
        (True, True, True, []),
        (False, False, True, None),
    ]
    # An own account is not touched by somebody who types its e-mail.
    assert (await client.sign_in(shop.company.email, PASSWORD)).status_code == 303

    await _password(shop, "third@romashka.test")
    waiting = await shop.browser("third@romashka.test")
    page = await waiting.get("/waiting")
    assert "Мы проверяем вашу компанию" in page.text
    assert "Ромашка" not in page.text
    assert (await waiting.get("/orders")).status_code == 403


async def test_one_address_sends_few_applications_an_hour(shop: Any, client: Client) -> None:
    for number in range(APPLICATIONS.most):
        form = {**FORM, "email": f"p{number}@novaya.test"}
        assert (await client.send_form("/register", form)).status_code == 200
    refused = await client.send_form("/register", {**FORM, "email": "last@novaya.test"})
    assert refused.status_code == 429
    assert "слишком много заявок" in refused.text
    assert 'value="last@novaya.test"' in refused.text
    assert await shop.sql("select count(*) from fondaco.registration") == [(APPLICATIONS.most,)]
    assert 0 < int(refused.headers["retry-after"]) <= 3600
    wrong = await client.send_form("/register", {**FORM, "email": "no e-mail"})
    assert wrong.status_code == 422
    await shop.sql("update fondaco.attempt set ends_at = now() - interval '1 minute'")
    again = await client.send_form("/register", {**FORM, "email": "last@novaya.test"})
    assert again.status_code == 200
