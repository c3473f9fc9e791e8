"""What a kind's sample says: one resource with every setting, each setting changed alone, and all that it needs around it."""

import sys
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

BASE = "base"
MANY = 20
"""Changes of one sample that every run of the suite plays each alone."""


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
    misfits: Mapping[str, str] = field(default_factory=dict)
    """Where a field does not fit the member that it travels in, as the suite words it, and why."""
    needed: Mapping[str, str] = field(default_factory=dict)
    """Fields that create needs and the model of AWS does not say so, or the other way round, and why."""
    no_meaning: Mapping[str, str] = field(default_factory=dict)
    """Texts that are called an id or an ARN and take every reference, by their paths, and why."""
    newer_actions: Mapping[str, str] = field(default_factory=dict)
    """Actions that the Service Authorization Reference, as cfn-lint has it, does not have yet, and why."""
    slow: bool = False
    """Whether one pass over it takes long: it holds much, or is read by many calls."""
    emptied_with: Mapping[str, Settings] = field(default_factory=dict)
    """By field: what else the files say once it is empty; a field with the value None is left out of them."""

    @property
    def large(self) -> bool:
        """Whether its changes take long: the suite changes all fields at once, and only the whole suite each alone."""
        return self.slow or len(self.changes) > MANY

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


class NoSample(Exception):
    """A module in the folder of the samples holds none."""


@dataclass(frozen=True)
class Samples:
    """The samples in a folder: `connect.queue` is `connect_queue.py`, and its `SAMPLE`.

    Where the folder is part of a package, a sample is imported by its full name: `tests.samples.connect_queue`.
    """

    folder: Path

    def names(self) -> set[str]:
        """The name of every module in the folder."""
        return {path.stem for path in self.folder.glob("*.py") if path.stem != "__init__"}

    def has(self, kind: str) -> bool:
        """Whether there is a sample of the kind."""
        return module_of(kind) in self.names()

    def of(self, kind: str) -> Sample:
        """The sample of a kind.

        Raises:
            NoSample: its module names none.
        """
        top, package = self.folder.parent, self.folder.name
        while (top / "__init__.py").exists():
            top, package = top.parent, f"{top.name}.{package}"
        if str(top) not in sys.path:
            sys.path.insert(0, str(top))
        module = import_module(f"{package}.{module_of(kind)}")
        sample = getattr(module, "SAMPLE", None)
        if not isinstance(sample, Sample):
            raise NoSample(f"{self.folder / module_of(kind)}.py: SAMPLE is no Sample of reconciler.testing")
        return sample


def module_of(kind: str) -> str:
    """The name of the module that holds the sample of a kind."""
    return kind.replace(".", "_")
