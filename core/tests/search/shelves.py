"""A shop whose goods a test names one by one: products, categories, pictures."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import text

from fondaco.files.service import Files
from fondaco.hooks.hall import Hall
from fondaco.search.documents import rebuild
from fondaco.search.service import Search
from fondaco.testing.wholesaler import CompanyFixture, Wholesaler
from fondaco_sdk.article_key import article_key
from fondaco_sdk.providers.search import SearchFilters, SearchPage, SearchWindow
from fondaco_sdk.types.ids import ProductId

PRODUCT = """
    insert into fondaco.product (uuid, sku, name, brand, unit_code, category_id, family_id,
                                 multiple, description, attributes, active)
    values (gen_random_uuid(), :sku, :name, :brand, '796', :category, :family, :multiple,
            :description, cast(:attributes as jsonb), :active)
    returning id, uuid
"""


class Shelves:
    """What the tests fill and ask."""

    window = SearchWindow()

    def __init__(self, hall: Hall, wholesaler: Wholesaler) -> None:
        self.hall = hall
        self.wholesaler = wholesaler
        self.company: CompanyFixture
        self.prices = self.place = 0

    async def open(self) -> None:
        """A seller, a price list, a warehouse and a company that buys."""
        seller = await self.wholesaler.seller()
        prices = await self.wholesaler.price_list()
        self.prices, self.place = prices, await self.wholesaler.place()
        self.company = await self.wholesaler.company("Ромашка", seller, [prices])

    async def sql(self, statement: str, **values: Any) -> Sequence[Any]:
        """Run a statement."""
        async with self.hall.database.transaction() as connection:
            found = await connection.execute(text(statement), values)
            return found.all() if found.returns_rows else ()

    async def category(self, name: str, parent: int | None = None) -> tuple[int, UUID]:
        """A category: its id and its outer id."""
        [row] = await self.sql(
            "insert into fondaco.category (uuid, name, parent_id)"
            " values (gen_random_uuid(), :name, :parent) returning id, uuid",
            name=name,
            parent=parent,
        )
        return row[0], row[1]

    async def product(
        self,
        sku: str,
        name: str,
        *,
        brand: str = "КРЕПЁЖ",
        category: int | None = None,
        family: int | None = None,
        barcode: str = "",
        price: str = "100",
        on_hand: int = 10,
        multiple: str = "1",
        description: str = "",
        attributes: str = "{}",
        active: bool = True,
    ) -> UUID:
        """A product that can be found, with a price and stock; returns its outer id."""
        [(product_id, uuid)] = await self.sql(
            PRODUCT,
            sku=sku,
            name=name,
            brand=brand,
            category=category,
            family=family,
            multiple=Decimal(multiple),
            description=description,
            attributes=attributes,
            active=active,
        )
        for kind, value in (("sku", sku), ("barcode", barcode)):
            if value:
                await self.sql(
                    "insert into fondaco.product_code (product_id, kind, value, key)"
                    " values (:id, :kind, :value, :key)",
                    id=product_id,
                    kind=kind,
                    value=value,
                    key=article_key(value),
                )
        await self.sql(
            "insert into fondaco.price_row (product_id, price_list_id, price)"
            " values (:id, :list, :price)",
            id=product_id,
            list=self.prices,
            price=Decimal(price),
        )
        await self.sql(
            "insert into fondaco.stock_row (product_id, place_id, on_hand)"
            " values (:id, :place, :on_hand)",
            id=product_id,
            place=self.place,
            on_hand=Decimal(on_hand),
        )
        await self.publish([product_id])
        return UUID(str(uuid))

    async def publish(self, ids: Sequence[int]) -> None:
        """Make the search documents of products."""
        async with self.hall.database.transaction() as connection:
            await rebuild(connection, [ProductId(one) for one in ids])

    async def find(
        self, words: str, *, window: SearchWindow | None = None, **filters: Any
    ) -> SearchPage:
        """What the company's buyer finds, the first page where no window is given."""
        search = Search(self.company.ask(self.hall))
        return await search.find(words, SearchFilters(**filters), window or self.window)

    async def names(self, words: str, **filters: Any) -> list[str]:
        """The names of what is found, best first."""
        page = await self.find(words, **filters)
        products = await self.company.ask(self.hall).catalog.products(page.ids)
        return [products[product_id].name for product_id in page.ids]

    async def picture(self, product: UUID, data: bytes, media_type: str = "image/jpeg") -> UUID:
        """Give a product a picture; returns the file's outer id."""
        files = Files(self.hall.settings.data / "files")
        async with self.hall.database.transaction() as connection:
            file_id = await files.put(connection, data, media_type)
        await self.sql(
            "insert into fondaco.product_image (product_id, rank, file_id)"
            " select id, (select count(*) from fondaco.product_image i where i.product_id = p.id),"
            " :file from fondaco.product p where uuid = :product",
            file=file_id,
            product=product,
        )
        [row] = await self.sql("select uuid from fondaco.file where id = :id", id=file_id)
        return UUID(str(row[0]))
