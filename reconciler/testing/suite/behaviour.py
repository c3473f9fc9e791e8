"""Every kind on the sandbox, through the real engine: made, changed, repaired, lost, found again, deleted."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from botocore import xform_name

from reconciler.contract import Adapter, CannotDelete, Delete, Request, Sends, Wired
from reconciler.decoding import Decoder
from reconciler.desired import InvalidStack
from reconciler.members import get_member
from reconciler.planning.ownership import KEY_MARK, MARKS, STACK_MARK
from reconciler.planning.plan import NAME, TAGS
from reconciler.shapes import fields_of
from reconciler.testing.samples import BASE, Change, Drift, Settings
from reconciler.testing.stage import Stage
from reconciler.testing.tested import KindsUnderTest, played, sampled_kinds
from reconciler.wire import modelled

WORKED = pytest.mark.parametrize("worked", [True, False], ids=["after the work", "before the work"])


def forms(under_test: KindsUnderTest) -> Iterator[Any]:
    """Every form of every sample."""
    for kind, sample in under_test.sampled.items():
        for form in sample.all_forms:
            yield pytest.param(kind, form, id=f"{kind} {form}")


def drifts(under_test: KindsUnderTest) -> Iterator[Any]:
    """Every change by hand of every sample."""
    for kind, sample in under_test.sampled.items():
        for drift in sample.drifts:
            yield pytest.param(kind, drift, id=f"{kind} {drift.field}")


def _changes(under_test: KindsUnderTest, wanted: Callable[[Change], object]) -> Iterator[Any]:
    for kind, sample in under_test.sampled.items():
        for change in sample.changes:
            if wanted(change):
                yield pytest.param(kind, change, id=f"{kind} {change}")


def changes(under_test: KindsUnderTest) -> Iterator[Any]:
    """Every change of every sample that AWS makes."""
    return _changes(under_test, lambda change: not change.refused)


def refused_changes(under_test: KindsUnderTest) -> Iterator[Any]:
    """Every change that AWS cannot make."""
    return _changes(under_test, lambda change: change.refused)


def one_change_of_each_kind(under_test: KindsUnderTest) -> Iterable[Any]:
    """A change of a field in the base of each sample."""
    in_base = _changes(under_test, lambda each: each.calls and each.form == BASE and each.field != TAGS)
    return {case.values[0]: case for case in in_base}.values()


def emptied(under_test: KindsUnderTest) -> Iterator[Any]:
    """Every field of every base that may be an empty list, and every one that may be null."""
    for kind, sample in under_test.sampled.items():
        for field, value in sample.base.items():
            if isinstance(value, list):
                yield pytest.param(kind, field, [], id=f"{kind} {field} []")
            if field not in under_test.kinds[kind].create.needed:
                yield pytest.param(kind, field, None, id=f"{kind} {field} null")


def deletable(under_test: KindsUnderTest) -> Iterable[str]:
    """Every kind that AWS can delete."""
    return [kind for kind in under_test.sampled if isinstance(under_test.kinds[kind].delete, Delete)]


def undeletable(under_test: KindsUnderTest) -> Iterable[str]:
    """Every kind that AWS cannot delete."""
    return [kind for kind in under_test.sampled if not isinstance(under_test.kinds[kind].delete, Delete)]


def protected(under_test: KindsUnderTest) -> Iterable[str]:
    """Every kind that is deleted only where its policy says so."""
    return [kind for kind in under_test.sampled if under_test.kinds[kind].delete.protected]


def rename_of(adapter: Adapter[Any]) -> str | None:
    """The operation by which AWS renames one."""
    sends = (each for each in adapter.updates if isinstance(each, Sends) and NAME in each.fields)
    return next((each.operation for each in sends), None)


def renamable(under_test: KindsUnderTest) -> Iterable[str]:
    """Every kind that AWS can rename."""
    return [kind for kind in under_test.sampled if rename_of(under_test.kinds[kind])]


# -- seen ----------------------------------------------------------------------------------------------------------


def sighted(stage: Stage, members: Wired) -> Wired:
    """What a read shows of the fields that `list` shows in full."""
    shapes = {name: fields_of(stage.adapter.model)[name] for name in stage.adapter.reads.listed}
    return {name: modelled(shape, get_member(members, shape.wire or name)) for name, shape in shapes.items()}


@played("kind", sampled_kinds)
def test_sight_and_read_agree(stage: Stage) -> None:
    stage.run(stage.sample.base).require_settled()
    found = stage.the_one()
    read = stage.adapter.get_fields(stage.api, found, stage.adapter.reads.listed)
    assert sighted(stage, found.settings) == sighted(stage, read)


@played("kind", sampled_kinds)
def test_sight_and_a_closer_look_agree(stage: Stage) -> None:
    stage.run(stage.sample.base).require_settled()
    glances = stage.adapter.list_versions(stage.api, stage.house.scope)
    if glances is None:
        pytest.skip("no read shows it with a version")
    found = stage.the_one()
    (glanced,) = [each for each in glances if each.arn == found.arn]
    looked = stage.adapter.get(stage.api, glanced)
    assert glanced.version
    assert (looked.name, looked.address, looked.tags) == (found.name, found.address, found.tags)
    assert sighted(stage, looked.settings) == sighted(stage, found.settings)


# -- made, changed, repaired ---------------------------------------------------------------------------------------


@played("kind, form", forms)
def test_it_is_created_and_then_left_alone(stage: Stage, form: str) -> None:
    settings = stage.sample.all_forms[form]
    created = stage.run(settings).require_settled()
    assert [(verb, name) for verb, name, _ in created.actions] == [("create", stage.name)]
    stage.run(settings).require_quiet()
    assert stage.marks[KEY_MARK] == stage.name


@played("kind, field, empty", emptied)
def test_what_is_empty_is_created_or_named_as_a_mistake(
    stage: Stage, field: str, empty: list[Any] | None
) -> None:
    beside = stage.sample.emptied_with.get(field, {})
    left_out = {name for name, value in beside.items() if value is None}
    settings = {**stage.sample.base, **beside, field: empty}
    settings = {name: value for name, value in settings.items() if name not in left_out}
    try:
        created = stage.run(settings)
    except InvalidStack as error:
        said = str(error)
    else:
        created.require_settled()
        stage.run(settings).require_quiet()
        said = f"{stage.name}: {field} may be {empty}"
    assert stage.name in said
    assert field in said


@played("kind, change", changes)
def test_a_field_changed_alone_makes_exactly_its_own_calls(stage: Stage, change: Change) -> None:
    before, after = change.made_in(stage.sample)
    stage.run(before).require_settled()
    changed = stage.run(after).require_settled()
    assert changed.actions == [("update", stage.name, {change.field})]
    assert changed.changes == [*change.calls]
    assert changed.report.mutating_calls == len(change.calls)
    stage.run(after).require_quiet()
    if change.field in before and not change.one_way:
        stage.run(before).require_settled()


@played("kind, change", refused_changes)
def test_a_field_that_aws_cannot_change_is_refused(stage: Stage, change: Change) -> None:
    before, after = change.made_in(stage.sample)
    stage.run(before).require_settled()
    refused = stage.run(after)
    assert refused.changes == []
    assert change.refused in refused.refusals


@played("kind, drift", drifts)
def test_what_drifts_is_put_back(stage: Stage, drift: Drift) -> None:
    stage.run(stage.sample.base).require_settled()
    stage.send(Request(drift.operation, {**stage.the_one().address, **drift.parameters}))
    repaired = stage.run(stage.sample.base).require_settled()
    assert repaired.actions == [("update", stage.name, {drift.field})]
    stage.run(stage.sample.base).require_quiet()


@played("kind", sampled_kinds)
def test_a_tag_that_drifts_is_put_back(stage: Stage) -> None:
    stage.run(stage.sample.base).require_settled()
    stage.retag({"Suite": "by hand", "Left": "alone"})
    stage.run(stage.sample.base).require_settled()
    stage.run(stage.sample.base).require_quiet()
    assert {"Suite": "contract", "Left": "alone"}.items() <= stage.marks.items()


# -- deleted -------------------------------------------------------------------------------------------------------


def unprotected(stage: Stage) -> Settings:
    protect = {"policy": {"protect": False}} if stage.adapter.delete.protected else {}
    return {**stage.sample.base, **protect}


@played("kind", undeletable)
def test_what_cannot_be_deleted_is_switched_off_and_unmarked_once_it_is_gone_from_the_files(
    stage: Stage,
) -> None:
    stage.run(unprotected(stage)).require_settled()
    pruned = stage.run(None, prune=True).require_settled()
    assert [(verb, name) for verb, name, _ in pruned.actions] == [("release", stage.name)]
    delete = stage.adapter.delete
    assert isinstance(delete, CannotDelete)
    left, instead = stage.the_one(), delete.instead
    shapes = {name: shape for name, shape in fields_of(stage.adapter.model).items() if name in instead}
    read = stage.adapter.get_fields(stage.api, left, frozenset(instead))
    assert Decoder(lambda _, target: target).fields(shapes, read) == instead
    assert MARKS.isdisjoint(stage.marks)
    stage.run(None, prune=True).require_quiet()


@played("kind", deletable)
def test_it_is_pruned_once_it_is_gone_from_the_files(stage: Stage) -> None:
    stage.run(unprotected(stage)).require_settled()
    pruned = stage.run(None, prune=True).require_settled()
    assert [(verb, name) for verb, name, _ in pruned.actions] == [("delete", stage.name)]
    assert stage.live() == []
    stage.run(None, prune=True).require_quiet()


@played("kind", deletable)
def test_deleting_what_is_gone_already_is_harmless(stage: Stage) -> None:
    stage.run(unprotected(stage)).require_settled()
    gone = stage.the_one()
    stage.run(None, planned=lambda _plan, _left: stage.delete(gone), prune=True).require_settled()
    stage.run(None, prune=True).require_quiet()


@played("kind", sampled_kinds)
def test_without_prune_it_stays(stage: Stage) -> None:
    stage.run(unprotected(stage)).require_settled()
    stage.run(None).require_quiet()
    assert stage.marks[KEY_MARK] == stage.name


@played("kind", protected)
def test_what_is_protected_stays(stage: Stage) -> None:
    stage.run(stage.sample.base).require_settled()
    stage.run(None, prune=True).require_quiet()
    assert stage.marks[KEY_MARK] == stage.name


@played("kind", sampled_kinds)
def test_what_is_released_lives_on_without_our_marks(stage: Stage) -> None:
    stage.run(stage.sample.base).require_settled()
    stage.run(None, release=[str(stage.key)]).require_settled()
    assert MARKS.isdisjoint(stage.marks)
    stage.run(None, prune=True).require_quiet()


# -- replies that never came ---------------------------------------------------------------------------------------


@WORKED
@played("kind, form", forms)
def test_a_create_whose_reply_is_lost_leaves_exactly_one(stage: Stage, form: str, worked: bool) -> None:
    settings = stage.sample.all_forms[form]
    broken = stage.lose_reply(stage.adapter.create.operation, worked=worked)
    stage.run(settings).require_settled()
    assert broken.lost
    assert stage.marks[KEY_MARK] == stage.name
    stage.run(settings).require_quiet()


@played("kind, change", changes)
def test_a_change_whose_reply_is_lost_holds_after_the_next_pass(stage: Stage, change: Change) -> None:
    before, after = change.made_in(stage.sample)
    stage.run(before).require_settled()
    broken = stage.lose_reply(xform_name(change.calls[0]), worked=True)
    stage.run(after)
    assert broken.lost
    stage.run(after).require_settled()


@played("kind", sampled_kinds)
def test_it_declares_no_read_that_it_never_makes(stage: Stage) -> None:
    for number, settings in enumerate(stage.sample.all_forms.values()):
        stage.lose_reply(stage.adapter.create.operation, worked=True)
        stage.run(settings, name=f"{stage.name}-{number}").require_settled()
    reported = frozenset(stage.adapter.model.model_fields) - stage.adapter.create.write_only - {TAGS}
    stage.adapter.get_fields(stage.api, stage.live()[0], reported)
    assert stage.reads == {*stage.adapter.reads.operations}


# -- whose it is ---------------------------------------------------------------------------------------------------


def unmark(stage: Stage) -> None:
    stage.retag(dict.fromkeys(MARKS))


@played("kind", sampled_kinds)
def test_one_without_a_mark_and_with_our_settings_is_adopted(stage: Stage) -> None:
    stage.run(stage.sample.base).require_settled()
    unmark(stage)
    adopted = stage.run(stage.sample.base).require_settled()
    assert [(verb, name) for verb, name, _ in adopted.actions] == [("adopt", stage.name)]
    assert stage.marks[STACK_MARK] == f"{stage.stack}/test"
    stage.run(stage.sample.base).require_quiet()


@played("kind, change", one_change_of_each_kind)
def test_one_without_a_mark_and_with_other_settings_is_taken_only_when_told(
    stage: Stage, change: Change
) -> None:
    base, other = change.made_in(stage.sample)
    stage.run(base).require_settled()
    unmark(stage)
    refused = stage.run(other)
    assert refused.changes == []
    assert "adopt: true" in refused.refusals
    stage.run({**other, "adopt": True}).require_settled()
    assert stage.marks[KEY_MARK] == stage.name
    stage.run(other).require_quiet()


@played("kind", sampled_kinds)
def test_one_of_another_stack_is_never_touched(stage: Stage) -> None:
    stage.run(stage.sample.base).require_settled()
    stage.retag({STACK_MARK: "another"})
    refused = stage.run({**stage.sample.base, "adopt": True})
    assert refused.changes == []
    assert 'the mark of stack "another"' in refused.refusals


# -- its name ------------------------------------------------------------------------------------------------------


@played("kind", renamable)
def test_what_was_renamed_by_hand_is_renamed_back(stage: Stage) -> None:
    stage.run(stage.sample.base).require_settled()
    before = stage.the_one()
    by_hand = {**before.address, str(stage.adapter.identity.name): "Renamed by hand"}
    stage.send(Request(str(rename_of(stage.adapter)), by_hand))
    renamed = stage.run(stage.sample.base).require_settled()
    assert renamed.actions == [("update", stage.name, {NAME})]
    assert (stage.the_one().arn, stage.the_one().name) == (before.arn, before.name)
    stage.run(stage.sample.base).require_quiet()


@played("kind", renamable)
def test_what_was_renamed_in_the_files_keeps_its_identity(stage: Stage) -> None:
    stage.run(stage.sample.base).require_settled()
    before = stage.the_one()
    settings = {**stage.sample.base, "renamed_from": stage.name}
    renamed = stage.run(settings, name=f"New {stage.name}").require_settled()
    assert renamed.actions == [("update", f"New {stage.name}", {NAME, "tags"})]
    assert (stage.the_one().arn, stage.the_one().name) == (before.arn, f"New {stage.name}")
    stage.run(settings, name=f"New {stage.name}").require_quiet()
