"""The format of a pass as data, and its published JSON Schema.

Within a version fields may be added; no field is removed or changes its meaning.
"""

from typing import Annotated, Any, Final, Literal, NotRequired

from pydantic import ConfigDict, Field, TypeAdapter, with_config
from typing_extensions import TypedDict

from reconciler.applying import Outcome
from reconciler.pass_report import PassOutcome
from reconciler.planning.plan import Verb

VERSION: Final = 1
DESCRIBED = ConfigDict(use_attribute_docstrings=True)


@with_config(DESCRIBED)
class DifferenceData(TypedDict):
    """One field whose two values disagree."""

    field: str
    """Its path: `queue_configs[CustomerService/VOICE].priority`."""
    observed: Any
    """What AWS reported in this pass; null if there is no value."""
    desired: Any
    """What the files ask for; null if the value is to be cleared. A secret is shown as the place where it is kept."""
    deletes: NotRequired[str]
    """What AWS deletes within the resource for this change, also to create it again; left out if nothing is deleted."""
    note: NotRequired[str]
    """A further effect that the two values do not show; left out if there is none."""


@with_config(DESCRIBED)
class ContentData(TypedDict):
    """One resource that lives in another one and is deleted with it."""

    kind: str
    """The kind of resource."""
    name: str
    """Its name in the files; for a resource that the stack does not own, its name in AWS."""
    owner: Literal["ours", "free", "foreign"]
    """Its owner by its tags: this stack, no stack, or another stack."""


@with_config(DESCRIBED)
class OthersData(TypedDict):
    """Contents of one type that no kind manages; they are deleted with the resource that they live in."""

    noun: str
    """The plural name of the type, such as `prompts`."""
    names: list[str]
    """The names in AWS's list."""
    with_defaults: bool
    """Whether AWS created some of them, and no reply shows which."""
    not_listed: str | None
    """Why AWS did not list them; null if it did."""
    emptied: NotRequired[bool]
    """True if they are deleted one by one before the resource (`reconciler destroy`), and not with it; otherwise left out."""
    more: NotRequired[bool]
    """True if there are more than `names`; otherwise left out."""


@with_config(DESCRIBED)
class ActionData(TypedDict):
    """One action of the plan, and its outcome."""

    kind: str
    """The kind of resource: `connect.user`."""
    name: str
    """The resource's name in the files."""
    action: Verb
    """The verb of the action."""
    outcome: Outcome
    """Its outcome; in a dry run planned actions are `waiting`, and those that a policy only reports are `unchanged`."""
    message: str
    """The reason, if there is one."""
    begun: bool
    """Whether a part of it was carried out, although it did not succeed."""
    differences: list[DifferenceData]
    """Every difference that the action removes."""
    contents: list[ContentData]
    """The contents that are deleted with the resource."""
    others: NotRequired[list[OthersData]]
    """Other contents that are deleted with it and that no kind manages; left out if there are none."""
    place: NotRequired[str]
    """File, line and column of the row of a CSV file that declares the resource; left out for all others."""


@with_config(DESCRIBED)
class ExtraResourceData(TypedDict):
    """One live resource that the files do not declare and the stack does not own."""

    kind: str
    """The kind of resource."""
    name: str
    """Its name in AWS."""
    arn: str
    """Its ARN."""
    owner: str | None
    """The stack and environment whose mark it has; null if it has none."""


@with_config(DESCRIBED)
class ExtraFieldData(TypedDict):
    """One field of a resource of the stack that no file manages, and whose live value is not AWS's default."""

    kind: str
    """The kind of resource."""
    name: str
    """The resource's name in the files."""
    field: str
    """The name of the field, or `tags.NAME`."""
    value: Any
    """The live value."""


@with_config(DESCRIBED)
class ExtraData(TypedDict):
    """What lives beside the stack."""

    resources: list[ExtraResourceData]
    """Live resources that the files do not declare and the stack does not own."""
    fields: list[ExtraFieldData]
    """Fields of the stack's resources that no file manages."""
    made_by_aws: dict[str, int]
    """By kind: how many undeclared resources AWS created itself; they are not in `resources`."""
    ignored: int
    """How many resources and fields are left out because of `ignore` in `stack.yaml`."""
    unread: dict[str, list[str]]
    """By kind: the unmanaged fields that were not read, because each needs a call for each resource."""
    unlisted: dict[str, str]
    """Kinds that could not be listed completely, and why."""
    notes: list[str]
    """Entries of `ignore` that have ended or that match nothing."""


@with_config(DESCRIBED)
class ReportData(TypedDict):
    """All that one pass found and did."""

    report: Literal[1]
    """The version of this format."""
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
    """Whether the pass was a dry run."""
    only: list[str]
    """The `KIND/NAME` patterns that the pass was limited to; empty if it was not limited."""
    excepted: list[str]
    """The `KIND/NAME` patterns that the pass did not change; empty if there are none."""
    outcome: PassOutcome
    """The outcome of the pass; the exit code has the same meaning."""
    resources: int
    """How many resources the files ask for."""
    compared: int
    """How many of them were compared with AWS."""
    actions: list[ActionData]
    """Every action of the plan; a resource that is as desired has none."""
    refusals: list[str]
    """Why nothing was changed: the wrong account, or the guard."""
    notes: list[str]
    """Further remarks."""
    blind: list[str]
    """Kinds whose resources that are no longer desired could not be listed, and why."""
    extra: NotRequired[ExtraData]
    """What lives beside the stack; left out without `--extra`."""
    estimated_calls: int
    """How many changing calls the plan takes."""
    estimated_seconds: float
    """Seconds that these calls take at AWS's quotas."""
    calls: dict[str, int]
    """How often each operation was called, by `service:operation`."""
    mutating_calls: int
    """How many of the calls could change something."""
    throttled_calls: int
    """How many of the calls AWS throttled."""
    seconds: float
    """Seconds that the pass took."""
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
