"""The suite of `document_blocks`."""

from collections.abc import Sequence

from msgspec import Struct, structs

from fondaco_sdk.context import Ask
from fondaco_sdk.testing.contracts.asking import (
    Counting,
    Implementation,
    alike,
    answers,
    assert_reason,
)
from fondaco_sdk.types.document import Block, DocumentSubject


class DocumentBlocksCase(Struct):
    """An implementation with a context and at least two documents to which it adds something."""

    implementation: Implementation
    ask: Ask
    documents: Sequence[DocumentSubject]
    statements: int = 1

    async def blocks(self, documents: Sequence[DocumentSubject] | None = None) -> Sequence[Block]:
        """What it adds to `documents`, by default to all of them."""
        asked = self.documents if documents is None else documents
        return await answers(self.implementation, ask=self.ask, documents=asked)


class DocumentBlocksContract:
    """Blocks: only for the documents asked, in both languages, the same in any batch."""

    async def test_answers_only_asked_documents(self, case: DocumentBlocksCase) -> None:
        answered = {block.key for block in await case.blocks()}
        assert len(answered) > 1, "the case must have two documents that get a block"
        assert answered <= {document.key for document in case.documents}
        assert not await case.blocks([])

    async def test_an_unknown_kind_is_no_error(self, case: DocumentBlocksCase) -> None:
        await case.blocks([structs.replace(d, kind="of_tomorrow") for d in case.documents])
        await case.blocks([structs.replace(d, order_uuid=None) for d in case.documents])

    async def test_batch_equals_singles(self, case: DocumentBlocksCase) -> None:
        singles = [block for document in case.documents for block in await case.blocks([document])]
        assert alike(await case.blocks(), singles)

    async def test_texts_in_both_languages(self, case: DocumentBlocksCase) -> None:
        for block in await case.blocks():
            assert_reason(block.title)
            assert_reason(block.text)

    async def test_statements_do_not_grow(
        self, case: DocumentBlocksCase, sql_budget: Counting
    ) -> None:
        counted = []
        for documents in (case.documents[:1], case.documents):
            with sql_budget() as count:
                await case.blocks(documents)
            counted.append(count.number)
        assert counted[0] == counted[1] <= case.statements
