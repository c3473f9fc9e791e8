"""The form of a pass as data, and its published JSON Schema.

Within a version fields may be added; none goes away or changes its meaning.
"""

from typing import Annotated, Any, Final, Literal, NotRequired

from pydantic import ConfigDict, Field, TypeAdapter, with_config
from typing_extensions import TypedDict

from reconciler.applying import Outcome
from reconciler.planning.plan import Verb
from reconciler.reconcile import PassOutcome

VERSION: Final = 1
DESCRIBED = ConfigDict(use_attribute_docstrings=True)


@with_config(DESCRIBED)
class DifferenceData(TypedDict):
    """One field whose two values disagree."""

    field: str
    """Its path: `queue_configs[CustomerService/VOICE].priority`."""
    observed: Any
    """What AWS reported in this pass; null where there is nothing."""
    desired: Any
    """What the files ask for; null where there is to be nothing. A secret is the place where it is kept."""
    deletes: NotRequired[str]
    """What AWS deletes within the resource for it, be it to make it anew; left out where nothing is deleted."""
    note: NotRequired[str]
    """What else happens that the two values do not show; left out where there is nothing to say."""


@with_config(DESCRIBED)
class ContentData(TypedDict):
    """One resource that lives in another one and is deleted with it."""

    kind: str
    """The kind of resource."""
    name: str
    """Its name in the files; what the stack does not own goes by its name in AWS."""
    owner: Literal["ours", "free", "foreign"]
    """Whose it is: this stack's, nobody's by its tags, or another stack's."""


@with_config(DESCRIBED)
class OthersData(TypedDict):
    """What lives in a resource and is deleted with it, of one type that is not managed by us."""

    noun: str
    """What there are several of: `prompts`."""
    names: list[str]
    """By which AWS lists them."""
    with_defaults: bool
    """Whether AWS made some of them, and no reply tells which."""
    not_listed: str | None
    """Why AWS did not list them; null where it did."""


@with_config(DESCRIBED)
class ActionData(TypedDict):
    """One step of the plan, and what became of it."""

    kind: str
    """The kind of resource: `connect.user`."""
    name: str
    """The resource's name in the files."""
    action: Verb
    """What is to be done."""
    outcome: Outcome
    """What became of it; in a dry run what would be done is `waiting`, and `unchanged` is what a policy only reports."""
    message: str
    """Why, where there is something to say."""
    begun: bool
    """Whether part of it was carried out, although it did not end well."""
    differences: list[DifferenceData]
    """Every difference that the action takes away."""
    contents: list[ContentData]
    """What lives in the resource and is deleted with it."""
    others: NotRequired[list[OthersData]]
    """What else is deleted with it and is not managed by us; left out where there is nothing."""


@with_config(DESCRIBED)
class ReportData(TypedDict):
    """All that one pass found and did."""

    report: Literal[1]
    """The version of this form."""
    started: Annotated[str, Field(json_schema_extra={"format": "date-time"})]
    """When the pass began, in UTC."""
    stack: str
    """The stack's name."""
    environment: str
    """The environment of the stack."""
    account: str
    """The AWS account that the environment names."""
    region: str
    """The AWS Region."""
    dry_run: bool
    """Whether nothing was to be changed."""
    only: list[str]
    """The `KIND/NAME` patterns that the pass was limited to; empty where it was not."""
    outcome: PassOutcome
    """What became of the pass; the exit code says the same."""
    resources: int
    """How many resources the files ask for."""
    compared: int
    """How many of them were compared with AWS."""
    actions: list[ActionData]
    """Every step of the plan; a resource that is as desired has none."""
    refusals: list[str]
    """Why nothing at all was changed: the wrong account, or the guard."""
    notes: list[str]
    """What else is worth knowing."""
    blind: list[str]
    """Kinds of which what is no longer desired could not be looked for, and why."""
    estimated_calls: int
    """How many changing calls the plan takes."""
    estimated_seconds: float
    """How long AWS's quotas make them take."""
    calls: dict[str, int]
    """How often each operation was called, by `service:operation`."""
    mutating_calls: int
    """How many of the calls could change something."""
    throttled_calls: int
    """How many of the calls AWS throttled."""
    seconds: float
    """How long the pass took."""
    files_hash: str
    """sha256 over every file that the stack was read from."""


def report_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a report."""
    schema = TypeAdapter(ReportData).json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_untitled(schema),
        "title": "Report of a pass",
    }


def _untitled(schema: Any) -> Any:
    """A schema without the titles that repeat the names of its fields."""
    if not isinstance(schema, dict):
        return schema
    kept = {key: inner for key, inner in schema.items() if key != "title" or not isinstance(inner, str)}
    return {key: _untitled(inner) for key, inner in kept.items()}
