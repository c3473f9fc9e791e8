"""The sample of a kind: a resource with every setting, a change of each setting, and the resources that it needs."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

ANY_ARN = "arn:aws:kms:eu-west-2:123456789012:key/12345678-1234-1234-1234-123456789012"
A_LOG_GROUP = "arn:aws:logs:eu-west-2:123456789012:log-group:app"
Settings: TypeAlias = Mapping[str, Any]
"""The settings of one resource, as in a file."""

Resources: TypeAlias = Mapping[str, Mapping[str, Settings]]
"""Desired state as in a file: kind, then name, then settings."""

BASE = "base"
MANY = 20
"""The most changes of a sample of which every run of the suite makes some one by one."""


@dataclass(frozen=True)
class Change:
    """The change of one field, and the operations that make it, in order.

    The field is changed in the sample's base, or in another of its forms. `drops` are fields that are removed from the files
    with it. `refused` is the message of the plan if AWS cannot change the field. `one_way` is the reason if the change cannot
    be undone at once.
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
        """The settings before the change and after it."""
        before = sample.all_forms[self.form]
        kept = {name: value for name, value in before.items() if name not in self.drops}
        return before, {**kept, self.field: self.value}

    def __str__(self) -> str:
        return f"{self.field} {self.label}".strip()


@dataclass(frozen=True)
class Drift:
    """A change of one field by another client: the operation, and its parameters besides the address."""

    field: str
    operation: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class Given:
    """An operation that is called first, for what no kind creates, and the variable that gets a member of its reply.

    Texts among the parameters may contain variables of earlier operations. `of` converts the member into the variable.
    """

    service: str
    operation: str
    parameters: Mapping[str, Any]
    variable: str = ""
    member: str = ""
    of: Callable[[str], str] = str
    like: str = ANY_ARN
    """An example of the variable, for tests that make no calls."""
    in_parent: bool = True
    """Whether the request names the resource in which those of the kind live."""


@dataclass(frozen=True)
class Sample:
    """One resource in all its forms.

    `base` has all fields that can be set together; `forms` are other ways to write the resource. If no form and no change has
    a field, `exempt` has its path with the reason.
    """

    name: str
    base: Settings
    changes: tuple[Change, ...]
    drifts: tuple[Drift, ...]
    around: Resources = field(default_factory=dict)
    given: tuple[Given, ...] = ()
    least: tuple[str, ...] = ()
    """Fields of the base that create needs, besides those that its kind declares."""
    files: Mapping[str, str] = field(default_factory=dict)
    """By path in the stack's directory: the content of files that the sample refers to."""
    forms: Mapping[str, Settings] = field(default_factory=dict)
    exempt: Mapping[str, str] = field(default_factory=dict)
    misfits: Mapping[str, str] = field(default_factory=dict)
    """Fields whose type differs from the member of the request: the message of the suite, and the reason."""
    needed: Mapping[str, str] = field(default_factory=dict)
    """Fields that only create or only AWS's model requires, and the reason."""
    no_meaning: Mapping[str, str] = field(default_factory=dict)
    """By path: texts with the name of an id or an ARN that accept every reference, and the reason."""
    newer_actions: Mapping[str, str] = field(default_factory=dict)
    """Actions that cfn-lint's copy of the Service Authorization Reference does not have yet, and the reason."""
    slow: bool = False
    """Whether a pass takes long, because the resource has many parts or needs many calls."""
    emptied_with: Mapping[str, Settings] = field(default_factory=dict)
    """By field: the other fields that change when it is empty; a field with the value None is removed."""

    @property
    def large(self) -> bool:
        """Whether the sample has many changes. Then only the whole suite changes a field alone."""
        return self.slow or len(self.changes) > MANY

    @property
    def all_forms(self) -> Mapping[str, Settings]:
        """Every form by its name, the base first."""
        return {BASE: self.base, **self.forms}

    @property
    def exempt_fields(self) -> set[str]:
        """The top-level fields that are exempt as a whole."""
        return {path for path in self.exempt if "." not in path and "[" not in path}

    @property
    def covered(self) -> set[str]:
        """Every field that some test of the suite sends."""
        written = {name for settings in self.all_forms.values() for name in settings}
        return written | {each.field for each in self.changes}


class NoSample(Exception):
    """A module in the folder of the samples has no sample."""


@dataclass(frozen=True)
class Samples:
    """The samples in a folder: that of `connect.queue` is `SAMPLE` in `connect_queue.py`.

    If the folder is part of a package, a sample is imported by its full name: `tests.samples.connect_queue`.
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
            NoSample: its module has no sample.
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
    """The name of the module with the sample of a kind."""
    return kind.replace(".", "_")
