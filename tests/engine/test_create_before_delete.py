"""Kinds whose replacement is created first: then references are changed to it, and then the old resource is deleted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import pytest

from reconciler.contract import Create, Delete, Marked, Sends
from reconciler.errors import InUse
from reconciler.model import Ref, Resource, Wire
from reconciler.planning.ownership import KEY_MARK, PROTECT_MARK, REPLACED_MARK
from reconciler.stack import Desired, Policy, Stack
from tests.engine.small_faults import SORTS, Fault, Sort
from tests.engine.small_harness import Harness, key, kinds_with, marks, messages, outcomes, stack, want
from tests.engine.small_service import (
    ARNS,
    Service,
    Toy,
    ToyResource,
    Updates,
)


class Client(Resource):
    """A resource whose secret cannot be changed."""

    secret: str | None = None
    note: str | None = None


class Door(Resource):
    """A resource that refers to one of each kind."""

    client: Annotated[str | None, Ref("toy.client"), Wire("ClientId")] = None
    template: Annotated[str | None, Ref("toy.template"), Wire("TemplateId")] = None
    login: Annotated[str | None, Ref("toy.login"), Wire("LoginId")] = None
    text: str | None = None


class Gate(Resource):
    """A resource that refers to a client and cannot be changed."""

    client: Annotated[str | None, Ref("toy.client"), Wire("ClientId")] = None


class ClientAdapter(Toy):
    """A kind without unique names."""

    kind, model = "toy.client", Client
    create = Create(
        "create_client", ("secret",), fixed=frozenset({"secret"}), token="Token", before_delete=True
    )
    updates = (Sends("update_client", ("note",)),)
    delete = Delete("delete_client")


class TemplateAdapter(ClientAdapter):
    """A kind without names and create tokens."""

    kind = "toy.template"
    identity: ClassVar[Marked] = Marked(address="Id", arn_in="Arn", arns=ARNS)
    create = Create("create_template", ("secret",), fixed=frozenset({"secret"}), before_delete=True)
    updates = (Sends("update_template", ("note",)),)
    delete = Delete("delete_template")


class LoginAdapter(ClientAdapter):
    """A kind without tags and unique names."""

    kind, tagging = "toy.login", None
    create = Create("create_login", ("secret",), fixed=frozenset({"secret"}), before_delete=True)
    updates = (Sends("update_login", ("name", "note")),)
    delete = Delete("delete_login")


class DoorAdapter(Toy):
    kind = "toy.door"
    model: ClassVar[type[Resource]] = Door
    create = Create("create_door", ("client", "template", "login", "text"))
    updates: ClassVar[Updates] = (Sends("update_door", ("client", "template", "login", "text")),)
    delete = Delete("delete_door")


class GateAdapter(DoorAdapter):
    kind, model = "toy.gate", Gate
    create = Create("create_gate", ("client",), fixed=frozenset({"client"}))
    updates = ()
    delete = Delete("delete_gate")


ALL = kinds_with(ClientAdapter, TemplateAdapter, LoginAdapter, DoorAdapter, GateAdapter)
FAMILIES = ("client", "template", "login")


@dataclass
class Twice(Service):
    """The small service with families without unique names; deletes are not refused because of references."""

    strict: bool = False
    """Whether the deletion of a resource that is in use is refused."""

    def _create(self, family: str, scope: str | None, members: dict[str, Any]) -> dict[str, Any]:
        if family not in FAMILIES:
            return super()._create(family, scope, members)
        same = [
            each
            for each in self.live_resources
            if "Token" in members and each.members.get("Token") == members["Token"]
        ]
        if same:
            return {"Id": same[0].id, "Arn": same[0].arn}
        tags = members.pop("Tags", {})
        members = {"Name": tags.get(KEY_MARK), **members}
        resource = ToyResource(
            family, f"{family}-{len(self.live_resources)}", scope, members, tags, self.clock.now()
        )
        self.live_resources.append(resource)
        self._note(f"create {family} {members['Secret']}")
        return {"Id": resource.id, "Arn": resource.arn}

    @staticmethod
    def _row(resource: ToyResource) -> dict[str, Any]:
        return {"Id": resource.id, "Arn": resource.arn, **resource.members}

    def _update(self, operation: str, resource: ToyResource, members: dict[str, Any]) -> dict[str, Any]:
        if resource.family not in (*FAMILIES, "door"):
            return super()._update(operation, resource, members)
        self._check_references(operation, members)
        for name in ("Name", "Note", "ClientId", "TemplateId", "LoginId", "Text"):
            if name != "Name" or name in members:
                resource.members[name] = members.get(name)
        resource.members = {name: value for name, value in resource.members.items() if value is not None}
        self._note(f"{operation} {resource.name}")
        return {}

    def _delete(self, operation: str, resource: ToyResource, members: dict[str, Any]) -> dict[str, Any]:
        users = [
            each for each in self.live_resources if each.died is None and resource.id in each.members.values()
        ]
        if resource.family not in FAMILIES:
            return super()._delete(operation, resource, members)
        if users and self.strict:
            raise InUse(operation, "ResourceInUseException", f"{users[0].name} uses {resource.name}")
        resource.died = self.clock.now()
        self._note(f"delete {resource.family} {resource.members['Secret']}")
        return {}

    def _note(self, change: str) -> None:
        """Check that no reference is dangling, nothing is lost, and no two resources have the same marks."""
        self.journal.append(change)
        alive = [each for each in self.live_resources if each.died is None]
        ids = {each.id for each in alive}
        dangling = [
            each.name
            for each in alive
            for member, value in each.members.items()
            if member.endswith("Id") and value not in ids
        ]
        bearers = [
            (each.family, each.tags[KEY_MARK])
            for each in alive
            if KEY_MARK in each.tags and REPLACED_MARK not in each.tags
        ]
        assert not dangling, f"{dangling} refer to what is gone: {self.journal}"
        assert len(bearers) == len(set(bearers)), f"two bear the mark of one: {self.journal}"
        self.watch(self)


def wanted(text: str, settings: Mapping[str, Any], **said: Any) -> Desired:
    return want(text, settings, kinds=ALL, **said)


REPLACE = Policy(replace=True)


def one(family: str, secret: str, note: str = "n", policy: Policy = REPLACE) -> Desired:
    return wanted(f"toy.{family}/One", {"secret": secret, "note": note}, policy=policy)


def door(family: str, **said: Any) -> Desired:
    return wanted("toy.door/Front", {family: "One"}, **said)


def both(family: str, secret: str, note: str = "n", policy: Policy = REPLACE) -> Stack:
    return stack(one(family, secret, note, policy), door(family))


def harness_with(before: Stack) -> Harness:
    harness = Harness.settled(Twice, before, ALL, passes=2)
    harness.clock.sleep(60)
    return harness


def twice(harness: Harness) -> Twice:
    assert isinstance(harness.service, Twice)
    return harness.service


def alive(harness: Harness, family: str) -> list[tuple[str, str | None, str]]:
    """The live resources of a family: name, note and secret."""
    return [
        (each.name, each.members.get("Note"), each.members["Secret"])
        for each in harness.service.live_resources
        if each.family == family and each.died is None
    ]


def there(harness: Harness, family: str, secret: str) -> None:
    """Check that exactly one resource exists, with this secret and our marks, and that the door refers to it."""
    assert alive(harness, family) == [("One", "n", secret)]
    (resource,) = (
        each for each in harness.service.live_resources if each.family == family and each.died is None
    )
    assert resource.tags == ({} if family == "login" else marks("One"))
    assert harness.service.live("Front").members[f"{family.title()}Id"] == resource.id


@pytest.mark.parametrize("family", FAMILIES)
def test_the_new_one_is_made_then_its_users_follow_then_the_old_one_goes(family: str) -> None:
    harness = harness_with(both(family, "a"))
    report = harness.run(both(family, "b"), ALL)
    assert (report.outcome, outcomes(report)) == ("settled", {"One": "done", "Front": "done"})
    marking = "update_login One-renaming" if family == "login" else "tag One"
    assert harness.service.journal[0].startswith(marking)
    assert harness.service.journal[1:] == [
        f"create {family} b",
        f"update_{family} One",
        "update_door Front",
        f"delete {family} a",
    ]
    there(harness, family, "b")
    harness.settle(both(family, "b"), kinds=ALL)


def test_the_plan_says_what_is_done_and_the_guard_counts_it_as_a_replace() -> None:
    harness = harness_with(both("client", "a"))
    report = harness.run(both("client", "b"), ALL, dry_run=True)
    action, user = report.plan.actions[key("toy.client/One")], report.plan.actions[key("toy.door/Front")]
    assert (action.verb, action.way, report.plan.deletes) == ("replace", "made first", 1)
    assert [(each.field, each.note) for each in user.differences] == [
        ("client", "toy.client/One is created again")
    ]
    assert (report.estimated_calls, harness.service.journal) == (5, [])
    protected = both("client", "b", policy=Policy(replace=True, protect=True))
    assert "it is protected" in harness.run(protected, ALL).refusals[0]
    assert "replace: true" in messages(harness.run(both("client", "b", policy=Policy()), ALL))["One"]
    assert harness.service.journal == []


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("call", range(5))
def test_whatever_fails_at_any_call_one_is_there_in_the_end(
    family: str, sort: Sort, call: int, *, strict: bool
) -> None:
    after = both(family, "b")
    fault_free_run = harness_with(both(family, "a"))
    fault_free_run.run(after, ALL)
    changes = [
        at for at, each in enumerate(fault_free_run.service.calls) if each in fault_free_run.service.mutating
    ]
    harness = harness_with(both(family, "a"))
    twice(harness).strict = strict
    harness.run_with(Fault("*", sort, skip=changes[call]), after, ALL)
    harness.settle(after, passes=3, kinds=ALL)
    there(harness, family, "b")
    created = [each for each in harness.service.journal if each.startswith(("create", "delete"))]
    assert created == [f"create {family} b", f"delete {family} a"]


def broken_off(family: str, operation: str) -> Harness:
    """A harness after a pass that crashed right after this call."""
    harness = harness_with(both(family, "a"))
    harness.run_with(Fault(operation, "crash after"), both(family, "b"), ALL)
    harness.service.journal.clear()
    return harness


@pytest.mark.parametrize("family", FAMILIES)
def test_the_next_pass_goes_on_with_the_new_one_and_says_so(family: str) -> None:
    harness = broken_off(family, f"create_{family}")
    report = harness.run(both(family, "b"), ALL)
    assert report.plan.actions[key(f"toy.{family}/One")].way == "made already"
    assert report.plan.deletes == 1
    assert harness.service.journal == [f"update_{family} One", "update_door Front", f"delete {family} a"]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_third_value_in_between_leaves_one(family: str) -> None:
    harness = broken_off(family, f"create_{family}")
    harness.settle(both(family, "c"), passes=2, kinds=ALL)
    there(harness, family, "c")
    assert sorted(each for each in harness.service.journal if each.startswith("delete")) == [
        f"delete {family} a",
        f"delete {family} b",
    ]


@pytest.mark.parametrize("family", FAMILIES)
def test_what_was_marked_and_is_wanted_as_it_was_stays(family: str) -> None:
    harness = broken_off(family, "update_login" if family == "login" else "tag")
    harness.settle(both(family, "a"), passes=1, kinds=ALL)
    there(harness, family, "a")
    assert not [each for each in harness.service.journal if each.startswith(("create", "delete"))]


def test_without_the_policy_the_old_one_is_left_alone_and_named() -> None:
    harness = broken_off("client", "update_door")
    report = harness.run(both("client", "b", policy=Policy()), ALL)
    (note,) = (each for each in report.notes if "created again" in each)
    assert "the old one is left alone: arn:toy:client/client-1" in note
    assert [each[2] for each in alive(harness, "client")] == ["a", "b"]


def test_a_copy_that_somebody_made_is_no_old_one() -> None:
    harness = harness_with(both("client", "a"))
    copy = harness.service.add("client", "One", {**marks("One"), "Owner": "somebody"}, Secret="a")
    report = harness.run(both("client", "b"), ALL)
    assert "two live resources have its mark" in messages(report)["One"]
    assert copy.died is None
    assert harness.service.journal == []


def test_what_lost_its_mark_since_the_plan_is_not_deleted() -> None:
    harness = harness_with(both("client", "a"))
    old = next(each for each in harness.service.live_resources if each.family == "client")

    def take_the_mark_away(service: Service) -> None:
        if service.journal[-1].startswith("update_door"):
            assert old.tags.pop(REPLACED_MARK) == "true"
            old.tags[KEY_MARK] = "Other"

    harness.service.watch = take_the_mark_away
    report = harness.run(both("client", "b"), ALL)
    assert (outcomes(report)["One"], old.died) == ("refused", None)
    assert "it is left alone" in messages(report)["One"]


# -- references --------------------------------------------------------------------------------------------------------------


def refused_untouched(harness: Harness, after: Stack, **options: Any) -> str:
    report = harness.run(after, ALL, **options)
    assert (outcomes(report)["One"], harness.service.journal) == ("refused", [])
    return messages(report)["One"]


def test_it_is_refused_where_a_user_is_not_part_of_the_pass() -> None:
    harness = harness_with(both("client", "a"))
    said = refused_untouched(harness, both("client", "b"), only=("toy.client/One",))
    assert said == "toy.door/Front refers to it, and is not changed in this pass"


def test_it_is_refused_where_a_user_is_only_reported() -> None:
    only_reported = door("client", policy=Policy(on_drift="report"))
    harness = harness_with(stack(one("client", "a"), only_reported))
    said = refused_untouched(harness, stack(one("client", "b"), only_reported))
    assert said == "toy.door/Front refers to it, and is not changed in this pass"


@pytest.mark.parametrize("may", [True, False])
def test_a_user_that_cannot_be_changed_is_replaced_too_where_it_may_be(*, may: bool) -> None:
    gate = wanted("toy.gate/Iron", {"client": "One"}, policy=Policy(replace=may))
    harness = harness_with(stack(one("client", "a"), gate))
    after = stack(one("client", "b"), gate)
    if not may:
        assert "toy.gate/Iron refers to it" in refused_untouched(harness, after)
        return
    harness.settle(after, kinds=ALL)
    assert harness.service.journal == [
        "tag One",
        "create client b",
        "delete gate Iron",
        "update_client One",
        "create gate Iron",
        "delete client a",
    ]


def test_it_is_refused_where_what_is_left_alone_refers_to_it() -> None:
    harness = harness_with(both("client", "a"))
    harness.service.live("Front").tags[PROTECT_MARK] = "true"
    said = refused_untouched(harness, stack(one("client", "b"), prune=True))
    assert said == "toy.door/Front refers to it, and is not changed in this pass"


@pytest.mark.parametrize(
    "options", [{"only": ("toy.client/One",)}, {"prune_at": 4e9}], ids=["other", "later"]
)
def test_it_is_refused_where_another_pass_prunes_what_refers_to_it(options: dict[str, Any]) -> None:
    harness = harness_with(both("client", "a"))
    said = refused_untouched(harness, stack(one("client", "b"), prune=True), **options)
    assert said == "toy.door/Front refers to it, and is not changed in this pass"


def test_what_is_pruned_goes_before_what_it_refers_to() -> None:
    harness = harness_with(both("client", "a"))
    assert harness.run(stack(one("client", "b"), prune=True), ALL).outcome == "settled"
    assert harness.service.journal[-2:] == ["delete door Front", "delete client a"]


def test_texts_that_hold_its_arn_follow_too() -> None:
    text = wanted("toy.door/Front", {"text": "see ${toy.client:One}"})
    harness = harness_with(stack(one("client", "a"), text))
    harness.settle(stack(one("client", "b"), text), kinds=ALL)
    (client,) = (
        each for each in harness.service.live_resources if each.family == "client" and each.died is None
    )
    assert harness.service.live("Front").members["Text"] == f"see {client.arn}"
    assert harness.service.journal[-2:] == ["update_door Front", "delete client a"]


def test_a_new_one_that_aws_refuses_leaves_the_old_one_with_its_users() -> None:
    harness = harness_with(both("client", "a"))
    harness.service.faults = [Fault("create_client", "denied", times=9)]
    report = harness.run(both("client", "b"), ALL)
    assert outcomes(report) == {"One": "refused", "Front": "waiting"}
    assert harness.service.live("Front").members["ClientId"] == "client-1"


def test_a_strangers_use_of_the_old_one_is_told_and_the_new_one_stays() -> None:
    harness = harness_with(both("client", "a"))
    twice(harness).strict = True
    theirs = harness.service.add("door", "Theirs", ClientId="client-1")
    assert outcomes(harness.run(both("client", "b"), ALL)) == {"One": "waiting", "Front": "done"}
    report = harness.run(both("client", "b"), ALL)
    assert outcomes(report) == {"One": "refused"}
    said = "it is used by toy.door/Theirs; a new toy.client/One exists: make them refer to it"
    assert said in messages(report)["One"]
    theirs.died = harness.clock.now()
    harness.settle(both("client", "b"), kinds=ALL)
    there(harness, "client", "b")


# -- declarations ------------------------------------------------------------------------------------------------------------


def test_a_kind_whose_old_one_nothing_could_mark_is_an_error() -> None:
    with pytest.raises(TypeError, match="before_delete needs tags or an update of the name"):

        class Unmarked(LoginAdapter):
            kind = "toy.unmarked"
            updates = (Sends("update_login", ("note",)),)


def test_an_upsert_that_makes_two_is_an_error() -> None:
    with pytest.raises(TypeError, match="an upsert creates no second one"):

        class Upsert(ClientAdapter):
            kind = "toy.upsert"
            create = Create("create_client", upsert=True, before_delete=True)


def test_names_to_be_freed_first_are_an_error() -> None:
    with pytest.raises(TypeError, match="a name that has to be freed first"):

        class Frees(ClientAdapter):
            kind = "toy.frees"
            delete = Delete("delete_client", frees=lambda _seen: [])
