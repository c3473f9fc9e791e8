"""Every kind on the sandbox, through the real engine: made, changed, repaired, lost, found again, deleted."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from botocore import xform_name
from contract_sample import BASE, Change, Drift, Settings, has_sample, sample_of
from contract_stage import Stage

from reconciler.contract import Delete, Request, Sends, Wired
from reconciler.decoding import Decoder
from reconciler.desired import InvalidStack
from reconciler.kinds import known_kinds
from reconciler.members import get_member
from reconciler.planning.ownership import KEY_MARK, MARKS, STACK_MARK
from reconciler.planning.plan import NAME, TAGS
from reconciler.shapes import fields_of
from reconciler.wire import modelled

KINDS = {kind: adapter for kind, adapter in known_kinds().items() if has_sample(kind)}
CAN_BE_DELETED = [kind for kind, adapter in KINDS.items() if isinstance(adapter.delete, Delete)]
SAMPLES = {kind: sample_of(kind) for kind in KINDS}
RENAMES = {
    kind: group.operation
    for kind, adapter in KINDS.items()
    for group in adapter.updates
    if isinstance(group, Sends) and NAME in group.fields
}
FORMS = [
    pytest.param(kind, form, id=f"{kind} {form}")
    for kind, sample in SAMPLES.items()
    for form in sample.all_forms
]
DRIFTS = [
    pytest.param(kind, drift, id=f"{kind} {drift.field}")
    for kind, sample in SAMPLES.items()
    for drift in sample.drifts
]


def changes(wanted: Callable[[Change], object]) -> list[Any]:
    return [
        pytest.param(kind, change, id=f"{kind} {change}")
        for kind, sample in SAMPLES.items()
        for change in sample.changes
        if wanted(change)
    ]


LEANING = {
    "email_addresses": ("outbound_email_config",),
    "lifecycle": ("transition_default_minimum_object_size",),
}
"""What AWS refuses without a field."""
DEFINED_FOR_NOTHING = "global_secondary_indexes"
"""AWS refuses definitions of attributes that no key uses."""
EMPTIED = [
    *(
        pytest.param(kind, field, [], id=f"{kind} {field} []")
        for kind, sample in SAMPLES.items()
        for field, value in sample.base.items()
        if isinstance(value, list)
    ),
    *(
        pytest.param(kind, field, None, id=f"{kind} {field} null")
        for kind, sample in SAMPLES.items()
        for field in sample.base
        if field not in {*KINDS[kind].create.needed, DEFINED_FOR_NOTHING}
    ),
]
CHANGES = changes(lambda change: not change.refused)
REFUSED = changes(lambda change: change.refused)
IN_BASE = changes(lambda change: change.calls and change.form == BASE and change.field != TAGS)
ONE_OF_EACH_KIND = list({case.values[0]: case for case in IN_BASE}.values())
WORKED = pytest.mark.parametrize("worked", [True, False], ids=["after the work", "before the work"])


def every_kind(kinds: Iterable[str] = KINDS) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("kind", kinds, scope="module")


# -- seen ----------------------------------------------------------------------------------------------------------


def sighted(stage: Stage, members: Wired) -> Wired:
    """What a read shows of the fields that `list` shows in full."""
    shapes = {name: fields_of(stage.adapter.model)[name] for name in stage.adapter.reads.listed}
    return {name: modelled(shape, get_member(members, shape.wire or name)) for name, shape in shapes.items()}


@every_kind()
def test_sight_and_read_agree(stage: Stage) -> None:
    stage.run(stage.sample.base).require_settled()
    found = stage.the_one()
    read = stage.adapter.get_fields(stage.api, found, stage.adapter.reads.listed)
    assert sighted(stage, found.settings) == sighted(stage, read)


@every_kind()
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


@pytest.mark.parametrize(("kind", "form"), FORMS, scope="module")
def test_it_is_created_and_then_left_alone(stage: Stage, form: str) -> None:
    settings = stage.sample.all_forms[form]
    created = stage.run(settings).require_settled()
    assert [(verb, name) for verb, name, _ in created.actions] == [("create", stage.name)]
    stage.run(settings).require_quiet()
    assert stage.the_one().tags[KEY_MARK] == stage.name


@pytest.mark.parametrize(("kind", "field", "empty"), EMPTIED, scope="module")
def test_what_is_empty_is_created_or_named_as_a_mistake(
    stage: Stage, field: str, empty: list[Any] | None
) -> None:
    settings = {**stage.sample.base, field: empty}
    for leaning in LEANING.get(field, ()):
        settings.pop(leaning, None)
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


@pytest.mark.parametrize(("kind", "change"), CHANGES, scope="module")
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


@pytest.mark.parametrize(("kind", "change"), REFUSED, scope="module")
def test_a_field_that_aws_cannot_change_is_refused(stage: Stage, change: Change) -> None:
    before, after = change.made_in(stage.sample)
    stage.run(before).require_settled()
    refused = stage.run(after)
    assert refused.changes == []
    assert change.refused in refused.refusals


@pytest.mark.parametrize(("kind", "drift"), DRIFTS, scope="module")
def test_what_drifts_is_put_back(stage: Stage, drift: Drift) -> None:
    stage.run(stage.sample.base).require_settled()
    stage.send(Request(drift.operation, {**stage.the_one().address, **drift.parameters}))
    repaired = stage.run(stage.sample.base).require_settled()
    assert repaired.actions == [("update", stage.name, {drift.field})]
    stage.run(stage.sample.base).require_quiet()


@every_kind()
def test_a_tag_that_drifts_is_put_back(stage: Stage) -> None:
    stage.run(stage.sample.base).require_settled()
    stage.retag({"Suite": "by hand", "Left": "alone"})
    stage.run(stage.sample.base).require_settled()
    stage.run(stage.sample.base).require_quiet()
    assert {"Suite": "contract", "Left": "alone"}.items() <= stage.the_one().tags.items()


# -- deleted -------------------------------------------------------------------------------------------------------


def unprotected(stage: Stage) -> Settings:
    protect = {"policy": {"protect": False}} if stage.adapter.delete.protected else {}
    return {**stage.sample.base, **protect}


@every_kind(sorted(KINDS.keys() - CAN_BE_DELETED))
def test_what_cannot_be_deleted_is_switched_off_and_unmarked_once_it_is_gone_from_the_files(
    stage: Stage,
) -> None:
    stage.run(unprotected(stage)).require_settled()
    pruned = stage.run(None, prune=True).require_settled()
    assert [(verb, name) for verb, name, _ in pruned.actions] == [("release", stage.name)]
    left, instead = stage.the_one(), stage.adapter.delete.instead
    shapes = {name: shape for name, shape in fields_of(stage.adapter.model).items() if name in instead}
    read = stage.adapter.get_fields(stage.api, left, frozenset(instead))
    assert Decoder(lambda _, target: target).fields(shapes, read) == instead
    assert MARKS.isdisjoint(left.tags)
    stage.run(None, prune=True).require_quiet()


@every_kind(CAN_BE_DELETED)
def test_it_is_pruned_once_it_is_gone_from_the_files(stage: Stage) -> None:
    stage.run(unprotected(stage)).require_settled()
    pruned = stage.run(None, prune=True).require_settled()
    assert [(verb, name) for verb, name, _ in pruned.actions] == [("delete", stage.name)]
    assert stage.live() == []
    stage.run(None, prune=True).require_quiet()


@every_kind(CAN_BE_DELETED)
def test_deleting_what_is_gone_already_is_harmless(stage: Stage) -> None:
    stage.run(unprotected(stage)).require_settled()
    gone = stage.the_one()
    stage.run(None, planned=lambda _plan, _left: stage.delete(gone), prune=True).require_settled()
    stage.run(None, prune=True).require_quiet()


@every_kind()
def test_without_prune_it_stays(stage: Stage) -> None:
    stage.run(unprotected(stage)).require_settled()
    stage.run(None).require_quiet()
    assert stage.the_one().tags[KEY_MARK] == stage.name


@every_kind([kind for kind, adapter in KINDS.items() if adapter.delete.protected])
def test_what_is_protected_stays(stage: Stage) -> None:
    stage.run(stage.sample.base).require_settled()
    stage.run(None, prune=True).require_quiet()
    assert stage.the_one().tags[KEY_MARK] == stage.name


@every_kind()
def test_what_is_released_lives_on_without_our_marks(stage: Stage) -> None:
    stage.run(stage.sample.base).require_settled()
    stage.run(None, release=[str(stage.key)]).require_settled()
    assert MARKS.isdisjoint(stage.the_one().tags)
    stage.run(None, prune=True).require_quiet()


# -- replies that never came ---------------------------------------------------------------------------------------


@WORKED
@pytest.mark.parametrize(("kind", "form"), FORMS, scope="module")
def test_a_create_whose_reply_is_lost_leaves_exactly_one(stage: Stage, form: str, worked: bool) -> None:
    settings = stage.sample.all_forms[form]
    broken = stage.lose_reply(stage.adapter.create.operation, worked=worked)
    stage.run(settings).require_settled()
    assert broken.lost
    assert stage.the_one().tags[KEY_MARK] == stage.name
    stage.run(settings).require_quiet()


@pytest.mark.parametrize(("kind", "change"), CHANGES, scope="module")
def test_a_change_whose_reply_is_lost_holds_after_the_next_pass(stage: Stage, change: Change) -> None:
    before, after = change.made_in(stage.sample)
    stage.run(before).require_settled()
    broken = stage.lose_reply(xform_name(change.calls[0]), worked=True)
    stage.run(after)
    assert broken.lost
    stage.run(after).require_settled()


@every_kind()
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


@every_kind()
def test_one_without_a_mark_and_with_our_settings_is_adopted(stage: Stage) -> None:
    stage.run(stage.sample.base).require_settled()
    unmark(stage)
    adopted = stage.run(stage.sample.base).require_settled()
    assert [(verb, name) for verb, name, _ in adopted.actions] == [("adopt", stage.name)]
    assert stage.the_one().tags[STACK_MARK] == f"{stage.stack}/test"
    stage.run(stage.sample.base).require_quiet()


@pytest.mark.parametrize(("kind", "change"), ONE_OF_EACH_KIND, scope="module")
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
    assert stage.the_one().tags[KEY_MARK] == stage.name
    stage.run(other).require_quiet()


@every_kind()
def test_one_of_another_stack_is_never_touched(stage: Stage) -> None:
    stage.run(stage.sample.base).require_settled()
    stage.retag({STACK_MARK: "another"})
    refused = stage.run({**stage.sample.base, "adopt": True})
    assert refused.changes == []
    assert 'the mark of stack "another"' in refused.refusals


# -- its name ------------------------------------------------------------------------------------------------------


@every_kind(RENAMES)
def test_what_was_renamed_by_hand_is_renamed_back(stage: Stage) -> None:
    stage.run(stage.sample.base).require_settled()
    before = stage.the_one()
    by_hand = {**before.address, stage.adapter.identity.name: "Renamed by hand"}
    stage.send(Request(RENAMES[stage.kind], by_hand))
    renamed = stage.run(stage.sample.base).require_settled()
    assert renamed.actions == [("update", stage.name, {NAME})]
    assert (stage.the_one().arn, stage.the_one().name) == (before.arn, before.name)
    stage.run(stage.sample.base).require_quiet()


@every_kind(RENAMES)
def test_what_was_renamed_in_the_files_keeps_its_identity(stage: Stage) -> None:
    stage.run(stage.sample.base).require_settled()
    before = stage.the_one()
    settings = {**stage.sample.base, "renamed_from": stage.name}
    renamed = stage.run(settings, name=f"New {stage.name}").require_settled()
    assert renamed.actions == [("update", f"New {stage.name}", {NAME, "tags"})]
    assert (stage.the_one().arn, stage.the_one().name) == (before.arn, f"New {stage.name}")
    stage.run(settings, name=f"New {stage.name}").require_quiet()
