"""Tests every kind in the sandbox with the real engine: create, update, repair, lost replies, adopt, rename, delete."""

from copy import deepcopy
from typing import Any

import pytest
from botocore import xform_name

from reconciler.applying.create import creates_once
from reconciler.contract import CannotDelete, Request, Wired
from reconciler.decoder import Decoder
from reconciler.desired import InvalidStack
from reconciler.encoder import modelled
from reconciler.field_schema import fields_of
from reconciler.members import get_member, set_member
from reconciler.observing.bulk_fields import FEW, with_bulk_fields
from reconciler.planning.ownership import KEY_MARK, MARKS, STACK_MARK
from reconciler.planning.plan import NAME, TAGS
from reconciler.testing.doubles import RecordingApi
from reconciler.testing.samples import BASE, Change, Drift, Sample, Settings
from reconciler.testing.stage import Stage
from reconciler.testing.suite.cases import (
    changed_together,
    changes,
    deletable,
    deletable_in_time,
    drifts,
    emptied,
    empties,
    forms,
    forms_and_lost,
    kinds_in_time,
    lost_changes,
    one_change_of_each_kind,
    protected,
    refused_changes,
    renamable,
    renaming_group,
    undeletable,
)
from reconciler.testing.tested import played, sampled_kinds

# -- reads ---------------------------------------------------------------------------------------------------------


def listed_fields(stage: Stage, members: Wired) -> Wired:
    """The values of the fields that `list` shows in full."""
    shapes = {name: fields_of(stage.adapter.model)[name] for name in stage.adapter.reads.listed}
    return {name: modelled(shape, get_member(members, shape.wire or name)) for name, shape in shapes.items()}


@played("kind", sampled_kinds)
def test_list_and_get_fields_agree(made: Stage) -> None:
    found = made.the_one()
    read = made.adapter.get_fields(made.api, found, made.adapter.reads.listed)
    assert listed_fields(made, found.settings) == listed_fields(made, read)


@played("kind", kinds_in_time)
def test_list_and_list_versions_with_get_agree(made: Stage) -> None:
    versions = made.adapter.list_versions(made.api, made.sample_sandbox.scope)
    if versions is None:
        pytest.skip("no read shows it with a version")
    found = made.the_one()
    (seen,) = [each for each in versions if each.arn == found.arn]
    read = made.adapter.get(made.api, seen)
    assert seen.version
    assert (read.name, read.address, read.tags) == (found.name, found.address, found.tags)
    assert listed_fields(made, read.settings) == listed_fields(made, found.settings)


# -- create, update, repair ----------------------------------------------------------------------------------------


@played("kind, form", forms)
def test_create_is_settled_in_the_next_pass(stage: Stage, form: str) -> None:
    settings = stage.sample.all_forms[form]
    created = stage.run(settings).require_settled()
    assert [(verb, name) for verb, name, _ in created.actions] == [("create", stage.name)]
    stage.run(settings).require_quiet()
    assert stage.marks[KEY_MARK] == stage.name


def without(settings: Settings, sample: Sample, field: str, empty: list[Any] | None) -> Settings:
    """The settings with an empty field, and with the other changes that the sample declares for this case."""
    beside = sample.emptied_with.get(field, {})
    left_out = {name for name, value in beside.items() if value is None}
    changed = {**settings, **beside, field: empty}
    return {name: value for name, value in changed.items() if name not in left_out}


def mistakes(stage: Stage, settings: Settings) -> str:
    """The mistakes in the settings; empty if there are none."""
    try:
        stage.load(settings)
    except InvalidStack as error:
        return str(error)
    return ""


@played("kind, field, empty", emptied)
def test_one_empty_field_is_created_or_reported_as_a_mistake(
    stage: Stage, field: str, empty: list[Any] | None
) -> None:
    settings = without(stage.sample.base, stage.sample, field, empty)
    said = mistakes(stage, settings)
    if said:
        assert stage.name in said
        assert field in said
        return
    stage.run(settings).require_settled()
    stage.run(settings).require_quiet()


@played("kind", sampled_kinds)
def test_many_empty_fields_are_created_and_the_next_pass_is_settled(stage: Stage) -> None:
    """As many fields as possible are empty; for each other field the mistake is reported."""
    settings = stage.sample.base
    for field, empty in empties(stage.sample, stage.adapter):
        said = mistakes(stage, without(stage.sample.base, stage.sample, field, empty))
        assert not said or (stage.name in said and field in said), said
        fewer = {**settings, field: empty}
        if field not in stage.sample.emptied_with and not mistakes(stage, fewer):
            settings = fewer
    stage.run(settings).require_settled()
    stage.run(settings).require_quiet()


@played("kind, change", changes)
def test_a_change_of_one_field_makes_exactly_its_own_calls(made: Stage, change: Change) -> None:
    before, after = change.made_in(made.sample)
    changed = made.run(after).require_settled()
    assert changed.actions == [("update", made.name, {change.field})]
    assert changed.changes == [*change.calls]
    assert changed.report.mutating_calls == len(change.calls)
    made.run(after).require_quiet()
    if change.field in before and not change.one_way:
        made.run(before).require_settled()


@played("kind", changed_together)
def test_all_fields_changed_at_once_make_their_own_calls(made: Stage) -> None:
    sample, after, calls = made.sample, dict(made.sample.base), set[str]()
    for change in sample.changes:
        alone = change.form == BASE and not (change.refused or change.one_way or change.drops)
        if alone and sample.base.get(change.field) == after.get(change.field):
            changed = {**after, change.field: change.value}
            if not mistakes(made, changed):
                after, calls = changed, calls | {*change.calls}
    passed = made.run(after).require_settled()
    assert set(passed.changes) == calls
    made.run(after).require_quiet()
    made.run(sample.base).require_settled()


@played("kind, change", refused_changes)
def test_a_field_that_aws_cannot_change_is_refused(made: Stage, change: Change) -> None:
    _, after = change.made_in(made.sample)
    refused = made.run(after)
    assert refused.changes == []
    assert change.refused in refused.refusals


@played("kind, drift", drifts)
def test_a_drifted_field_is_repaired(made: Stage, drift: Drift) -> None:
    made.send(Request(drift.operation, {**made.the_one().address, **drift.parameters}))
    repaired = made.run(made.sample.base).require_settled()
    assert repaired.actions == [("update", made.name, {drift.field})]


@played("kind", kinds_in_time)
def test_a_drifted_tag_is_repaired(made: Stage) -> None:
    made.retag({"Suite": "by hand", "Left": "alone"})
    made.run(made.sample.base).require_settled()
    assert {"Suite": "contract", "Left": "alone"}.items() <= made.marks.items()


# -- delete --------------------------------------------------------------------------------------------------------


def unprotect(made: Stage) -> None:
    """Allow the deletion if the kind is protected."""
    if made.adapter.delete.protected:
        made.run({**made.sample.base, "policy": {"protect": False}}).require_settled()


@played("kind", undeletable)
def test_a_kind_that_cannot_be_deleted_is_disabled_and_released(
    made: Stage,
) -> None:
    unprotect(made)
    pruned = made.run(None, prune=True).require_settled()
    assert [(verb, name) for verb, name, _ in pruned.actions] == [("release", made.name)]
    delete = made.adapter.delete
    assert isinstance(delete, CannotDelete)
    left, instead = made.the_one(), delete.instead
    shapes = {name: shape for name, shape in fields_of(made.adapter.model).items() if name in instead}
    read = made.adapter.get_fields(made.api, left, frozenset(instead))
    assert Decoder(lambda _, target: target).fields(shapes, read) == instead
    assert MARKS.isdisjoint(made.marks)
    made.run(None, prune=True).require_quiet()


@played("kind", deletable)
def test_a_resource_that_is_not_in_the_files_is_pruned(made: Stage) -> None:
    unprotect(made)
    pruned = made.run(None, prune=True).require_settled()
    assert [(verb, name) for verb, name, _ in pruned.actions] == [("delete", made.name)]
    assert made.live() == []
    made.run(None, prune=True).require_quiet()


@played("kind", deletable_in_time)
def test_deleting_a_deleted_resource_is_harmless(made: Stage) -> None:
    unprotect(made)
    gone = made.the_one()
    made.run(None, planned=lambda _plan, _left: made.delete(gone), prune=True).require_settled()
    made.run(None, prune=True).require_quiet()


@played("kind", kinds_in_time)
def test_without_prune_nothing_is_deleted(made: Stage) -> None:
    unprotect(made)
    made.run(None).require_quiet()
    assert made.marks[KEY_MARK] == made.name


@played("kind", protected)
def test_a_protected_resource_is_not_deleted(made: Stage) -> None:
    made.run(None, prune=True).require_quiet()
    assert made.marks[KEY_MARK] == made.name


@played("kind", kinds_in_time)
def test_a_released_resource_has_no_marks(made: Stage) -> None:
    made.run(None, release=[str(made.key)]).require_settled()
    assert MARKS.isdisjoint(made.marks)
    made.run(None, prune=True).require_quiet()


# -- lost replies --------------------------------------------------------------------------------------------------


@played("kind, form, worked", forms_and_lost)
def test_a_create_whose_reply_is_lost_leaves_exactly_one(stage: Stage, form: str, worked: bool) -> None:
    settings = stage.sample.all_forms[form]
    violations = stage.lose_reply(stage.adapter.create.operation, worked=worked)
    if worked or not creates_once(stage.adapter):
        stage.run(settings).require_settled()
    else:
        assert stage.run(settings).report.outcome == "failed"
        stage.run(settings).require_settled()
    assert violations.lost
    assert stage.marks[KEY_MARK] == stage.name
    stage.run(settings).require_quiet()


@played("kind, change", lost_changes)
def test_a_change_whose_reply_is_lost_is_settled_by_the_next_pass(made: Stage, change: Change) -> None:
    _, after = change.made_in(made.sample)
    violations = made.lose_reply(xform_name(change.calls[0]), worked=True)
    made.run(after)
    assert violations.lost
    made.run(after).require_settled()


@played("kind", kinds_in_time)
def test_every_declared_read_is_called(stage: Stage) -> None:
    for number, settings in enumerate(stage.sample.all_forms.values()):
        stage.lose_reply(stage.adapter.create.operation, worked=True)
        stage.run(settings, name=f"{stage.name}-{number}").require_settled()
    reported = frozenset(stage.adapter.model.model_fields) - stage.adapter.create.write_only - {TAGS}
    live = stage.live()[0]
    stage.adapter.get_fields(stage.api, live, reported)
    for bulk in stage.adapter.reads.together.values():
        bulk.read(RecordingApi(stage.api, stage.reads), {live.id})
    for attribute in stage.adapter.attributes:
        stage.adapter.attribute(stage.api, live, attribute)
    assert stage.reads == {*stage.adapter.reads.operations}


@played("kind", kinds_in_time)
def test_a_bulk_read_shows_what_a_single_read_shows(stage: Stage) -> None:
    fields = frozenset(stage.adapter.reads.together)
    if not fields:
        return
    for number, settings in enumerate(stage.sample.all_forms.values()):
        stage.run(settings, name=f"{stage.name}-{number}").require_settled()
    live = stage.live()
    lacking = [(each, fields) for each in live] * FEW
    shown = {each.id: each for each in with_bulk_fields(stage.adapter, stage.api, lacking)}
    assert shown.keys() == {each.id for each in live}
    wires = {str(fields_of(stage.adapter.model)[name].wire) for name in fields}
    for each in live:
        alone = stage.adapter.get_fields(stage.api, each, fields)
        together = shown[each.id]
        assert together.complete >= fields
        assert [together.settings.get(wire) for wire in wires] == [alone.get(wire) for wire in wires]


# -- ownership -----------------------------------------------------------------------------------------------------


def unmark(stage: Stage) -> None:
    stage.retag(dict.fromkeys(MARKS))


@played("kind", sampled_kinds)
def test_an_unmarked_resource_with_equal_settings_is_adopted(made: Stage) -> None:
    unmark(made)
    adopted = made.run(made.sample.base).require_settled()
    assert [(verb, name) for verb, name, _ in adopted.actions] == [("adopt", made.name)]
    assert made.marks[STACK_MARK] == f"{made.stack}/test"
    made.run(made.sample.base).require_quiet()


@played("kind, change", one_change_of_each_kind)
def test_an_unmarked_resource_with_other_settings_is_adopted_only_on_request(
    made: Stage, change: Change
) -> None:
    _, other = change.made_in(made.sample)
    unmark(made)
    refused = made.run(other)
    assert refused.changes == []
    assert "adopt: true" in refused.refusals
    made.run({**other, "adopt": True}).require_settled()
    assert made.marks[KEY_MARK] == made.name
    made.run(other).require_quiet()


@played("kind", sampled_kinds)
def test_a_resource_of_another_stack_is_never_changed(made: Stage) -> None:
    made.retag({STACK_MARK: "another"})
    refused = made.run({**made.sample.base, "adopt": True})
    assert refused.changes == []
    assert 'the mark of stack "another"' in refused.refusals


# -- names ---------------------------------------------------------------------------------------------------------


@played("kind", renamable)
def test_a_resource_renamed_by_another_client_is_renamed_back(made: Stage) -> None:
    before = made.the_one()
    group, member = renaming_group(made.adapter), str(made.adapter.identity.name)
    assert group
    # A name within a structure is sent with the whole structure, and an operation that resets what it leaves out gets everything.
    shown = made.adapter.describe(made.api, before) if "." in member or group.whole else {}
    live = {name: value for name, value in made.api.taken(group.operation, shown).items() if value != []}
    by_hand = {**deepcopy(live), **before.address}
    set_member(by_hand, member, "Renamed-by-hand")
    made.send(Request(group.operation, by_hand))
    renamed = made.run(made.sample.base).require_settled()
    assert renamed.actions == [("update", made.name, {NAME})]
    assert (made.the_one().arn, made.the_one().name) == (before.arn, before.name)
    made.run(made.sample.base).require_quiet()


@played("kind", renamable)
def test_a_resource_renamed_in_the_files_keeps_its_id(made: Stage) -> None:
    before = made.the_one()
    settings = {**made.sample.base, "renamed_from": made.name}
    renamed = made.run(settings, name=f"New-{made.name}").require_settled()
    assert renamed.actions == [("update", f"New-{made.name}", {NAME, "tags"})]
    assert (made.the_one().arn, made.the_one().name) == (before.arn, f"New-{made.name}")
    made.run(settings, name=f"New-{made.name}").require_quiet()
