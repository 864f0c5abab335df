"""The ladder of quality: what a plugin has done, and what it need not, in `quality.toml`.

    level = "bronze"

    [rules]
    tables_leave_no_trace = "done"
    journals_only_grow = { exempt = "it keeps no journal" }

The file stands beside the manifest. A test asks `quality_problems`; a rule is done where a test of
the plugin would fail without it.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path

BRONZE: Mapping[str, str] = {
    "manifest_is_light": "the manifest imports the SDK's manifest and nothing of the plugin",
    "hooks_keep_the_contract": "every hook and slot passes its suite of fondaco_sdk.testing",
    "statements_are_constant": "no page, hook or handler asks the database more for more lines",
    "words_in_both_languages": "every reason, page and message is there in Russian and English",
    "pages_keep_the_policy": "check_templates finds nothing: no inline code, no words in templates",
    "errors_stand_at_their_field": "a wrong form keeps what was typed and says what to mend where",
    "own_company_only": "a test signs in as another company and sees nothing of the first",
    "permissions_are_own": "pages ask for the plugin's own permissions; who lacks them is refused",
    "changes_are_audited": "what staff change is in the audit log, with what was before",
    "told_twice_counts_once": "events and inbound records have their effect once, in any order",
    "journals_only_grow": "money and points are kept in journals that the program may only add to",
    "sums_are_checked": "invariants in the manifest, and a test that each finds a planted mistake",
    "tables_leave_no_trace": "a test runs the migrations down and up again",
    "runs_from_the_wheel": "its tests pass with the built wheel, the SDK and the kernel alone",
}

LEVELS: Mapping[str, Mapping[str, str]] = {"bronze": BRONZE}


def quality_problems(file: Path) -> list[str]:
    """What is missing in a `quality.toml`, a line each; empty when nothing is."""
    if not file.exists():
        return [f"{file.name}: no such file; copy the ladder's rules into it"]
    found = tomllib.loads(file.read_text("utf-8"))
    level = str(found.get("level", ""))
    if level not in LEVELS:
        return [f"level {level!r} is none of: {', '.join(LEVELS)}"]
    asked, said = LEVELS[level], found.get("rules", {})
    problems = [
        f"{rule}: not answered ({meaning})" for rule, meaning in asked.items() if rule not in said
    ]
    problems += [f"{rule}: the ladder has no such rule" for rule in said if rule not in asked]
    problems += [
        f'{rule}: answer "done", or {{ exempt = "why" }}'
        for rule, answer in said.items()
        if rule in asked and not _answered(answer)
    ]
    return problems


def _answered(answer: object) -> bool:
    if isinstance(answer, dict):
        why = answer.get("exempt")
        return set(answer) == {"exempt"} and isinstance(why, str) and bool(why.strip())
    return answer == "done"
