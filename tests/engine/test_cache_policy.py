"""A pass uses what an earlier one read as long as that is certain, and finds out in time when it is not."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from reconciler.applying import Progress, Quiet
from reconciler.cache_store import Cache, FileCache, Memory, NoCache
from reconciler.contract import Sighting
from reconciler.field_schema import fields_of, references_in
from reconciler.kinds import known_kinds
from reconciler.observing.cache_policy import AUDIT_UNTIL, LAG, CachedReader
from reconciler.planning.ownership import PROTECT_MARK, STACK_MARK
from reconciler.planning.plan import Action
from reconciler.reconcile import Options, Pass, PassReport
from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import account_in, sandboxed
from reconciler.stack import Desired, Key, Place, Policy, Stack

REGION, ALIAS = "eu-west-2", "acme"
INSTANCE = Key("connect.instance", ALIAS)
PLACE = Place("stack.yaml", 1, 1)
MINUTE, HOUR = 60.0, 3600.0
QUIET = Quiet()

END = {"Identifier": "end", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}
FLOW = {"Version": "2019-10-30", "StartAction": "end", "Actions": [END]}
MONDAY = {"day": "MONDAY", "start_time": "09:00", "end_time": "17:00"}


def want(kind: str, name: str, **settings: Any) -> Desired:
    """One resource of the centre, its references resolved as the loader would."""
    shapes = fields_of(known_kinds()[kind].model)
    references = {
        setting: targets
        for setting, value in settings.items()
        if (targets := tuple(Key(ref.kind, target) for ref, target in references_in(shapes[setting], value)))
    }
    return Desired(Key(kind, name), settings, PLACE, INSTANCE, references)


def queue(name: str, *quick_connects: str) -> Desired:
    return want(
        "connect.queue", name, description=name, hours_of_operation="Day", quick_connects=[*quick_connects]
    )


def profile(name: str, *queues: str) -> Desired:
    rows = [{"queue": each, "channel": "VOICE", "priority": 1, "delay": 0} for each in queues]
    return want(
        "connect.routing_profile",
        name,
        description=name,
        default_outbound_queue=queues[0],
        media_concurrencies=[{"channel": "VOICE", "concurrency": 1}],
        queue_configs=rows,
    )


def quick_connect(name: str, number: str) -> Desired:
    config = {"quick_connect_type": "PHONE_NUMBER", "phone_config": {"phone_number": number}}
    return want("connect.quick_connect", name, quick_connect_config=config)


def user(name: str, profile: str = "Agents") -> Desired:
    return want(
        "connect.user",
        name,
        identity_info={"first_name": name, "last_name": "Doe"},
        phone_config={"phone_type": "SOFT_PHONE"},
        routing_profile=profile,
        security_profiles=["Callers"],
    )


def stack(*changed: Desired) -> Stack:
    """A small centre, with some of it as given."""
    centre = [
        Desired(INSTANCE, {}, PLACE, existing=True),
        want("connect.hours_of_operation", "Day", time_zone="Europe/London", config=[MONDAY]),
        want("connect.security_profile", "Callers", description="Call", permissions=["BasicAgentAccess"]),
        quick_connect("Boss", "+442079460001"),
        quick_connect("Lawyer", "+442079460002"),
        queue("Sales", "Boss"),
        queue("Support"),
        queue("Complaints", "Boss", "Lawyer"),
        profile("Agents", "Sales", "Support"),
        profile("Angels", "Complaints"),
        *(user(name) for name in ("ann", "bob", "cy", "dee")),
        want("connect.contact_flow", "Greeting", type="CONTACT_FLOW", content=FLOW),
        want("connect.phone_number", "hotline", phone_number="+442079460000", contact_flow="Greeting"),
        *changed,
    ]
    return Stack("acme", "dev", "123456789012", REGION, {each.key: each for each in centre})


@dataclass
class Centre:
    """The small centre in the sandbox, the memory of its passes, and the console that others use."""

    box: Sandbox
    clock: VirtualClock
    file: Path
    desired: Stack = field(default_factory=stack)

    @cached_property
    def connect(self) -> Any:
        """A client of somebody else."""
        return self.box.session(REGION).client("connect")

    @property
    def instance(self) -> dict[str, str]:
        """The instance as a parameter."""
        (row,) = self.connect.list_instances()["InstanceSummaryList"]
        return {"InstanceId": row["Id"]}

    def found(self, kind: str) -> list[dict[str, Any]]:
        """Everything that AWS lists of a kind: `queues`, `users`."""
        pages = self.connect.get_paginator(f"list_{kind}").paginate(**self.instance)
        return [row for page in pages for name, rows in page.items() if name.endswith("List") for row in rows]

    def id_of(self, kind: str, name: str) -> str:
        return next(row["Id"] for row in self.found(kind) if name in (row.get("Name"), row.get("Username")))

    def open(self) -> None:
        self.connect.create_instance(
            InstanceAlias=ALIAS,
            IdentityManagementType="SAML",
            InboundCallsEnabled=True,
            OutboundCallsEnabled=True,
        )
        self.connect.describe_instance(**self.instance)

    def run(
        self, cache: Cache | None = None, *, dry_run: bool = False, progress: Progress = QUIET
    ) -> PassReport:
        """One pass, as a process of its own would make it."""
        aws = account_in(self.box, REGION, self.clock)
        memory = cache or FileCache(self.file)
        return Pass(
            self.desired, known_kinds(), aws, self.clock, Options(dry_run=dry_run), progress, cache=memory
        ).run()

    def quiet(self) -> PassReport:
        """A pass that must find nothing to do."""
        report = self.run()
        assert (report.outcome, report.plan.pending, report.mutating_calls) == ("settled", (), 0), report
        return report

    def move(self, name: str, profile: str) -> None:
        """Somebody gives a user another routing profile in the console."""
        self.connect.update_user_routing_profile(
            **self.instance,
            UserId=self.id_of("users", name),
            RoutingProfileId=self.id_of("routing_profiles", profile),
        )


@pytest.fixture
def cold(tmp_path: Path) -> Iterator[Centre]:
    """A centre that has just been built; nothing is remembered."""
    with sandboxed() as (box, clock):
        centre = Centre(box, clock, tmp_path / "sightings.sqlite")
        centre.open()
        report = centre.run(NoCache())
        assert report.outcome == "settled", report.results
        clock.sleep(HOUR)
        yield centre


@pytest.fixture
def warm(cold: Centre) -> Centre:
    """A centre that a pass has seen a minute ago."""
    cold.quiet()
    cold.clock.sleep(MINUTE)
    return cold


def more(report: PassReport, than: PassReport) -> dict[str, int]:
    """The calls that one pass made and the other did not."""
    operations = {*report.calls, *than.calls}
    found = {each: report.calls.get(each, 0) - than.calls.get(each, 0) for each in operations}
    return {operation: count for operation, count in found.items() if count}


def total(report: PassReport) -> int:
    return sum(report.calls.values())


def changes(report: PassReport) -> list[str]:
    return [f"{action.verb} {action.key.name}" for action in report.plan.pending]


# -- what a quiet pass costs ---------------------------------------------------------------------------------------------------------

UNVERSIONED = {"connect:SearchContactFlows"}
"""ListContactFlows has no time of the last change: our own are searched for each time."""


def test_a_quiet_warm_pass_only_lists(warm: Centre) -> None:
    operations = set(warm.quiet().calls) - UNVERSIONED - {"sts:GetCallerIdentity"}
    assert operations
    assert [each for each in sorted(operations) if not each.startswith("connect:List")] == []


def test_a_cold_pass_searches(cold: Centre) -> None:
    calls = cold.run(NoCache()).calls
    assert {"connect:SearchUsers", "connect:SearchQueues", "connect:ListQueueQuickConnects"} <= calls.keys()


def test_every_quiet_pass_costs_the_same(warm: Centre) -> None:
    first = warm.quiet()
    warm.clock.sleep(MINUTE)
    assert more(warm.quiet(), first) == {}


def test_a_quiet_pass_writes_no_memory_anew(warm: Centre) -> None:
    before = remembered(warm)
    assert before
    warm.quiet()
    assert remembered(warm) == before


def remembered(centre: Centre) -> list[Any]:
    with closing(sqlite3.connect(centre.file)) as database:
        return database.execute("select * from sightings").fetchall()


# -- what changed is read ------------------------------------------------------------------------------------------------------------


def test_one_changed_user_costs_one_describe(warm: Centre) -> None:
    quiet = warm.quiet()
    warm.move("bob", "Angels")
    dry = warm.run(dry_run=True)
    assert changes(dry) == ["update bob"]
    assert more(dry, quiet) == {"connect:DescribeUser": 1}


def test_a_changed_user_is_put_right_and_that_is_remembered(warm: Centre) -> None:
    before = warm.quiet()
    warm.move("bob", "Angels")
    assert (changes(report := warm.run()), report.outcome) == (["update bob"], "settled")
    warm.clock.sleep(HOUR)
    assert more(warm.quiet(), before) == {"connect:DescribeUser": 1}
    assert more(warm.quiet(), before) == {}


def test_a_new_and_a_deleted_user_are_seen(warm: Centre) -> None:
    warm.connect.delete_user(**warm.instance, UserId=warm.id_of("users", "cy"))
    warm.desired = stack(user("eve"))
    assert (changes(report := warm.run()), report.outcome) == (["create cy", "create eve"], "settled")
    warm.quiet()


def test_many_changes_are_read_in_bulk(warm: Centre) -> None:
    quiet = warm.quiet()
    for name in ("ann", "bob", "cy"):
        warm.move(name, "Angels")
    dry = warm.run(dry_run=True)
    assert changes(dry) == ["update ann", "update bob", "update cy"]
    assert more(dry, quiet) == {"connect:SearchUsers": 1}


@pytest.mark.parametrize(("age", "reads"), [(1.0, 1), (LAG - 1, 1), (LAG + 1, 0)])
def test_what_changed_just_before_the_look_is_not_believed(warm: Centre, age: float, reads: int) -> None:
    quiet = warm.quiet()
    warm.move("bob", "Angels")
    warm.move("bob", "Agents")
    warm.clock.sleep(age)
    warm.quiet()
    assert warm.quiet().calls.get("connect:DescribeUser", 0) == reads
    warm.clock.sleep(LAG + 1)
    warm.quiet()
    assert more(warm.quiet(), quiet) == {}


# -- the memory is never needed ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [None, b"", b"no database at all" * 999])
def test_without_its_memory_a_pass_comes_to_the_same_with_more_calls(
    warm: Centre, content: bytes | None
) -> None:
    quiet = warm.quiet()
    if content is None:
        warm.file.unlink()
    else:
        warm.file.write_bytes(content)
    assert total(warm.quiet()) > total(quiet)
    warm.clock.sleep(MINUTE)
    assert more(warm.quiet(), quiet) == {}


def test_where_nothing_can_be_remembered_every_pass_is_cold(warm: Centre) -> None:
    nowhere = FileCache(warm.file / "below a file")
    warm.move("bob", "Angels")
    assert (changes(report := warm.run(nowhere)), report.outcome) == (["update bob"], "settled")
    again = warm.run(nowhere)
    assert (again.plan.pending, again.calls["connect:SearchUsers"]) == ((), 1)


def test_with_and_without_memory_the_plan_is_the_same(warm: Centre) -> None:
    warm.move("bob", "Angels")
    warm.connect.delete_user(**warm.instance, UserId=warm.id_of("users", "cy"))
    warm.connect.update_queue_status(
        **warm.instance, QueueId=warm.id_of("queues", "Sales"), Status="DISABLED"
    )
    warm.desired = stack(queue("Sales", "Lawyer"), profile("Angels", "Support"), user("eve"))
    dry, without = warm.run(dry_run=True), warm.run(NoCache(), dry_run=True)
    assert dry.plan.pending
    assert dry.plan.pending == without.plan.pending
    assert warm.run().plan.pending == dry.plan.pending


# -- associations: AWS does not promise that they move the time of the last change -----------------------------------------------------

OURS = {
    "quick connects of a queue": (queue("Sales", "Lawyer"), "queues"),
    "no quick connects any more": (queue("Complaints"), "queues"),
    "queues of a routing profile": (profile("Agents", "Sales", "Complaints"), "routing_profiles"),
}


@pytest.mark.parametrize(("changed", "kind"), OURS.values(), ids=OURS.keys())
def test_our_own_change_of_an_association_is_not_undone_by_memory(
    warm: Centre, changed: Desired, kind: str
) -> None:
    before = versions(warm, kind)
    warm.desired = stack(changed)
    assert (changes(report := warm.run()), report.outcome) == ([f"update {changed.key.name}"], "settled")
    assert versions(warm, kind) == before, "the sandbox is no use here: the change shows in the list"
    for pause in (0, MINUTE, HOUR):
        warm.clock.sleep(pause)
        warm.quiet()


def versions(centre: Centre, kind: str) -> dict[str, Any]:
    return {row["Id"]: row["LastModifiedTime"] for row in centre.found(kind)}


def test_a_foreign_change_of_an_association_is_found_by_the_audit(warm: Centre) -> None:
    before = versions(warm, "queues")
    (boss,) = (row["Id"] for row in warm.found("quick_connects") if row["Name"] == "Boss")
    warm.connect.associate_queue_quick_connects(
        **warm.instance, QueueId=warm.id_of("queues", "Support"), QuickConnectIds=[boss]
    )
    assert versions(warm, "queues") == before, "the sandbox is no use here: the change shows in the list"
    found = []
    for hour in range(1, 26):
        warm.clock.sleep(HOUR)
        report = warm.run()
        assert report.outcome == "settled"
        found += [(hour, change) for change in changes(report)]
    ((hour, change),) = found
    assert change == "update Support"
    assert 12 <= hour <= 24
    warm.quiet()


# -- the audit -----------------------------------------------------------------------------------------------------------------------


def looked(centre: Centre) -> dict[str, float]:
    """When each remembered resource with a version was last read."""
    cache, (instance,) = FileCache(centre.file), centre.instance.values()
    scope = f"{centre.desired.account}/{REGION}/{instance}"
    kinds = ("connect.queue", "connect.user", "connect.routing_profile", "connect.quick_connect")
    return {
        identity: memory.looked for kind in kinds for identity, memory in cache.recall(kind, scope).items()
    }


def test_after_a_day_everything_has_been_read_anew(warm: Centre) -> None:
    start = warm.clock.now()
    assert looked(warm)
    for _ in range(25):
        warm.clock.sleep(HOUR)
        warm.quiet()
    assert min(looked(warm).values()) > start
    assert min(looked(warm).values()) >= warm.clock.now() - AUDIT_UNTIL - HOUR


def test_a_pass_that_read_nothing_counts_as_the_last_one(warm: Centre) -> None:
    warm.clock.sleep(AUDIT_UNTIL)
    warm.quiet()
    warm.clock.sleep(AUDIT_UNTIL + HOUR)
    warm.quiet()
    at_once = warm.clock.now()
    warm.clock.sleep(1)
    warm.quiet()
    assert max(looked(warm).values()) <= at_once, "a second holds a fifth of a call"


def test_before_half_a_day_nothing_is_read_anew(warm: Centre) -> None:
    quiet = warm.quiet()
    warm.clock.sleep(11 * HOUR)
    assert more(warm.quiet(), quiet) == {}


# Seconds since the last pass, and how many reads a tenth of two calls a second allows meanwhile.
BUDGETS = [(1.0, 0), (10.0, 2), (60.0, 12), (HOUR, 720), (8 * HOUR, 1000)]


@pytest.mark.parametrize(("since", "budget"), BUDGETS)
def test_the_audit_takes_a_tenth_of_the_quota_and_the_oldest_first(since: float, budget: int) -> None:
    now, version = 1_800_000_000.0, "2020-01-01T00:00:00+00:00"
    ages = {f"user {n}": AUDIT_UNTIL + n for n in range(1, 1001)}
    memories = {name: Memory(version, now - age, {}, {}) for name, age in ages.items()}
    glanced = [Sighting(name, {"UserId": name}, name, version) for name in memories]
    user = known_kinds()["connect.user"]
    remembering = CachedReader(user, NoApi(), {}, now, memories, last_look=now - since)
    assert remembering._audited(glanced) == {f"user {n}" for n in range(1001 - budget, 1001)}


class NoApi:
    """Nobody calls it."""

    account = region = partition = ""

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        raise AssertionError(operation)

    def pages(self, operation: str, **parameters: Any) -> Iterator[Any]:
        raise AssertionError(operation)


# -- an instance under a new id --------------------------------------------------------------------------------------------------------


def test_an_instance_that_was_recreated_is_missed_and_then_found(warm: Centre) -> None:
    old = warm.instance
    warm.connect.delete_instance(**old)
    warm.open()
    assert warm.instance != old
    missed = warm.run()
    assert (missed.outcome, missed.mutating_calls) == ("failed", 0)
    messages = [result.message for result in missed.results.values() if result.outcome == "refused"]
    assert messages
    assert all("could not be seen" in message for message in messages)
    found = warm.run()
    assert {action.verb for action in found.plan.pending} == {"create"}
    # The number was released with the old instance, and AWS holds a released number back.
    left = {key.name: result.message for key, result in found.results.items() if result.outcome != "done"}
    assert left.keys() == {"hotline"}
    assert "not available" in left["hotline"]
    assert changes(warm.run()) == ["create hotline"]


# -- what is no longer desired ---------------------------------------------------------------------------------------------------------


def test_what_only_a_prune_looks_for_is_not_taken_from_memory(tmp_path: Path) -> None:
    """A kind of which nothing is desired any more has nothing that could be referred to either."""
    place = Place("stack.yaml", 1, 1)
    table = Key("dynamodb.table", "orders")
    settings = {
        "attribute_definitions": [{"attribute_name": "id", "attribute_type": "S"}],
        "key_schema": [{"attribute_name": "id", "key_type": "HASH"}],
        "billing_mode": "PAY_PER_REQUEST",
    }
    wanted = Desired(table, settings, place, policy=Policy(protect=False))
    full = Stack("shop", "dev", "123456789012", REGION, {table: wanted})
    empty = replace(full, resources={}, prune=True)
    cache = FileCache(tmp_path / "sightings.sqlite")
    with sandboxed() as (box, clock):

        def planned(stack: Stack, *, dry_run: bool) -> list[str]:
            clock.sleep(HOUR)
            aws = account_in(box, REGION, clock)
            options = Options(dry_run=dry_run)
            report = Pass(stack, known_kinds(), aws, clock, options, Quiet(), cache=cache).run()
            return changes(report)

        assert planned(full, dry_run=False) == ["create orders"]
        assert planned(full, dry_run=False) == []
        for _ in range(3):
            assert planned(empty, dry_run=True) == ["delete orders"]
        assert planned(empty, dry_run=False) == ["delete orders"]
        assert planned(empty, dry_run=False) == []


TAKEN = {
    "its mark was taken away": ({}, [STACK_MARK]),
    "another stack has taken it": ({STACK_MARK: "other"}, []),
    "it was protected": ({PROTECT_MARK: "true"}, []),
}


@pytest.mark.parametrize(("tags", "gone"), TAKEN.values(), ids=TAKEN.keys())
def test_nothing_is_deleted_on_the_word_of_memory(
    warm: Centre, tags: dict[str, str], gone: list[str]
) -> None:
    """Tags may change without a sign of it in the list; what they say now decides."""
    before = versions(warm, "quick_connects")
    (lawyer,) = (row for row in warm.found("quick_connects") if row["Name"] == "Lawyer")
    if tags:
        warm.connect.tag_resource(resourceArn=lawyer["Arn"], tags=tags)
    if gone:
        warm.connect.untag_resource(resourceArn=lawyer["Arn"], tagKeys=gone)
    assert versions(warm, "quick_connects") == before, (
        "the sandbox is no use here: the change shows in the list"
    )
    warm.desired = without_lawyer()
    report = warm.run()
    assert (changes(report), report.outcome) == (["update Complaints"], "settled")
    assert "Lawyer" in [row["Name"] for row in warm.found("quick_connects")]


def test_what_is_no_longer_desired_costs_a_look_at_its_tags(warm: Centre) -> None:
    warm.desired = replace(warm.desired, prune=True)
    warm.quiet()  # from now on it knows the tags of what is not ours, too
    quiet = warm.quiet()
    warm.desired = without_lawyer()
    planned = warm.run(dry_run=True)
    assert changes(planned) == ["update Complaints", "delete Lawyer"]
    assert more(planned, quiet) == {"connect:ListTagsForResource": 1}
    assert warm.run().outcome == "settled"
    assert "Lawyer" not in [row["Name"] for row in warm.found("quick_connects")]
    assert "connect:ListTagsForResource" not in warm.quiet().calls


class Interrupted(Quiet):
    def step(self, action: Action, part: str) -> None:
        if part == "drop":
            raise KeyboardInterrupt


def test_what_is_about_to_go_is_forgotten_before(warm: Centre) -> None:
    lawyer = warm.id_of("quick_connects", "Lawyer")
    assert lawyer in looked(warm)
    warm.desired = without_lawyer()
    with pytest.raises(KeyboardInterrupt):
        warm.run(progress=Interrupted())
    assert lawyer not in looked(warm)


def without_lawyer() -> Stack:
    """The small centre, after the lawyer has left."""
    desired = stack(queue("Complaints", "Boss"))
    rest = {key: each for key, each in desired.resources.items() if key.name != "Lawyer"}
    return replace(desired, resources=rest, prune=True)
