"""Each verb of a plan, each refusal with its message, and what a plan leaves out."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from reconciler.contract import CannotDelete, Marked
from reconciler.planning.action import hidden_fields
from reconciler.planning.diff import Difference
from reconciler.planning.ownership import (
    FEED_MARK,
    KEY_MARK,
    PROTECT_MARK,
    RENAMED_MARK,
    REPLACED_MARK,
    STACK_MARK,
)
from reconciler.planning.plan import Action, is_mark, make_plan, wanted_tags
from reconciler.planning.world import Stray, World
from reconciler.stack import Desired, Policy
from tests.unit.plan_toys import ARNS, KINDS, Queue, key, kind, marked, ours, seen, stack, want, world

SALES = key("toy.queue/Sales")


@dataclass(frozen=True)
class Case:
    """One desired queue, the world, and the expected action; None for no action."""

    desired: Desired
    world: World
    expected: Action | None
    declared: Mapping[str, Any] = field(default_factory=dict)
    """The declarations that differ from those of the plain kind."""


def update(*differences: Difference, **more: Any) -> Action:
    return Action(SALES, "update", differences, **more)


def sales(settings: Mapping[str, Any] | None = None, **said: Any) -> Desired:
    return want("toy.queue/Sales", settings, **said)


def lives(
    settings: Mapping[str, Any] | None = None, name: str = "Sales", tags: Mapping[str, str] | None = None
) -> World:
    return world({"toy.queue/Sales": (seen(name, marked("Sales") if tags is None else tags), settings or {})})


SIZE = Difference("size", 1, 2)
TAKEN = (Difference(f"tags.{STACK_MARK}", None, "shop/dev"), Difference(f"tags.{KEY_MARK}", None, "Sales"))
NAME = Difference("name", "Hotline", "Sales")


def never(_self: object, field: str, _written: object, _reported: object) -> str:
    """The message of a kind about a change of a field that AWS cannot make."""
    return "size: never" if field == "size" else ""


CASES = {
    "it is missing": Case(
        sales({"size": 2, "note": None}),
        world(),
        Action(SALES, "create", (Difference("size", None, 2),)),
    ),
    "it is missing, and too little is written to create it": Case(
        sales({"size": 2}),
        world(),
        Action(
            SALES,
            "create",
            (Difference("size", None, 2),),
            refusal="it does not exist, and a new toy.queue needs hours, note",
        ),
        {"needed": frozenset({"note", "hours", "size"})},
    ),
    "all is well": Case(sales({"size": 1}), lives({"size": 1, "note": "unmanaged"}), None),
    "it drifted": Case(sales({"size": 2}), lives({"size": 1}), update(SIZE)),
    "it drifted where it is ignored": Case(
        sales({"size": 2}, policy=Policy(ignore=("size",))), lives({"size": 1}), None
    ),
    "it drifted where AWS reports nothing": Case(
        sales({"size": 2}), lives({}), None, {"write_only": frozenset({"size"})}
    ),
    "it drifted, and is only to be reported": Case(
        sales({"size": 2}, policy=Policy(on_drift="report")),
        lives({"size": 1}),
        update(SIZE, only_report=True),
    ),
    "it was renamed in the console": Case(sales(), lives(name="Hotline"), update(NAME)),
    "it was renamed where AWS cannot rename": Case(
        sales(),
        lives(name="Hotline"),
        Action(
            SALES,
            "replace",
            (NAME,),
            refusal="AWS cannot change name; `policy: {replace: true}` deletes it and creates it again",
        ),
        {"updates": ()},
    ),
    "AWS has no name for it": Case(
        sales(),
        lives(name="+442012345678"),
        None,
        {"identity": Marked(address="Id", arn_in="Arn", arns=ARNS)},
    ),
    "a fixed field differs": Case(
        sales({"size": 2}),
        lives({"size": 1}),
        Action(
            SALES,
            "replace",
            (SIZE,),
            refusal="AWS cannot change size; `policy: {replace: true}` deletes it and creates it again",
        ),
        {"fixed": frozenset({"size"})},
    ),
    "AWS cannot make it so at all, and it may be replaced": Case(
        sales({"size": 2}, policy=Policy(replace=True)),
        lives({"size": 1}),
        update(SIZE, refusal="size: never"),
        {"fixed": frozenset({"size"}), "impossible": never},
    ),
    "AWS cannot make it so at all, and it is only to be reported": Case(
        sales({"size": 2}, policy=Policy(on_drift="report")),
        lives({"size": 1}),
        update(SIZE, only_report=True),
        {"impossible": never},
    ),
    "AWS cannot make it so at all, and it is to be adopted": Case(
        sales({"size": 2}, adopt=True),
        lives({"size": 1}, tags={}),
        Action(SALES, "adopt", (SIZE, *TAKEN), refusal="size: never"),
        {"impossible": never},
    ),
    "a fixed field differs, and it may be replaced": Case(
        sales({"size": 2}, policy=Policy(replace=True)),
        lives({"size": 1}),
        Action(SALES, "replace", (SIZE,)),
        {"fixed": frozenset({"size"})},
    ),
    "a fixed field differs, and is only to be reported": Case(
        sales({"size": 2}, policy=Policy(on_drift="report", replace=True)),
        lives({"size": 1}),
        update(SIZE, only_report=True),
        {"fixed": frozenset({"size"})},
    ),
    "it lives unmarked, as desired": Case(
        sales({"size": 1}), lives({"size": 1}, tags={}), Action(SALES, "adopt", ())
    ),
    "it lives unmarked, otherwise": Case(
        sales({"size": 2}),
        lives({"size": 1}, tags={}),
        Action(
            SALES,
            "adopt",
            (SIZE,),
            refusal="it already exists, without our mark and with other settings; `adopt: true` takes it over",
        ),
    ),
    "it lives unmarked, otherwise, and is to be taken": Case(
        sales({"size": 2}, adopt=True), lives({"size": 1}, tags={}), Action(SALES, "adopt", (SIZE,))
    ),
    "it lives unmarked; tags alone keep nobody from taking it": Case(
        sales({"tags": {"Team": "blue"}}), lives(tags={"Team": "red"}), Action(SALES, "adopt", ())
    ),
    "it is another stack's": Case(
        sales({"size": 1}, adopt=True),
        lives({"size": 1}, tags=marked("Sales", "other")),
        Action(SALES, "adopt", refusal='it has the mark of stack "other"'),
    ),
    "AWS cannot tag it: its name is all there is": Case(
        sales({"size": 2}), lives({"size": 1}, tags={}), update(SIZE), {"tagging": None}
    ),
    "AWS cannot tag it, and all is well": Case(
        sales({"size": 1}), lives({"size": 1}, tags={}), None, {"tagging": None}
    ),
    "it could not be seen": Case(
        sales({"size": 1}),
        world(unseen={SALES: "could not be seen: list_queues: AccessDenied"}),
        update(refusal="could not be seen: list_queues: AccessDenied"),
    ),
    "two bear its mark": Case(
        sales(), world(conflicts={SALES: "two live resources"}), update(refusal="two live resources")
    ),
    "only referred to, and there": Case(
        sales(existing=True), world({"toy.queue/Sales": (seen("Sales", {}), {"size": 9})}), None
    ),
    "only referred to, and missing": Case(
        sales(existing=True),
        world(),
        Action(SALES, "adopt", refusal="`existing: true`, but AWS has none of this name"),
    ),
    "only referred to, within what is yet to be created": Case(
        sales(existing=True, scope=key("toy.hours/Day")), world(), None
    ),
    "only referred to, and not seen": Case(
        sales(existing=True), world(unseen={SALES: "denied"}), update(refusal="denied")
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_what_a_desired_resource_asks_for(case: Case) -> None:
    kinds = {**KINDS, "toy.queue": kind("toy.queue", Queue, **case.declared)}
    plan = make_plan(stack(case.desired), case.world, kinds)
    found = plan.actions.get(SALES)
    if found and found.verb == "adopt" and not found.refusal:
        # Our marks are part of it, but are not shown.
        found = Action(SALES, "adopt", tuple(each for each in found.differences if each.top != "tags"))
    assert found == case.expected


def test_an_adopted_resource_is_marked() -> None:
    plan = make_plan(stack(sales({"size": 2}, adopt=True)), lives({"size": 1}, tags={}), KINDS)
    assert plan.actions[SALES].differences == (SIZE, *TAKEN)


TAGS = {
    "the stack's": ({"Project": "x"}, {}, {}, [("tags.Project", None, "x")]),
    "its own": ({}, {"Team": "blue"}, {"Team": "red"}, [("tags.Team", "red", "blue")]),
    "its own before the stack's": ({"Team": "all"}, {"Team": "blue"}, {"Team": "blue"}, []),
    "one that is to go": ({}, {"Old": None}, {"Old": "1"}, [("tags.Old", "1", None)]),
    "one that is gone already": ({}, {"Old": None}, {}, []),
    "those of others": ({}, {"Team": "blue"}, {"Team": "blue", "aws:cloudformation": "x"}, []),
}


@pytest.mark.parametrize(("of_stack", "written", "live", "expected"), TAGS.values(), ids=TAGS.keys())
def test_only_tags_that_somebody_wrote_are_managed(
    of_stack: Any, written: Any, live: Any, expected: Any
) -> None:
    desired = sales({"tags": written})
    plan = make_plan(stack(desired, tags=of_stack), lives(tags={**marked("Sales"), **live}), KINDS)
    found = [each for action in plan.actions.values() for each in action.differences]
    assert [(each.field, each.observed, each.desired) for each in found] == expected


def test_our_marks_are_told_from_other_tags() -> None:
    assert is_mark(Difference(f"tags.{STACK_MARK}", None, "shop/dev"))
    assert not is_mark(Difference("tags.Project", None, "x"))
    assert not is_mark(Difference(STACK_MARK, None, "x"))


def test_the_marks_cannot_be_overwritten_by_tags() -> None:
    wanted = wanted_tags(stack(tags={STACK_MARK: "evil"}), sales({"tags": {KEY_MARK: "evil", "Team": None}}))
    marks = {
        STACK_MARK: "shop/dev",
        KEY_MARK: "Sales",
        PROTECT_MARK: None,
        RENAMED_MARK: None,
        REPLACED_MARK: None,
        FEED_MARK: None,
    }
    assert wanted == {**marks, "Team": None}


# -- resources that are not in the files any more -----------------------------------------------------------------------

OLD = key("toy.queue/Old")


def old(**tags: str) -> World:
    return world(strays=[Stray(OLD, seen("Old", marked("Old")), {**marked("Old"), **tags})])


STRAYS = {
    "nothing is said: it is left alone": ({}, old(), {}, None),
    "prune": ({"prune": True}, old(), {}, "delete"),
    "prune, protected by its kind": ({"prune": True}, old(), {"protected": True}, None),
    "prune, protected by its author before it went": (
        {"prune": True},
        old(**{PROTECT_MARK: "true"}),
        {},
        None,
    ),
    "prune, its kind's protection lifted by its author": (
        {"prune": True},
        old(**{PROTECT_MARK: "false"}),
        {"protected": True},
        "delete",
    ),
    "prune, and AWS cannot delete it": ({"prune": True}, old(), {"delete": CannotDelete()}, None),
    "release": ({"release": (OLD,)}, old(), {}, "release"),
    "release comes before prune": ({"release": (OLD,), "prune": True}, old(), {}, "release"),
    "release of what is protected": ({"release": (OLD,)}, old(), {"protected": True}, "release"),
    "release of another": ({"release": (SALES,)}, old(), {}, None),
}


@pytest.mark.parametrize(("said", "found", "declared", "verb"), STRAYS.values(), ids=STRAYS.keys())
def test_what_becomes_of_what_is_no_longer_desired(
    said: Any, found: Any, declared: Any, verb: str | None
) -> None:
    kinds = {**KINDS, "toy.queue": kind("toy.queue", Queue, **declared)}
    plan = make_plan(stack(**said), found, kinds)
    assert {each: action.verb for each, action in plan.actions.items()} == ({OLD: verb} if verb else {})
    assert plan.strays == (() if verb else tuple(found.strays))


@pytest.mark.parametrize(
    ("by", "id_", "within", "protect", "used"),
    [
        ("arn:Old", "Old", None, True, True),
        ("6f1e", "6f1e", "toy.centre", True, True),
        ("6f1e", "6f1e", None, True, False),
        ("Old", "Old", "toy.centre", True, False),
        ("arn:Old", "Old", "toy.centre", False, False),
    ],
    ids=[
        "by its ARN",
        "by its id",
        "its id is a word like any",
        "its id is its name",
        "what refers to it goes too",
    ],
)
def test_what_something_that_stays_refers_to_is_not_deleted(
    by: str, id_: str, within: str | None, protect: bool, used: bool
) -> None:
    user, used_one = key("toy.queue/User"), replace(seen("Old", marked("Old")), address={"Id": id_})
    tags = {**marked("User"), PROTECT_MARK: str(protect).lower()}
    sighting = replace(seen("User", tags), settings={"Deep": [{"Overflow": by}]})
    found = world(strays=[Stray(OLD, used_one, marked("Old")), Stray(user, sighting, tags)])
    plan = make_plan(
        stack(prune=True), found, {**KINDS, "toy.queue": kind("toy.queue", Queue, parent=within)}
    )
    assert [each.key for each in plan.pending] == [*([] if used else [OLD]), *([] if protect else [user])]
    refusals = [action.refusal for action in plan.actions.values() if action.refusal]
    assert refusals == (["toy.queue/User, which is left alone, refers to it"] if used else [])


def test_a_copy_that_bears_the_mark_of_a_desired_resource_is_never_deleted_in_its_place() -> None:
    """Prune deletes by key, and the copy has the key of the resource to keep."""
    copy = Stray(SALES, seen("Copy of Sales", marked("Sales"), arn="copy"), marked("Sales"))
    found = world({"toy.queue/Sales": ours("Sales", {"size": 1})}, strays=[copy])
    plan = make_plan(stack(sales({"size": 1}), prune=True), found, KINDS)
    assert (plan.actions, plan.strays) == ({}, (copy,))


def test_of_two_bearers_neither_is_deleted() -> None:
    strays = [Stray(SALES, seen(name, marked("Sales")), marked("Sales")) for name in ("A", "B")]
    found = world(conflicts={SALES: "two live resources have its mark"}, strays=strays)
    plan = make_plan(stack(sales(), prune=True), found, KINDS)
    assert [(action.verb, action.refusal) for action in plan.actions.values()] == [
        ("update", "two live resources have its mark")
    ]


# -- the plan as a whole --------------------------------------------------------------------------------------------


PROTECT = f"tags.{PROTECT_MARK}"
STACK_FIELD = f"tags.{STACK_MARK}"


@pytest.mark.parametrize(
    ("verb", "fields", "hidden"),
    [
        ("update", ["size"], set()),
        ("update", [PROTECT], set()),
        ("update", [PROTECT, STACK_FIELD, "size"], {STACK_FIELD}),
        ("update", [STACK_FIELD], set()),
        ("adopt", [PROTECT, STACK_FIELD], {PROTECT, STACK_FIELD}),
        ("update", [], set()),
    ],
)
def test_an_update_never_hides_all_that_it_changes(verb: Any, fields: list[str], hidden: set[str]) -> None:
    assert set(hidden_fields(verb, fields)) == hidden


def test_only_what_is_selected_is_planned() -> None:
    desired = [sales({"size": 2}), want("toy.queue/Other", {"size": 2})]
    found = world({"toy.queue/Sales": ours("Sales", {"size": 1})}, strays=old().strays)
    plan = make_plan(stack(*desired, prune=True), found, KINDS, lambda each: each == SALES)
    assert list(plan.actions) == [SALES]
    assert [each.key for each in plan.strays] == [OLD]


def test_a_plan_tells_apart_what_it_will_do_and_what_it_will_not() -> None:
    desired = [
        sales({"size": 2}),
        want("toy.queue/Free", {"size": 2}),
        want("toy.queue/Told", {"size": 2}, policy=Policy(on_drift="report")),
    ]
    live = {
        "toy.queue/Sales": ours("Sales", {"size": 1}),
        "toy.queue/Free": (seen("Free", {}), {"size": 1}),
        "toy.queue/Told": ours("Told", {"size": 1}),
    }
    plan = make_plan(stack(*desired), world(live, strays=old().strays), KINDS)
    assert [each.key.name for each in plan.pending] == ["Sales"]
    assert [each.key.name for each in plan.refused] == ["Free"]
    assert [node.step.key.name for node in plan.nodes] == ["Sales"]
    assert plan.owned == {"toy.queue": 3}


def test_a_plan_is_plain_data() -> None:
    plans = [make_plan(stack(sales({"size": 2})), lives({"size": 1}), KINDS) for _ in range(2)]
    assert plans[0] == plans[1]
