"""Kinds that AWS deletes days after the request: until then a resource is neither usable nor deleted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import pytest

from reconciler.contract import Api, Create, Delete, Marked, Request, Restore, Sends, Sighting
from reconciler.errors import Refused
from reconciler.model import Resource
from reconciler.planning.action import DELETION
from reconciler.planning.ownership import KEY_MARK, STACK_MARK
from reconciler.stack import Desired, Policy
from tests.engine.small_faults import Crash, Fault
from tests.engine.small_harness import Harness, key, kinds_with, marks, messages, outcomes, stack, want
from tests.engine.small_service import (
    ARNS,
    Service,
    Toy,
    ToyResource,
)


class Vault(Resource):
    """A resource with a scheduled deletion."""

    lock: str | None = None
    note: str | None = None


def call_off(seen: Sighting, written: Mapping[str, Any]) -> Iterator[Request]:
    yield Request("cancel_vault", dict(seen.address))
    yield Request("open_vault", {**seen.address, "Note": str(written.get("note"))})


class VaultAdapter(Toy):
    kind, model = "toy.vault", Vault
    identity: ClassVar[Marked] = Marked(address="Id", arn_in="Arn", arns=ARNS)
    create = Create("create_vault", ("lock", "note"), fixed=frozenset({"lock"}))
    updates = (Sends("update_vault", ("note",)),)
    delete = Delete(
        "schedule_vault",
        parameters=lambda seen: {**seen.address, "Days": int((seen.tags or {}).get("days", "30"))},
        restore=Restore(call_off, ("cancel_vault", "open_vault")),
        frees=lambda seen: [Request("free_vault", dict(seen.address))],
    )

    def scheduled(self, api: Api, sighting: Sighting) -> Sighting:
        days = api.call("describe_vault", **sighting.address).get("Days")
        return replace(sighting, deletion=None if days is None else f"AWS deletes it in {days} days")


@dataclass
class Vaults(Service):
    """The small service with vaults: one with a scheduled deletion accepts only its cancellation."""

    def _do(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        if operation in ("tag", "untag"):
            self._refuse_scheduled(operation, self._live(operation, parameters["Arn"].rpartition("/")[2]))
        return super()._do(operation, parameters)

    def _create(self, family: str, scope: str | None, members: dict[str, Any]) -> dict[str, Any]:
        """Create a resource. Vaults have no name in requests; the name here is only for tests."""
        return super()._create(family, scope, {"Name": members["Tags"].get(KEY_MARK), **members})

    def _refuse_scheduled(self, operation: str, resource: ToyResource) -> None:
        if "Days" in resource.members:
            raise Refused(operation, "InvalidStateException", f"{resource.name} is pending deletion")

    def _update(self, operation: str, resource: ToyResource, members: dict[str, Any]) -> dict[str, Any]:
        if resource.family != "vault":
            return super()._update(operation, resource, members)
        self._refuse_scheduled(operation, resource)
        resource.members["Note"] = members.get("Note")
        self._note(f"update {resource.name}")
        return {}

    def _schedule(self, operation: str, resource: ToyResource, members: dict[str, Any]) -> dict[str, Any]:
        self._refuse_scheduled(operation, resource)
        if members["Days"] == 0:
            return self._delete(operation, resource, members)
        resource.members["Days"] = members["Days"]
        self._note(f"schedule {resource.name}")
        return {}

    def _cancel(self, operation: str, resource: ToyResource, _members: dict[str, Any]) -> dict[str, Any]:
        if "Days" not in resource.members:
            raise Refused(operation, "InvalidStateException", f"{resource.name} is not pending deletion")
        del resource.members["Days"]
        resource.members["Shut"] = True
        self._note(f"cancel {resource.name}")
        return {}

    def _open(self, _operation: str, resource: ToyResource, _members: dict[str, Any]) -> dict[str, Any]:
        resource.members.pop("Shut", None)
        self._note(f"open {resource.name}")
        return {}

    def _free(self, _operation: str, resource: ToyResource, _members: dict[str, Any]) -> dict[str, Any]:
        resource.members["Name"] += " freed"
        self._note(f"free {resource.name}")
        return {}

    def _note(self, change: str) -> None:
        self.journal.append(
            change
        )  # two may have the same mark: an existing one, and one with a scheduled deletion


ALL = kinds_with(VaultAdapter)
GOLD = {"lock": "brass", "note": "gold"}
REPLACE = Policy(replace=True)


def vault(settings: Mapping[str, Any] = GOLD, name: str = "Gold", **said: Any) -> Desired:
    return want(f"toy.vault/{name}", settings, kinds=ALL, **said)


WITH = stack(vault())
WITHOUT = stack(prune=True)


@pytest.fixture
def harness() -> Harness:
    made = Harness.settled(Vaults, WITH, ALL)
    made.service.live("Gold").tags["days"] = "7"
    return made


@pytest.fixture
def pruned(harness: Harness) -> Harness:
    assert harness.run(WITHOUT, ALL).outcome == "settled"
    harness.service.journal.clear()
    return harness


def test_it_is_scheduled_with_what_its_tags_say_and_the_report_says_when_it_goes(harness: Harness) -> None:
    report = harness.run(WITHOUT, ALL)
    assert (report.outcome, harness.service.journal) == ("settled", ["schedule Gold"])
    assert harness.service.live("Gold").members["Days"] == 7
    assert "toy.vault/Gold: AWS deletes it in 7 days" in report.notes


def test_one_that_aws_deletes_at_once_is_not_waited_for(harness: Harness) -> None:
    harness.service.live("Gold").tags["days"] = "0"
    report = harness.run(WITHOUT, ALL)
    assert (report.outcome, harness.service.names("vault"), report.seconds) == ("settled", [], 0.0)
    assert outcomes(report) == {"Gold": "done"}


def test_what_is_scheduled_is_not_there_for_a_later_prune(pruned: Harness) -> None:
    report = pruned.run(WITHOUT, ALL)
    assert (report.outcome, report.plan.actions, report.mutating_calls) == ("settled", {}, 0)


def test_what_somebody_scheduled_since_the_plan_is_not_scheduled_again(harness: Harness) -> None:
    harness.service.faults = [Fault("schedule_vault", "lost with effect")]
    harness.run(WITHOUT, ALL)
    assert harness.service.journal == ["schedule Gold"]
    assert harness.run(WITHOUT, ALL).plan.actions == {}


def test_what_is_wanted_again_is_restored_and_not_made_anew(pruned: Harness) -> None:
    before = pruned.service.live("Gold").id
    report = pruned.run(WITH, ALL)
    action = report.plan.actions[key("toy.vault/Gold")]
    assert (action.verb, [each.field for each in action.differences]) == ("update", [DELETION])
    assert action.differences[0].observed == "AWS deletes it in 7 days"
    assert (report.outcome, pruned.service.journal) == ("settled", ["cancel Gold", "open Gold"])
    gold = pruned.service.live("Gold")
    assert (gold.id, gold.members) == (before, {"Name": "Gold", "Lock": "brass", "Note": "gold"})
    pruned.settle(WITH, kinds=ALL)


def test_what_is_restored_gets_its_other_settings_and_tags_too(pruned: Harness) -> None:
    wanted = stack(vault({"lock": "brass", "note": "silver"}), tags={"Team": "shop"})
    assert pruned.run(wanted, ALL).outcome == "settled"
    gold = pruned.service.live("Gold")
    assert (gold.members["Note"], gold.tags["Team"]) == ("silver", "shop")


def test_a_dry_run_restores_nothing(pruned: Harness) -> None:
    assert pruned.run(WITH, ALL, dry_run=True).outcome == "pending"
    assert pruned.service.journal == []


def test_a_restore_whose_reply_is_lost_goes_on(pruned: Harness) -> None:
    pruned.service.faults = [Fault("cancel_vault", "lost with effect")]
    pruned.run(WITH, ALL)
    pruned.settle(WITH, kinds=ALL)
    assert pruned.service.names("vault") == ["Gold"]


def test_a_restore_that_aws_refuses_is_told(pruned: Harness) -> None:
    pruned.service.faults = [Fault("cancel_vault", "denied")]
    report = pruned.run(WITH, ALL)
    assert outcomes(report)["Gold"] == "refused"
    assert "not authorized" in messages(report)["Gold"]


def test_what_a_policy_only_reports_stays_scheduled(pruned: Harness) -> None:
    pruned.run(stack(vault(policy=Policy(on_drift="report"))), ALL)
    assert pruned.service.journal == []


def test_a_strangers_is_not_restored(pruned: Harness) -> None:
    pruned.service.live("Gold").tags.clear()
    report = pruned.run(WITH, ALL)
    assert "`adopt: true` takes it" in messages(report)["Gold"]
    assert pruned.service.journal == []


def test_another_stacks_is_not_restored_even_where_it_is_to_be_adopted(pruned: Harness) -> None:
    pruned.service.live("Gold").tags[STACK_MARK] = "other/dev"
    pruned.run(stack(vault(adopt=True)), ALL)
    assert pruned.service.journal == []


def test_a_strangers_is_restored_and_adopted_where_the_files_say_so(pruned: Harness) -> None:
    pruned.service.live("Gold").tags.clear()
    assert pruned.run(stack(vault(adopt=True)), ALL).outcome == "settled"
    assert pruned.service.live("Gold").tags == marks("Gold")


def test_what_is_only_referred_to_and_about_to_go_is_refused(pruned: Harness) -> None:
    report = pruned.run(stack(vault({}, existing=True)), ALL)
    assert "its deletion is scheduled: AWS deletes it in 7 days" in messages(report)["Gold"]


# -- replaced ----------------------------------------------------------------------------------------------------------------

STEEL = stack(vault({"lock": "steel", "note": "gold"}, policy=REPLACE))


def test_one_that_is_replaced_frees_its_names_and_the_new_one_is_taken_from_then_on(harness: Harness) -> None:
    assert harness.run(STEEL, ALL).outcome == "settled"
    assert harness.service.journal == ["free Gold freed", "schedule Gold freed", "create vault Gold"]
    harness.settle(STEEL, kinds=ALL)


def test_one_that_is_pruned_keeps_its_names(pruned: Harness) -> None:
    assert pruned.service.live("Gold").members["Days"] == 7


def test_one_that_is_about_to_go_and_cannot_be_changed_makes_way(pruned: Harness) -> None:
    assert pruned.run(STEEL, ALL).outcome == "settled"
    assert pruned.service.journal == ["free Gold freed", "create vault Gold"]
    pruned.settle(STEEL, kinds=ALL)


def test_without_replace_it_is_left_to_its_deletion_and_refused(pruned: Harness) -> None:
    report = pruned.run(stack(vault({"lock": "steel"})), ALL)
    assert "AWS cannot change lock" in messages(report)["Gold"]
    assert pruned.service.journal == []


@pytest.mark.parametrize("operation", ["free_vault", "schedule_vault", "create_vault"])
@pytest.mark.parametrize("when", ["crash before", "crash after"])
def test_a_replace_that_breaks_off_is_finished_by_the_next_pass(
    harness: Harness, operation: str, when: Any
) -> None:
    harness.service.faults = [Fault(operation, when)]
    with pytest.raises(Crash):
        harness.run(STEEL, ALL)
    harness.settle(STEEL, kinds=ALL)
    there = [
        each
        for each in harness.service.live_resources
        if each.family == "vault" and "Days" not in each.members
    ]
    assert [(each.name, each.members["Lock"]) for each in there] == [("Gold", "steel")]


def test_several_that_are_about_to_go_are_not_chosen_from(pruned: Harness) -> None:
    assert pruned.run(STEEL, ALL).outcome == "settled"
    assert pruned.run(WITHOUT, ALL).outcome == "settled"
    pruned.service.live("Gold").members["Name"] = "by no name of ours"
    pruned.service.journal.clear()
    report = pruned.run(WITH, ALL)
    assert "AWS will delete all of them; cancel the deletion of one" in messages(report)["Gold"]
    assert pruned.service.journal == []


@pytest.mark.parametrize(("what", "passes"), [("lost", 2), ("lost with effect", 1)])
def test_one_without_a_name_is_made_once_whatever_becomes_of_the_reply(
    harness: Harness, what: Any, passes: int
) -> None:
    """Only its mark shows that it was created. If it is not visible, the next pass continues: it may take effect later."""
    wanted = stack(vault(), vault(name="Silver"))
    harness.service.faults = [Fault("create_vault", what)]
    harness.settle(wanted, kinds=ALL, passes=passes)
    assert sorted(harness.service.names("vault")) == ["Gold", "Silver"]


def test_one_that_is_about_to_go_is_not_taken_for_the_one_that_was_just_made(pruned: Harness) -> None:
    pruned.service.faults = [Fault("create_vault", "lost with effect")]
    assert pruned.run(STEEL, ALL).outcome == "settled"
    pruned.settle(STEEL, kinds=ALL)
