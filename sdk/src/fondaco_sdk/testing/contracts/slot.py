"""The suite of a slot function."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from msgspec import Struct

from fondaco_sdk.context import Ask, Subject
from fondaco_sdk.testing.contracts.asking import Counting
from fondaco_sdk.web import Fragment


class SlotCase(Struct):
    """A slot function of `plugin` with a context and at least two subjects it has HTML for."""

    function: Callable[[Ask, Sequence[Subject]], Awaitable[Mapping[str, Fragment]]]
    plugin: str
    ask: Ask
    subjects: Sequence[Subject]
    statements: int = 1


class SlotContract:
    """Fragments: only for the subjects asked, from the plugin's own templates, in any batch."""

    async def test_answers_only_asked_subjects(self, case: SlotCase) -> None:
        found = await case.function(case.ask, case.subjects)
        assert len(found) > 1, "the case must have two subjects with something to say"
        assert set(found) <= {subject.key for subject in case.subjects}
        for fragment in found.values():
            assert fragment.template.startswith(f"{case.plugin}/"), fragment.template
        assert not await case.function(case.ask, [])

    async def test_a_subject_that_names_nothing_is_no_error(self, case: SlotCase) -> None:
        await case.function(case.ask, [Subject(key=subject.key) for subject in case.subjects])

    async def test_batch_equals_singles(self, case: SlotCase) -> None:
        found = dict(await case.function(case.ask, case.subjects))
        singles: dict[str, Fragment] = {}
        for subject in case.subjects:
            singles |= await case.function(case.ask, [subject])
        assert found == singles

    async def test_statements_do_not_grow(self, case: SlotCase, sql_budget: Counting) -> None:
        counted = []
        for subjects in (case.subjects[:1], case.subjects):
            with sql_budget() as count:
                await case.function(case.ask, subjects)
            counted.append(count.number)
        assert counted[0] == counted[1] <= case.statements
