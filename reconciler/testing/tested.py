"""The kinds that the contract suite tests, and the parameters of its tests."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from reconciler.contract import Adapter
from reconciler.kinds import PackageKinds, brought_kinds
from reconciler.testing.plugin import CASES
from reconciler.testing.samples import Sample, Samples, module_of

F = TypeVar("F", bound=Callable[..., object])


@dataclass(frozen=True)
class KindsUnderTest:
    """The kinds of every package for which the folder has a sample."""

    samples: Samples
    packages: Sequence[PackageKinds]

    @classmethod
    def by_samples(cls, folder: Path) -> "KindsUnderTest":
        """The kinds of the samples in a folder."""
        samples = Samples(folder)
        return cls(samples, [each for each in brought_kinds() if any(map(samples.has, each.kinds))])

    @cached_property
    def kinds(self) -> Mapping[str, Adapter[Any]]:
        """Every kind by its name."""
        return {name: adapter for each in self.packages for name, adapter in each.kinds.items()}

    @cached_property
    def sampled(self) -> Mapping[str, Sample]:
        """The samples by kind; a test reports kinds without a sample."""
        return {kind: self.samples.of(kind) for kind in self.kinds if self.samples.has(kind)}

    @property
    def strangers(self) -> set[str]:
        """The samples whose kind does not exist."""
        return self.samples.names() - {module_of(kind) for kind in self.kinds}


Cases = Callable[[KindsUnderTest], Iterable[Any]]


def played(names: str, cases: Cases) -> Callable[[F], F]:
    """Mark a test to run once for each case; `names` are its arguments, and the first is `kind`."""

    def note(test: F) -> F:
        setattr(test, CASES, (names, cases))
        return test

    return note


def every_kind(tested: KindsUnderTest) -> Iterable[str]:
    """Every kind, whether it has a sample or not."""
    return tested.kinds


def sampled_kinds(tested: KindsUnderTest) -> Iterable[str]:
    """Every kind that has a sample."""
    return tested.sampled
