"""AWS's checks of the content of an evaluation form."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.refusals import invalid
from reconciler.sandbox.connect.core.resource_types import USER

MOST_ITEMS = 100
DEEPEST = 2
CHOICES = {"SINGLESELECT": "SingleSelect", "MULTISELECT": "MultiSelect"}


def require_fitting(instance: Instance, content: Mapping[str, Any], *, draft: bool) -> None:
    """Refuse content that AWS would refuse; a draft may be incomplete."""
    for recipient in content.get("ReviewConfiguration", {}).get("ReviewNotificationRecipients", ()):
        instance.get(USER, recipient["Value"].get("UserId", ""))
    for problem in problems(content["Items"], draft=draft):
        raise invalid(problem)


def problems(items: Sequence[Mapping[str, Any]], *, draft: bool) -> Iterator[str]:
    """Yield the mistakes in the sections and questions."""
    found = list(_walk(items, 1))
    refs = [item["RefId"] for _, item, _ in found]
    yield from (f"RefId {ref} is not unique." for ref in sorted(set(refs)) if refs.count(ref) > 1)
    for kind in ("Section", "Question"):
        if sum(each == kind for each, _, _ in found) > MOST_ITEMS:
            yield f"A form can have at most {MOST_ITEMS} items of kind {kind}."
    for kind, item, depth in found:
        if kind == "Section" and depth > DEEPEST:
            yield f"Section {item['RefId']} is nested too deeply."
        if kind == "Question" and depth == 1:
            yield f"Question {item['RefId']} is not in a section."
    if not draft:
        yield from _incomplete(found)


def _walk(items: Sequence[Mapping[str, Any]], depth: int) -> Iterator[tuple[str, Mapping[str, Any], int]]:
    for item in items:
        if item.get("Question"):
            yield "Question", item["Question"], depth
        if item.get("Section"):
            yield "Section", item["Section"], depth
            yield from _walk(item["Section"]["Items"], depth + 1)


def _incomplete(found: Sequence[tuple[str, Mapping[str, Any], int]]) -> Iterator[str]:
    questions = [item for kind, item, _ in found if kind == "Question"]
    for question in questions:
        kind, properties = question["QuestionType"], question.get("QuestionTypeProperties", {})
        if kind in CHOICES and not properties.get(CHOICES[kind], {}).get("Options"):
            yield f"Question {question['RefId']} has no options."
        numbers = properties.get("Numeric", {"MinValue": 1, "MaxValue": 0})
        if kind == "NUMERIC" and numbers["MinValue"] > numbers["MaxValue"]:
            yield f"Question {question['RefId']} has no range of numbers."
