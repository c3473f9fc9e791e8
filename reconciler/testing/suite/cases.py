"""The parameters of the tests of the suite, and which of them only the whole suite uses."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from reconciler.contract import Adapter, Delete, Sends
from reconciler.planning.plan import NAME, TAGS
from reconciler.testing.samples import BASE, Change, Sample
from reconciler.testing.tested import KindsUnderTest

WHOLE = (pytest.mark.whole,)
"""The marks of parameters that only the whole suite uses."""


def forms(under_test: KindsUnderTest) -> Iterator[Any]:
    """Every form of every sample."""
    for kind, sample in under_test.sampled.items():
        for form in sample.all_forms:
            marks = WHOLE if sample.large and form != BASE else ()
            yield pytest.param(kind, form, id=f"{kind} {form}", marks=marks)


def one_form_in_time(under_test: KindsUnderTest) -> Iterator[Any]:
    """Every form. Only the whole suite uses forms other than the base, and bases for which a pass takes long."""
    for case in forms(under_test):
        kind, form = case.values
        in_time = form == BASE and not under_test.sampled[kind].large
        yield pytest.param(kind, form, id=case.id, marks=() if in_time else WHOLE)


def forms_and_lost(under_test: KindsUnderTest) -> Iterator[Any]:
    """Every form, with a create that works before its reply is lost, and with one that does not work.

    The engine only tries the latter again, for every kind in the same way. All forms are created by the same operation. Only the
    whole suite uses the latter, and forms other than the base.
    """
    for case in forms(under_test):
        kind, form = case.values
        yield pytest.param(
            kind, form, True, id=f"{case.id} after the work", marks=() if form == BASE else WHOLE
        )
        yield pytest.param(kind, form, False, id=f"{case.id} before the work", marks=WHOLE)


def drifts(under_test: KindsUnderTest) -> Iterator[Any]:
    """Every drift of every sample; only one of them if a pass takes long."""
    for kind, sample in under_test.sampled.items():
        for number, drift in enumerate(sample.drifts):
            marks = WHOLE if sample.large and number else ()
            yield pytest.param(kind, drift, id=f"{kind} {drift.field}", marks=marks)


def _changes(under_test: KindsUnderTest, wanted: Callable[[Change], object]) -> Iterator[Any]:
    for kind, sample in under_test.sampled.items():
        for change in sample.changes:
            if wanted(change):
                yield pytest.param(kind, change, id=f"{kind} {change}")


def changes(under_test: KindsUnderTest) -> Iterator[Any]:
    """Every change of every sample that AWS can make. Only the whole suite makes changes with the same calls as an earlier one."""
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for case in _changes(under_test, lambda change: not change.refused):
        kind, change = case.values
        known = (kind, change.calls) in seen
        seen.add((kind, change.calls))
        whole = known or under_test.sampled[kind].large
        yield pytest.param(kind, change, id=case.id, marks=WHOLE if whole else ())


def lost_changes(under_test: KindsUnderTest) -> Iterator[Any]:
    """The same. Only the whole suite uses changes that begin with the same operation as an earlier one."""
    seen: set[tuple[str, str]] = set()
    for case in changes(under_test):
        kind, change = case.values
        known = (kind, change.calls[0]) in seen
        seen.add((kind, change.calls[0]))
        yield pytest.param(kind, change, id=case.id, marks=WHOLE if known else case.marks)


def changed_together(under_test: KindsUnderTest) -> Iterator[str]:
    """Every kind of whose changes only the whole suite makes some alone; all of its fields are changed at once."""
    left_out = {case.values[0] for case in changes(under_test) if case.marks}
    return (kind for kind in under_test.sampled if kind in left_out)


def refused_changes(under_test: KindsUnderTest) -> Iterator[Any]:
    """Every change that AWS cannot make."""
    return _changes(under_test, lambda change: change.refused)


def one_change_of_each_kind(under_test: KindsUnderTest) -> Iterator[Any]:
    """A change of a field in the base of each sample."""
    in_base = _changes(under_test, lambda each: each.calls and each.form == BASE and each.field != TAGS)
    for kind, case in {case.values[0]: case for case in in_base}.items():
        yield pytest.param(*case.values, id=case.id, marks=WHOLE if under_test.sampled[kind].large else ())


def emptied(under_test: KindsUnderTest) -> Iterator[Any]:
    """Every field of every base that may be empty: null or an empty list; only for the whole suite."""
    for kind, sample in under_test.sampled.items():
        for field, empty in empties(sample, under_test.kinds[kind]):
            yield pytest.param(kind, field, empty, id=f"{kind} {field} {empty}", marks=WHOLE)


def empties(sample: Sample, adapter: Adapter[Any]) -> Iterator[tuple[str, list[Any] | None]]:
    """Every field of the base of a sample, with its empty values."""
    for field, value in sample.base.items():
        if isinstance(value, list):
            yield field, []
        if field not in adapter.create.needed:
            yield field, None


def deletable(under_test: KindsUnderTest) -> Iterable[str]:
    """Every kind that AWS can delete."""
    return [kind for kind in under_test.sampled if isinstance(under_test.kinds[kind].delete, Delete)]


def deletable_in_time(under_test: KindsUnderTest) -> Iterator[Any]:
    """The same; only for the whole suite if a pass takes long."""
    return (each for each in kinds_in_time(under_test) if each.values[0] in deletable(under_test))


def undeletable(under_test: KindsUnderTest) -> Iterable[str]:
    """Every kind that AWS cannot delete."""
    return [kind for kind in under_test.sampled if not isinstance(under_test.kinds[kind].delete, Delete)]


def protected(under_test: KindsUnderTest) -> Iterable[str]:
    """Every kind that is deleted only if its policy allows it."""
    return [kind for kind in under_test.sampled if under_test.kinds[kind].delete.protected]


def rename_of(adapter: Adapter[Any]) -> str | None:
    """The operation that renames a resource; None if there is none."""
    group = renaming_group(adapter)
    return group.operation if group else None


def renaming_group(adapter: Adapter[Any]) -> Sends | None:
    """The group of fields with the name; None if AWS cannot rename."""
    sends = (each for each in adapter.updates if isinstance(each, Sends) and NAME in each.fields)
    return next(sends, None)


def renamable(under_test: KindsUnderTest) -> Iterable[str]:
    """Every kind that AWS can rename."""
    return [kind for kind in under_test.sampled if rename_of(under_test.kinds[kind])]


def kinds_in_time(under_test: KindsUnderTest) -> Iterator[Any]:
    """Every kind; only for the whole suite if a pass takes long."""
    for kind, sample in under_test.sampled.items():
        yield pytest.param(kind, id=kind, marks=WHOLE if sample.large else ())
