from decimal import Decimal

import pytest

from fondaco.documents.words import amount_in_words

RUSSIAN = {
    "1.00": "Один рубль 00 копеек",
    "2.00": "Два рубля 00 копеек",
    "5": "Пять рублей 00 копеек",
    "11": "Одиннадцать рублей 00 копеек",
    "21": "Двадцать один рубль 00 копеек",
    "111": "Сто одиннадцать рублей 00 копеек",
    "1001.22": "Одна тысяча один рубль 22 копейки",
    "2002": "Две тысячи два рубля 00 копеек",
    "12200": "Двенадцать тысяч двести рублей 00 копеек",
    "21000.05": "Двадцать одна тысяча рублей 05 копеек",
    "112014.11": "Сто двенадцать тысяч четырнадцать рублей 11 копеек",
    "1000000": "Один миллион рублей 00 копеек",
    "2000021": "Два миллиона двадцать один рубль 00 копеек",
    "999999999999999.99": "Девятьсот девяносто девять триллионов девятьсот девяносто девять"
    " миллиардов девятьсот девяносто девять миллионов девятьсот девяносто девять тысяч девятьсот"
    " девяносто девять рублей 99 копеек",
    "0.01": "Ноль рублей 01 копейка",
    "0": "Ноль рублей 00 копеек",
}
ENGLISH = {
    "1.00": "One rouble 00 kopecks",
    "11": "Eleven roubles 00 kopecks",
    "21000.05": "Twenty-one thousand roubles 05 kopecks",
    "1001.22": "One thousand one roubles 22 kopecks",
    "1900342.01": "One million nine hundred thousand three hundred forty-two roubles 01 kopeck",
    "0.99": "Zero roubles 99 kopecks",
}


@pytest.mark.parametrize(("amount", "words"), RUSSIAN.items())
def test_roubles_in_russian(amount: str, words: str) -> None:
    assert amount_in_words(Decimal(amount), "RUB", "ru") == words


@pytest.mark.parametrize(("amount", "words"), ENGLISH.items())
def test_roubles_in_english(amount: str, words: str) -> None:
    assert amount_in_words(Decimal(amount), "RUB", "en-GB") == words


@pytest.mark.parametrize(
    ("currency", "russian", "english"),
    [
        ("BYN", "Два белорусских рубля 03 копейки", "Two Belarusian roubles 03 kopecks"),
        ("USD", "Два доллара США 03 цента", "Two US dollars 03 cents"),
        ("EUR", "Два евро 03 цента", "Two euros 03 cents"),
        ("CNY", "Два юаня 03 фэня", "Two yuan 03 fen"),
        ("KZT", "Два тенге 03 тиына", "Two tenge 03 tiyn"),
        ("AMD", "Два AMD 03/100", "Two AMD 03/100"),
    ],
)
def test_other_currencies(currency: str, russian: str, english: str) -> None:
    amount = Decimal("2.03")
    assert amount_in_words(amount, currency, "ru") == russian
    assert amount_in_words(amount, currency, "en") == english


@pytest.mark.parametrize("amount", ["-1", "0.001", "1000000000000000", "NaN"])
def test_what_has_no_words_is_refused(amount: str) -> None:
    with pytest.raises((ValueError, ArithmeticError)):
        amount_in_words(Decimal(amount), "RUB", "ru")
