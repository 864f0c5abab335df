"""Small CommerceML packages, written by hand: what 1C would send, and what it never should."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

CATALOG = "catalog-1"
LIST = "retail"
PLACE = "moscow"


def document(body: str, *, encoding: str = "UTF-8", prolog: str = "") -> bytes:
    """A file with its root, in an encoding that it declares."""
    head = f'<?xml version="1.0" encoding="{encoding}"?>{prolog}\n'
    root = f'<КоммерческаяИнформация ВерсияСхемы="2.08">\n{body}\n</КоммерческаяИнформация>\n'
    return (head + root).encode(encoding)


def goods(external_id: str, name: str = "", sku: str = "") -> str:
    """One `Товар`."""
    return (
        f"<Товар><Ид>{external_id}</Ид><Артикул>{sku or external_id}</Артикул>"
        f"<Наименование>{name or external_id}</Наименование></Товар>"
    )


def catalogue(*items: str, full: bool = False, prolog: str = "") -> bytes:
    """A file of goods."""
    only_changes = "false" if full else "true"
    listed = "\n".join(items)
    return document(
        f'<Каталог СодержитТолькоИзменения="{only_changes}"><Ид>{CATALOG}</Ид>\n'
        f"<Товары>\n{listed}\n</Товары></Каталог>",
        prolog=prolog,
    )


def offer(
    external_id: str,
    price: str = "100",
    stock: str = "5",
    currency: str = "RUB",
    name: str = "",
) -> str:
    """One `Предложение` on a line of its own."""
    return (
        f"<Предложение><Ид>{external_id}</Ид><Наименование>{name or external_id}</Наименование>"
        f"<Цены><Цена><ИдТипаЦены>{LIST}</ИдТипаЦены><ЦенаЗаЕдиницу>{price}</ЦенаЗаЕдиницу>"
        f"<Валюта>{currency}</Валюта></Цена></Цены>"
        f'<Склад ИдСклада="{PLACE}" КоличествоНаСкладе="{stock}"/></Предложение>'
    )


def offers(*items: str) -> bytes:
    """A file of offers with its price type and warehouse; the first offer is in line 7."""
    listed = "\n".join(items)
    return document(
        f'<ПакетПредложений СодержитТолькоИзменения="true"><Ид>{CATALOG}</Ид>'
        f"<ИдКаталога>{CATALOG}</ИдКаталога>\n"
        f"<ТипыЦен><ТипЦены><Ид>{LIST}</Ид><Наименование>Розница</Наименование>"
        "<Валюта>RUB</Валюта></ТипЦены></ТипыЦен>\n"
        f"<Склады><Склад><Ид>{PLACE}</Ид><Наименование>Москва</Наименование></Склад></Склады>\n"
        f"<Предложения>\n{listed}\n</Предложения></ПакетПредложений>"
    )


def packed(files: Mapping[str, bytes]) -> bytes:
    """The files as one zip."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def shop(names: Sequence[str]) -> dict[str, bytes]:
    """A sound package: goods of these names with a price and stock each."""
    return {
        "import.xml": catalogue(*(goods(name) for name in names)),
        "offers.xml": offers(*(offer(name) for name in names)),
    }
