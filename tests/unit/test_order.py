"""The order of steps, and how cycles are opened."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from random import Random
from typing import Annotated, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.contract import Adapter, Create
from reconciler.field_schema import fields_of
from reconciler.model import Means, Ref, Resource
from reconciler.planning import graph
from reconciler.planning.graph import Node, ReferenceCycle, cycles, order
from reconciler.planning.step_waits import Constraints, StepKey
from reconciler.stack import Desired
from tests.unit.plan_toys import HOURS, KINDS, PLACE, QUEUE, Hours, Queue, key, kind, stack, want

CUTS = {**KINDS, "toy.queue": kind("toy.queue", Queue, deferrable={"overflow": None})}
"""Kinds with queues whose overflow can be set in a second step."""


def steps(nodes: Iterable[Node]) -> list[str]:
    return [said(node.step) for node in nodes]


def said(step: StepKey) -> str:
    return f"{step.part} {step.key.name}"


def ordered(
    desired: Iterable[Desired], verb: str = "create", kinds: Mapping[str, Adapter[Any]] = KINDS
) -> list[str]:
    resources = list(desired)
    nodes, _ = order(stack(*resources), {each.key: verb for each in resources}, kinds)
    return steps(nodes)


def queue(name: str, overflow: str | None = None, hours: str | None = None) -> Desired:
    written = {"overflow": overflow, "hours": hours}
    return want(f"toy.queue/{name}", {name: value for name, value in written.items() if value})


def test_alone_a_resource_is_made_and_then_filled() -> None:
    assert ordered([queue("A")]) == ["make A", "fill A"]


def test_a_chain_is_made_from_its_end() -> None:
    made = [each for each in ordered([queue("A", "B"), queue("B", "C"), queue("C")]) if "make" in each]
    assert made == ["make C", "make B", "make A"]


def test_a_diamond_is_made_from_its_foot() -> None:
    desired = [
        queue("Top", "Left", "Right"),
        queue("Left", "Foot"),
        want("toy.hours/Right"),
        queue("Foot"),
    ]
    nodes, cut = order(stack(*desired), {each.key: "create" for each in desired}, KINDS)
    after = {said(node.step): {said(step) for step in node.after} for node in nodes}
    assert after["make Top"] == {"make Left", "make Right"}
    assert after["make Left"] == {"make Foot"}
    assert cut == {}


def test_what_lives_already_is_waited_for_by_nobody() -> None:
    desired = [queue("A", "B"), queue("B")]
    nodes, _ = order(stack(*desired), {desired[0].key: "create", desired[1].key: "update"}, KINDS)
    assert {said(node.step): [said(step) for step in node.after] for node in nodes} == {
        "make A": [],
        "fill A": ["make A"],
        "fill B": [],
    }


def test_an_update_waits_for_what_it_will_refer_to() -> None:
    desired = [queue("A", "B"), queue("B")]
    nodes, _ = order(stack(*desired), {desired[0].key: "update", desired[1].key: "create"}, KINDS)
    assert {said(node.step): [said(step) for step in node.after] for node in nodes}["fill A"] == ["make B"]


def test_what_it_lives_in_is_made_first() -> None:
    within = {**KINDS, "toy.queue": kind("toy.queue", Queue, parent="toy.hours")}
    office = want("toy.hours/Office")
    desired = [want("toy.queue/A", scope=office.key), office]
    assert ordered(desired, kinds=within).index("make Office") < ordered(desired, kinds=within).index(
        "make A"
    )


# -- cycles -------------------------------------------------------------------------------------------------------------

RINGS = {
    "a queue that overflows into itself": [queue("A", "A")],
    "two": [queue("A", "B"), queue("B", "A")],
    "three": [queue("A", "B"), queue("B", "C"), queue("C", "A")],
    "two cycles that share a queue": [queue("A", "B"), queue("B", "A"), queue("C", "A")],
}


@pytest.mark.parametrize("desired", RINGS.values(), ids=RINGS.keys())
def test_a_ring_is_cut_where_a_field_may_follow_later(desired: Any) -> None:
    nodes, cut = order(stack(*desired), {each.key: "create" for each in desired}, CUTS)
    assert set(cut.values()) == {frozenset({"overflow"})}
    assert len(cut) == 1
    filled = {said(node.step): [said(step) for step in node.after] for node in nodes}
    for each in desired:
        assert f"make {each.settings['overflow']}" in filled[f"fill {each.key.name}"]


def test_only_the_fields_on_the_ring_are_cut() -> None:
    desired = [queue("A", "B", "Day"), queue("B", "A", "Day"), queue("Far", "A"), want("toy.hours/Day")]
    nodes, cut = order(stack(*desired), {each.key: "create" for each in desired}, CUTS)
    after = {said(node.step): {said(step) for step in node.after} for node in nodes}
    (opened,) = (each.name for each in cut)
    assert opened in {"A", "B"}
    assert after[f"make {opened}"] == {"make Day"}
    assert after["make Far"] == {"make A"}


def test_a_ring_is_opened_where_most_rings_meet() -> None:
    """A main menu and menus that lead back to it: only one of them is completed later."""

    def menu(name: str, *others: str) -> Desired:
        return want(f"toy.menu/{name}", {"leads": list(others)})

    leaves = [f"{letter}-menu" for letter in "ABCXYZ"]
    desired = [menu("Main", *leaves), *(menu(each, "Main") for each in leaves)]
    _, cut = order(stack(*desired), {each.key: "create" for each in desired}, KINDS)
    assert cut == {desired[0].key: frozenset({"leads"})}


def test_a_link_is_open_only_when_every_field_that_makes_it_may_follow_later() -> None:
    desired = [
        want("toy.menu/A", {"leads": ["B"], "start": "B"}),
        want("toy.menu/B", {"leads": ["A"]}),
        want("toy.menu/C", {"leads": ["A"], "start": "A"}),
    ]
    _, cut = order(stack(*desired), {each.key: "create" for each in desired}, KINDS)
    assert cut == {desired[1].key: frozenset({"leads"})}
    shut = [desired[0], want("toy.menu/B", {"leads": ["A"], "start": "A"})]
    assert list(cycles({each.key: each for each in shut}, KINDS)) == [
        (shut[0].key, shut[1].key, shut[0].key),
    ]


def test_every_ring_that_cannot_be_cut_is_given() -> None:
    desired = [queue("A", "A"), queue("B", "C"), queue("C", "B"), queue("D", "C"), queue("E")]
    found = cycles({each.key: each for each in desired}, KINDS)
    assert [[each.name for each in cycle] for cycle in found] == [["A", "A"], ["B", "C", "B"]]


def test_a_chain_is_not_cut() -> None:
    desired = [queue("A", "B"), queue("B", "C"), queue("C")]
    assert order(stack(*desired), {each.key: "create" for each in desired}, CUTS)[1] == {}


def test_a_ring_through_what_lives_already_is_none() -> None:
    desired = [queue("A", "B"), queue("B", "A")]
    nodes, cut = order(stack(*desired), {desired[0].key: "create"}, KINDS)
    assert (steps(nodes), cut) == (["make A", "fill A"], {})


UNCUT = {
    "itself": ([queue("A", "A")], "references form a cycle: toy.queue/A -> toy.queue/A"),
    "two": (
        [queue("A", "B"), queue("B", "A")],
        "references form a cycle: toy.queue/{0} -> toy.queue/{1} -> toy.queue/{0}",
    ),
}


@pytest.mark.parametrize(("desired", "expected"), UNCUT.values(), ids=UNCUT.keys())
def test_a_ring_that_cannot_be_cut_names_its_members(desired: Any, expected: Any) -> None:
    with pytest.raises(ReferenceCycle) as raised:
        order(stack(*desired), {each.key: "create" for each in desired}, KINDS)
    first = raised.value.keys[0].name
    second = "B" if first == "A" else "A"
    assert str(raised.value) == expected.format(first, second)
    assert raised.value.keys[0] == raised.value.keys[-1]


def test_a_ring_of_three_is_told_in_the_order_of_its_references() -> None:
    refers = {"A": "B", "B": "C", "C": "A"}
    with pytest.raises(ReferenceCycle) as raised:
        ordered(queue(*pair) for pair in refers.items())
    names = [each.name for each in raised.value.keys]
    assert all(refers[one] == other for one, other in pairwise(names))


# -- values that move -----------------------------------------------------------------------------------------------


def test_what_loses_a_value_waits_for_what_gets_it() -> None:
    desired = [queue("A"), queue("B")]
    a, b = (each.key for each in desired)
    nodes, _ = order(
        stack(*desired), {a: "update", b: "create"}, KINDS, None, Constraints(values={a: frozenset({b})})
    )
    assert steps(nodes) == ["make B", "fill B", "fill A"]
    assert nodes[-1].after == (StepKey(b, "fill"),)


def test_of_two_that_exchange_values_one_goes_first() -> None:
    desired = [queue("A"), queue("B")]
    a, b = (each.key for each in desired)
    constraints = Constraints(values={a: frozenset({b}), b: frozenset({a})})
    nodes, _ = order(stack(*desired), {a: "update", b: "update"}, KINDS, None, constraints)
    assert steps(nodes) == ["fill B", "fill A"]


# -- replace and delete ---------------------------------------------------------------------------------------------


def test_a_replaced_resource_is_dropped_before_it_is_made() -> None:
    assert ordered([queue("A")], "replace") == ["drop A", "make A", "fill A"]


def test_what_refers_to_a_replaced_resource_is_filled_after_it() -> None:
    desired = [queue("A", "B"), queue("B")]
    nodes, _ = order(stack(*desired), {desired[0].key: "update", desired[1].key: "replace"}, KINDS)
    assert steps(nodes)[-1] in {"fill A", "fill B"}
    assert steps(nodes).index("make B") < steps(nodes).index("fill A")


def test_nothing_is_dropped_before_all_else_is_done() -> None:
    desired = [queue("New"), queue("Changed")]
    gone = [want("toy.hours/Old").key, want("toy.queue/Old").key]
    verbs = {desired[0].key: "create", desired[1].key: "update", **dict.fromkeys(gone, "delete")}
    nodes, _ = order(stack(*desired), verbs, KINDS)
    assert [node.step.part for node in nodes] == ["fill", "make", "fill", "drop", "drop"]
    assert [str(node.step.key) for node in nodes][-2:] == ["toy.queue/Old", "toy.hours/Old"]
    assert len(nodes[-2].after) == 3


def test_a_delete_waits_only_for_what_may_refer_to_it() -> None:
    gone = [key(text) for text in ("toy.hours/Old", "toy.queue/Old", "toy.other/Old")]
    kinds = {**KINDS, "toy.other": kind("toy.other", Hours)}
    nodes, _ = order(stack(), dict.fromkeys(gone, "delete"), kinds)
    after = {str(node.step.key): [str(step.key) for step in node.after] for node in nodes}
    assert after == {"toy.hours/Old": ["toy.queue/Old"], "toy.queue/Old": [], "toy.other/Old": []}


def test_a_release_waits_for_nobody() -> None:
    nodes, _ = order(stack(), {want("toy.queue/A").key: "release"}, KINDS)
    assert nodes == (Node(StepKey(want("toy.queue/A").key, "fill"), ()),)


def test_the_kinds_that_a_shape_refers_to() -> None:
    assert graph.kinds_in(fields_of(Queue)["hours"]) == {"toy.hours"}
    assert graph.kinds_in(fields_of(Hours)["zone"]) == set()


def test_what_may_follow_later_ranks_no_kind() -> None:
    """Otherwise two kinds that refer to each other could not be ranked."""
    hours = kind("toy.hours", Queue, deferrable={"overflow": None, "hours": None})
    desired = [queue("A")]
    verbs = {desired[0].key: "delete", want("toy.hours/Day").key: "delete"}
    nodes, _ = order(stack(), verbs, {"toy.queue": QUEUE, "toy.hours": hours})
    assert steps(nodes) == ["drop A", "drop Day"]


# -- properties ------------------------------------------------------------------------------------------------------

NAMES = ("A", "B", "C", "D", "E")
references = st.fixed_dictionaries({name: st.none() | st.sampled_from(NAMES) for name in NAMES})
verbs_of = st.fixed_dictionaries(
    {name: st.sampled_from(["create", "update", "replace", "adopt", "delete", ""]) for name in NAMES}
)


@settings(deadline=None, max_examples=200)
@given(references, verbs_of)
def test_every_step_comes_after_those_it_waits_for(
    refers: dict[str, str | None], verbs: dict[str, str]
) -> None:
    desired = [queue(name, target) for name, target in refers.items() if verbs[name] != "delete"]
    wanted = {queue(name).key: verb for name, verb in verbs.items() if verb}
    nodes, _ = order(stack(*desired), wanted, CUTS)
    done: set[StepKey] = set()
    for node in nodes:
        assert done.issuperset(node.after)
        done.add(node.step)
    assert len(done) == len(nodes)


@settings(deadline=None, max_examples=200)
@given(references)
def test_no_more_is_cut_than_lies_on_rings(refers: dict[str, str | None]) -> None:
    desired = [queue(name, target) for name, target in refers.items()]
    _, cut = order(stack(*desired), {each.key: "create" for each in desired}, CUTS)
    cycles = {frozenset(cycle) for name in NAMES if (cycle := cycle_from(name, refers))}
    assert len(cut) == len(cycles)
    assert all(any(each.name in cycle for cycle in cycles) for each in cut)


@settings(deadline=None, max_examples=100)
@given(references, st.permutations(NAMES))
def test_the_same_resources_make_the_same_plan_whatever_their_order(
    refers: dict[str, str | None], names: list[str]
) -> None:
    def ordered_by(some: Iterable[str]) -> object:
        desired = [queue(name, refers[name]) for name in some]
        return order(stack(*desired), {each.key: "create" for each in desired}, CUTS)

    assert ordered_by(names) == ordered_by(NAMES)


def cycle_from(name: str, refers: Mapping[str, str | None]) -> list[str]:
    """The cycle of a resource; each resource refers to at most one other."""
    path = [name]
    while (target := refers[path[-1]]) is not None and target not in path:
        path.append(target)
    return path if target == name else []


def test_create_fields_alone_hold_up_a_make() -> None:
    """A field that only an update sends may refer to a resource that does not exist yet."""
    slim = {**KINDS, "toy.queue": kind("toy.queue", Queue, create=Create("create_it", ("size",)))}
    assert HOURS.kind in slim
    assert ordered([queue("A", "B"), queue("B", "A")], kinds=slim) == ["make A", "make B", "fill A", "fill B"]


# -- settings that wait for settings -------------------------------------------------------------------------------


class Log(Resource):
    into: Annotated[str | None, Ref("toy.log", outside=True, settled=True)] = None


LOGS = {"toy.log": kind("toy.log", Log, create=Create("create_it"))}


def settled_in_order(**into: str | None) -> list[str]:
    """The order in which the settings of these resources are sent; each refers to another one, or to one outside."""
    desired = [
        Desired(
            key(f"toy.log/{name}"),
            {"into": target} if target else {},
            PLACE,
            references={"into": (key(f"toy.log/{target}"),)} if target in into else {},
        )
        for name, target in into.items()
    ]
    nodes, _ = order(stack(*desired), {each.key: "update" for each in desired}, LOGS)
    return [node.step.key.name for node in nodes if node.step.part == "fill"]


def test_the_settings_of_what_is_referred_to_come_first() -> None:
    assert settled_in_order(a="b", b="c", c=None) == ["c", "b", "a"]
    assert settled_in_order(c="b", b="a", a=None) == ["a", "b", "c"]


def test_what_is_outside_the_stack_is_waited_for_by_nobody() -> None:
    assert settled_in_order(a="outside", b=None) == ["a", "b"]


class Room(Resource):
    house_id: Annotated[str | None, Means("toy.house", "id", settled=True)] = None


HOUSES = {
    "toy.house": kind("toy.house", Log, create=Create("create_it")),
    "toy.room": kind("toy.room", Room, create=Create("create_it", ("house_id",))),
}


def test_a_create_waits_for_the_settings_that_its_text_needs() -> None:
    house = Desired(key("toy.house/b"), {}, PLACE)
    room = Desired(
        key("toy.room/a"), {"house_id": "${toy.house:b#id}"}, PLACE, references={"house_id": (house.key,)}
    )
    nodes, _ = order(stack(house, room), {house.key: "create", room.key: "create"}, HOUSES)
    steps = [f"{node.step.part} {node.step.key.name}" for node in nodes]
    assert steps == ["make b", "fill b", "make a", "fill a"]


GATES = {
    "toy.gate": kind("toy.gate", Hours, create=Create("create_it")),
    "toy.pump": kind("toy.pump", Hours, create=Create("create_it"), relies_on=frozenset({"toy.gate"})),
}


def test_what_no_field_names_is_changed_first_and_deleted_last() -> None:
    gate, pump = (Desired(key(f"toy.{name}/a"), {}, PLACE) for name in ("gate", "pump"))
    for verb in ("create", "update"):
        nodes, _ = order(stack(gate, pump), {gate.key: verb, pump.key: "create"}, GATES)
        (made,) = (node for node in nodes if node.step == StepKey(pump.key, "make"))
        # It need not succeed: AWS says what is missing.
        assert (made.after, made.behind) == ((), (StepKey(gate.key, "fill"),))
    read = graph.Users(known={gate.key: frozenset(), pump.key: frozenset()})
    for users in (None, read):
        nodes, _ = order(stack(), {gate.key: "delete", pump.key: "delete"}, GATES, users)
        assert [node.step.key.kind for node in nodes] == ["toy.pump", "toy.gate"]
        assert StepKey(pump.key, "drop") in {*nodes[1].after, *nodes[1].behind}


def test_resources_that_need_others_of_their_kind_have_no_order() -> None:
    pumps = {
        "toy.pump": kind("toy.pump", Hours, create=Create("create_it"), relies_on=frozenset({"toy.pump"}))
    }
    one, two = (Desired(key(f"toy.pump/{name}"), {}, PLACE) for name in ("a", "b"))
    nodes, _ = order(stack(one, two), {one.key: "create", two.key: "create"}, pumps)
    assert [each for node in nodes for each in (*node.after, *node.behind) if each.key != node.step.key] == []
    nodes, _ = order(stack(), {one.key: "delete", two.key: "delete"}, pumps)
    assert [(*node.after, *node.behind) for node in nodes] == [(), ()]
    assert graph.kinds_known_to(pumps["toy.pump"]) == {"toy.pump"}


@pytest.mark.parametrize("seed", range(20))
def test_rings_of_settings_are_opened(seed: int) -> None:
    random, names = Random(seed), [f"n{number}" for number in range(6)]
    into = {name: random.choice([*names, None]) for name in names}
    order_of = settled_in_order(**into)
    assert sorted(order_of) == names
    alone = [name for name, target in into.items() if target and not _leads_back(into, name)]
    assert all(order_of.index(into[name] or "") < order_of.index(name) for name in alone)


def _leads_back(into: Mapping[str, str | None], name: str) -> bool:
    """Whether the references from a resource lead back to it."""
    seen, at = set(), into[name]
    while at and at not in seen:
        if at == name:
            return True
        seen.add(at)
        at = into[at]
    return False
