"""Resources that take over each other's names: swaps, cycles and chains settle in one pass, even after a crash."""

from contextlib import suppress
from dataclasses import replace
from itertools import count, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.planning.ownership import KEY_MARK, RENAMED_MARK
from reconciler.planning.subset import focused
from reconciler.stack import Desired, Policy, Stack
from tests.engine.small_faults import Crash, Fault, Sort
from tests.engine.small_harness import Harness, key, messages, outcomes, stack, want

DAY = want("toy.hours/Day", {"zone": "UTC"})


def queues(*names: str, renamed: dict[str, str] | None = None) -> list[Desired]:
    """Queues with a note that is not in the files, and that the rename request sends as well."""
    former = renamed or {}
    return [want(f"toy.queue/{name}", {"hours": "Day"}, renamed_from=former.get(name)) for name in names]


def cycle(*names: str) -> dict[str, str]:
    """Each is renamed from the next one."""
    return dict(pairwise([*names, names[0]]))


def settled(*names: str) -> Harness:
    harness = Harness()
    harness.settle(stack(DAY, *queues(*names)))
    for name in names:
        harness.service.live(name).members["Note"] = f"of {name}"
    return harness


def rename_by_hand(harness: Harness, new: dict[str, str]) -> None:
    live_resources = {old: harness.service.live(old) for old in new}
    for old, name in new.items():
        live_resources[old].members["Name"] = name


def notes(harness: Harness, *names: str) -> dict[str, str]:
    return {name: harness.service.live(name).members["Note"] for name in names}


def marked(harness: Harness) -> dict[str, str]:
    """By name: the key in its mark."""
    return {
        each.name: each.tags[KEY_MARK]
        for each in harness.service.live_resources
        if each.family == "queue" and each.died is None
    }


def test_names_swapped_by_hand_are_swapped_back_in_one_pass() -> None:
    harness = settled("A", "B")
    rename_by_hand(harness, {"A": "B", "B": "A"})
    harness.service.calls.clear()
    wanted = stack(DAY, *queues("A", "B"))
    report = harness.run(wanted)
    assert (report.outcome, outcomes(report)) == ("settled", {"A": "done", "B": "done"})
    assert harness.service.mutating == ["update_queue"] * 3
    assert report.estimated_calls == 3
    assert notes(harness, "A", "B") == {"A": "of A", "B": "of B"}
    assert marked(harness) == {"A": "A", "B": "B"}
    harness.settle(wanted)


def test_the_plan_says_by_way_of_which_name() -> None:
    harness = settled("A", "B")
    rename_by_hand(harness, {"A": "B", "B": "A"})
    report = harness.run(stack(DAY, *queues("A", "B")), dry_run=True)
    (aside,) = (each for each in report.plan.actions.values() if each.by_way_of)
    said = [each.note for each in aside.differences if each.field == "name"]
    assert said == [f'by way of the name "{aside.by_way_of}"']
    assert str(aside.by_way_of).startswith(f"{aside.key.name}-renaming-")
    assert aside.by_way_of == next(
        each.by_way_of
        for each in harness.run(stack(DAY, *queues("A", "B")), dry_run=True).plan.actions.values()
        if each.by_way_of
    )


@pytest.mark.parametrize("names", [("A", "B"), ("A", "B", "C"), ("A", "B", "C", "D", "E")])
def test_former_names_in_a_ring_are_exchanged_once(names: tuple[str, ...]) -> None:
    harness = settled(*names)
    wanted = stack(DAY, *queues(*names, renamed=cycle(*names)))
    report = harness.run(wanted)
    assert (report.outcome, set(outcomes(report).values())) == ("settled", {"done"})
    exchanged = {new: f"of {old}" for new, old in cycle(*names).items()}
    assert notes(harness, *names) == exchanged
    assert marked(harness) == {name: name for name in names}
    harness.settle(wanted)
    assert notes(harness, *names) == exchanged


def test_once_the_former_names_are_out_of_the_files_nothing_is_exchanged_back() -> None:
    harness = settled("A", "B")
    harness.settle(stack(DAY, *queues("A", "B", renamed=cycle("A", "B"))))
    assert harness.service.live("A").tags[RENAMED_MARK] == "B"
    harness.settle(stack(DAY, *queues("A", "B")))
    assert RENAMED_MARK not in harness.service.live("A").tags
    assert notes(harness, "A", "B") == {"A": "of B", "B": "of A"}
    harness.settle(stack(DAY, *queues("A", "B", renamed=cycle("A", "B"))))
    assert notes(harness, "A", "B") == {"A": "of A", "B": "of B"}


def test_former_names_in_a_chain_move_up_by_one() -> None:
    harness = settled("B", "C", "D")
    wanted = stack(DAY, *queues("A", "B", "C", renamed={"A": "B", "B": "C", "C": "D"}))
    report = harness.run(wanted)
    assert report.outcome == "settled"
    assert notes(harness, "A", "B", "C") == {"A": "of B", "B": "of C", "C": "of D"}
    assert harness.service.names("hours") == ["Day"]
    assert not any("renaming" in each for each in harness.service.journal)
    harness.settle(wanted)


def test_a_chain_by_hand_that_ends_at_what_is_pruned_settles_in_one_pass() -> None:
    harness = settled("A", "B", "C")
    rename_by_hand(harness, {"A": "X", "B": "A", "C": "B"})
    wanted = stack(DAY, *queues("A", "B"), prune=True)
    report = harness.run(wanted)
    assert (report.outcome, outcomes(report)) == ("settled", {"A": "done", "B": "done", "C": "done"})
    assert marked(harness) == {"A": "A", "B": "B"}
    assert notes(harness, "A", "B") == {"A": "of A", "B": "of B"}
    harness.settle(wanted)


def test_a_new_resource_takes_the_name_that_another_one_gives_up() -> None:
    harness = settled("A")
    rename_by_hand(harness, {"A": "B"})
    wanted = stack(DAY, *queues("A", "B"))
    assert harness.run(wanted).outcome == "settled"
    assert harness.service.live("A").members["Note"] == "of A"
    harness.settle(wanted)


def test_a_stranger_who_has_the_name_is_in_no_cycle() -> None:
    harness = settled("A", "B")
    rename_by_hand(harness, {"A": "X", "B": "A"})
    stranger = harness.service.add("queue", "B", {}, HoursId=harness.service.live("Day").id, Note="strange")
    report = harness.run(stack(DAY, *queues("A", "B")))
    assert "DuplicateResourceException" in messages(report)["B"]
    assert (
        "another resource has that name: rename or delete it, or choose another name" in messages(report)["B"]
    )
    assert outcomes(report) == {"A": "waiting", "B": "failed"}
    assert (stranger.name, stranger.tags, stranger.members["Note"]) == ("B", {}, "strange")
    assert report.outcome == "failed"


def test_a_pass_over_one_of_two_that_exchange_names_looks_at_both() -> None:
    wanted = stack(DAY, *queues("A", "B", "C", renamed=cycle("A", "B")))
    assert {"A", "B"} <= {each.name for each in focused(wanted, [key("toy.queue/A")]).resources}
    assert "C" not in {each.name for each in focused(wanted, [key("toy.queue/A")]).resources}


def test_only_one_of_two_that_exchange_names_is_refused() -> None:
    harness = settled("A", "B")
    wanted = stack(DAY, *queues("A", "B", renamed=cycle("A", "B")))
    report = harness.run(wanted, only=("toy.queue/A",))
    assert outcomes(report) == {"A": "refused"}
    assert "rename both in one pass" in messages(report)["A"]
    assert report.mutating_calls == 0
    harness.settle(wanted)


def test_neither_of_two_that_exchange_names_is_changed_where_one_is_only_reported() -> None:
    harness = settled("A", "B")
    first, second = queues("A", "B", renamed=cycle("A", "B"))
    report = harness.run(stack(DAY, first, replace(second, policy=Policy(on_drift="report"))))
    assert messages(report)["A"] == (
        "toy.queue/B has its mark, and is not renamed in this pass; rename both in one pass"
    )
    assert report.mutating_calls == 0
    assert marked(harness) == {"A": "A", "B": "B"}


def test_one_that_was_renamed_is_found_although_a_stranger_has_its_name() -> None:
    harness = settled("A")
    rename_by_hand(harness, {"A": "X"})
    harness.service.add("queue", "A", {}, HoursId=harness.service.live("Day").id)
    report = harness.run(stack(DAY, *queues("A")))
    assert outcomes(report) == {"A": "failed"}
    assert "another resource has that name: rename or delete it" in messages(report)["A"]
    assert harness.service.live("X").tags[KEY_MARK] == "A"


HAND = {"swap": {"A": "B", "B": "A"}, "cycle": {"A": "B", "B": "C", "C": "A"}}


@pytest.mark.parametrize("sort", ["crash before", "crash after", "lost", "lost with effect"])
@pytest.mark.parametrize("names", [("A", "B"), ("A", "B", "C")])
@pytest.mark.parametrize("by", ["hand", "files"])
def test_trouble_at_every_change_heals(by: str, names: tuple[str, ...], sort: Sort) -> None:
    for at in count():
        harness = settled(*names)
        renamed = cycle(*names) if by == "files" else {}
        if by == "hand":
            rename_by_hand(harness, cycle(*names))
        wanted = stack(DAY, *queues(*names, renamed=renamed))
        fault = Fault("[tu]*", sort, skip=at)
        harness.service.faults.append(fault)
        _run_to_the_crash(harness, wanted)
        harness.service.faultless()
        if fault.times:
            assert at > len(names)
            break
        assert harness.run(wanted).outcome == "settled"
        harness.settle(wanted)
        assert notes(harness, *names) == {name: f"of {renamed.get(name, name)}" for name in names}
        assert marked(harness) == {name: name for name in names}


def _run_to_the_crash(harness: Harness, wanted: Stack) -> None:
    with suppress(Crash):
        harness.run(wanted)


@settings(max_examples=60)
@given(st.permutations(["A", "B", "C", "D", "E"]), st.permutations(["A", "B", "C", "D", "E", "X"]))
def test_any_permutation_by_hand_and_in_the_files_settles_in_one_pass(
    files: list[str], hand: list[str]
) -> None:
    names = ["A", "B", "C", "D", "E"]
    harness = settled(*names)
    rename_by_hand(harness, dict(zip(names, hand, strict=False)))
    renamed = {new: old for new, old in zip(names, files, strict=True) if new != old}
    wanted = stack(DAY, *queues(*names, renamed=renamed))
    assert harness.run(wanted).outcome == "settled"
    assert notes(harness, *names) == {name: f"of {renamed.get(name, name)}" for name in names}
    harness.settle(wanted)
