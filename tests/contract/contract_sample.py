"""What a sample says: one resource with every setting, each setting changed alone, and all that it needs around it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

ANY_ARN = "arn:aws:kms:eu-west-2:123456789012:key/12345678-1234-1234-1234-123456789012"
Settings: TypeAlias = Mapping[str, Any]
"""The settings of one resource, as a file holds them."""

Resources: TypeAlias = Mapping[str, Mapping[str, Settings]]
"""Desired state as a file holds it: kind, then name, then settings."""

SAMPLES = Path(__file__).parent / "samples"
BASE = "base"


@dataclass(frozen=True)
class Change:
    """One field changed alone, and the operations, in order, that carry the change out.

    The field is changed in the sample's base, or in another of its forms; `drops` are fields that leave the files with
    it. `refused` is what the plan says where AWS cannot change the field; `one_way` is why the change cannot be taken
    back at once.
    """

    field: str
    value: Any
    calls: tuple[str, ...] = ()
    label: str = ""
    form: str = BASE
    refused: str = ""
    one_way: str = ""
    drops: tuple[str, ...] = ()

    def made_in(self, sample: "Sample") -> tuple[Settings, Settings]:
        """The settings before the change, and after it."""
        before = sample.all_forms[self.form]
        kept = {name: value for name, value in before.items() if name not in self.drops}
        return before, {**kept, self.field: self.value}

    def __str__(self) -> str:
        return f"{self.field} {self.label}".strip()


@dataclass(frozen=True)
class Drift:
    """One field changed behind our back: by which operation, with which parameters beside the address."""

    field: str
    operation: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class Given:
    """What no kind of ours makes: an operation called beforehand, and the variable that a member of its reply fills.

    Texts among the parameters may name the variables of those before it. `of` makes the variable of the member.
    """

    service: str
    operation: str
    parameters: Mapping[str, Any]
    variable: str = ""
    member: str = ""
    of: Callable[[str], str] = str
    like: str = ANY_ARN
    """What the variable may be, for those who call nothing."""


@dataclass(frozen=True)
class Sample:
    """One resource in every form that it takes.

    `base` holds every field that can be set together; `forms` are other ways to write the resource. A field that none
    of these and no change holds says why in `exempt`, by its path.
    """

    name: str
    base: Settings
    changes: tuple[Change, ...]
    drifts: tuple[Drift, ...]
    around: Resources = field(default_factory=dict)
    given: tuple[Given, ...] = ()
    least: tuple[str, ...] = ()
    """Fields of the base that it cannot be created without, beside those that its kind declares."""
    files: Mapping[str, str] = field(default_factory=dict)
    """By path: the files that it names, in the stack's directory."""
    forms: Mapping[str, Settings] = field(default_factory=dict)
    exempt: Mapping[str, str] = field(default_factory=dict)

    @property
    def all_forms(self) -> Mapping[str, Settings]:
        """Every form by its name, the base first."""
        return {BASE: self.base, **self.forms}

    @property
    def exempt_fields(self) -> set[str]:
        """The settings' own fields that are exempt as a whole."""
        return {path for path in self.exempt if "." not in path and "[" not in path}

    @property
    def covered(self) -> set[str]:
        """Every field that some test of the suite sends."""
        written = {name for settings in self.all_forms.values() for name in settings}
        return written | {each.field for each in self.changes}


def in_instance(resources: Resources | None = None) -> Resources:
    """These resources in an instance with two levels of hierarchy."""
    instance = {
        "identity_management_type": "CONNECT_MANAGED",
        "inbound_calls_enabled": True,
        "outbound_calls_enabled": True,
        "hierarchy_structure": {"level_one": "Site", "level_two": "Team"},
    }
    return {"connect.instance": {"contract-suite": instance}, **(resources or {})}


def sample_of(kind: str) -> Sample:
    """The sample of a kind: `connect.queue` is `samples/connect_queue.py`."""
    sample: Sample = import_module(f"samples.{kind.replace('.', '_')}").SAMPLE
    return sample


def has_sample(kind: str) -> bool:
    """Whether a kind has a sample; `test_declarations` names those that have none."""
    return kind.replace(".", "_") in sample_names()


def sample_names() -> set[str]:
    """The samples that there are."""
    return {path.stem for path in SAMPLES.glob("*.py")}
