"""A Connect instance with its contents in the sandbox: deleted, replaced, protected, and contents that AWS created."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reconciler.applying import Quiet
from reconciler.desired import load
from reconciler.kinds import known_kinds
from reconciler.pass_options import Options
from reconciler.pass_report import PassReport
from reconciler.planning.ownership import STACK_MARK
from reconciler.reconcile import Pass
from reconciler.runtime.clock import VirtualClock
from reconciler.sandbox import Sandbox
from reconciler.sandbox.account import account_in, sandboxed
from reconciler.sandbox.fault_injection import Fault, FaultKind
from reconciler.stack import GuardLimits, Key, Policy, Stack

SMALL = Path(__file__).parents[1] / "faults" / "stacks" / "small"
CENTRE = Key("connect.instance", "small-centre")
LINE = Key("connect.phone_number", "line")
INSIDE = {
    "connect.contact_flow/Main",
    "connect.hours_of_operation/Day",
    "connect.phone_number/line",
    "connect.queue/Sales",
    "connect.quick_connect/Boss",
    "connect.routing_profile/Agents",
    "connect.security_profile/Agents",
    "connect.user/jo",
    "connect.user_hierarchy_group/Sales",
}
FREE = Policy(protect=False, replace=True)


class Scene:
    """A sandbox with the small stack's contact centre, whose instance may be deleted and replaced."""

    def __init__(self, box: Sandbox, clock: VirtualClock) -> None:
        self.box, self.clock = box, clock
        loaded = load(SMALL, "dev", known_kinds())
        inside = {key: each for key, each in loaded.resources.items() if key.kind.startswith("connect.")}
        self.stack = replace(loaded, resources=inside, guard=GuardLimits(100))
        self.stack = self.with_policy(CENTRE, FREE)

    def with_policy(self, key: Key, policy: Policy) -> Stack:
        desired = replace(self.stack.resources[key], policy=policy)
        return replace(self.stack, resources={**self.stack.resources, key: desired})

    def saml(self, stack: Stack | None = None) -> Stack:
        """The stack with another value of a field that AWS cannot change."""
        stack = stack or self.stack
        found = stack.resources[CENTRE]
        other = replace(found, settings={**found.settings, "identity_management_type": "SAML"})
        user = stack.resources[Key("connect.user", "jo")]
        settings = {name: value for name, value in user.settings.items() if name != "password"}
        resources = {**stack.resources, CENTRE: other, user.key: replace(user, settings=settings)}
        return replace(stack, resources=resources)

    def run(
        self, stack: Stack, applying: Callable[[PassReport], None] = lambda _report: None, **options: Any
    ) -> PassReport:
        account = account_in(self.box, stack.region, self.clock)
        one = Pass(stack, known_kinds(), account, self.clock, Options(**options), Quiet(), applying=applying)
        report = one.run()
        self.clock.sleep(60)
        return report

    def client(self, service: str = "connect") -> Any:
        return self.box.session("eu-west-2").client(service)

    @property
    def instance(self) -> dict[str, str]:
        (row,) = self.client().list_instances()["InstanceSummaryList"]
        return {"InstanceId": row["Id"]}

    @property
    def numbers(self) -> list[str]:
        rows = self.client().list_phone_numbers_v2()["ListPhoneNumbersSummaryList"]
        return [row["PhoneNumber"] for row in rows]


@pytest.fixture
def at() -> Iterator[Scene]:
    with sandboxed() as (box, clock):
        scene = Scene(box, clock)
        assert scene.run(scene.stack).outcome == "settled"
        yield scene


def emptied(stack: Stack) -> Stack:
    """The stack with only the header in its files."""
    return replace(stack, resources={}, prune=True)


def named(report: PassReport) -> set[str]:
    return {str(each.key) for each in report.plan.actions[CENTRE].contents}


def test_an_instance_is_not_deleted_with_a_protected_number_in_it(at: Scene) -> None:
    numbers = at.numbers
    for approved in (None, 10):
        report = at.run(emptied(at.stack), allow_deletes=approved)
        assert named(report) == INSIDE
        assert (report.outcome, report.mutating_calls) == ("failed", 0)
        assert (
            "must not be deleted: connect.phone_number/line (it is protected)"
            in report.results[CENTRE].message
        )
    assert at.numbers == numbers


def test_the_last_instance_is_deleted_with_all_that_lives_in_it_once_nothing_is_protected(at: Scene) -> None:
    at.run(at.with_policy(LINE, Policy(protect=False)))
    wary = replace(emptied(at.stack), guard=GuardLimits())
    report = at.run(wary)
    assert (report.outcome, report.mutating_calls) == ("refused", 0)
    assert report.hints == ("--allow-deletes 10 approves this plan",)
    report = at.run(wary, allow_deletes=10)
    assert (report.outcome, report.contents_gone) == ("settled", 9)
    assert (at.numbers, at.client().list_instances()["InstanceSummaryList"]) == ([], [])


def test_an_instance_is_not_replaced_with_a_protected_number_in_it(at: Scene) -> None:
    numbers = at.numbers
    report = at.run(at.saml())
    assert report.results[CENTRE].outcome == "refused"
    assert "connect.phone_number/line (it is protected)" in report.results[CENTRE].message
    assert at.numbers == numbers


def test_what_lives_in_an_instance_is_made_again_when_it_is_replaced(at: Scene) -> None:
    at.stack = at.with_policy(LINE, Policy(protect=False))
    at.run(at.stack)
    before = at.instance
    report = at.run(at.saml())
    unfinished = {str(key): each for key, each in report.results.items() if each.outcome != "done"}
    assert (report.outcome, unfinished) == ("settled", {})
    assert named(report) == INSIDE
    assert report.results.keys() == at.stack.resources.keys()
    assert (at.instance != before, len(at.numbers)) == (True, 1)
    again = at.run(at.saml())
    assert (again.outcome, again.mutating_calls) == ("settled", 0)


def test_what_lives_in_a_protected_instance_is_named_when_it_is_gone_from_the_files(at: Scene) -> None:
    at.run(at.with_policy(CENTRE, Policy()))
    report = at.run(emptied(at.stack))
    (note,) = report.notes
    assert (report.outcome, report.mutating_calls) == ("settled", 0)
    assert all(each in note for each in INSIDE)


def others(report: PassReport) -> dict[str, tuple[str, ...] | str]:
    """By type: the names of contents without a kind, or why they are not listed."""
    return {each.noun: each.not_listed or each.names for each in report.plan.actions[CENTRE].others}


def test_what_is_not_managed_by_us_is_named_when_an_instance_goes(at: Scene) -> None:
    at.stack = at.with_policy(LINE, Policy(protect=False))
    at.run(at.stack)
    connect = at.client()
    connect.create_agent_status(**at.instance, Name="Training", State="ENABLED")
    connect.create_predefined_attribute(**at.instance, Name="Language", Values={"StringList": ["de"]})
    for wanted in (emptied(at.stack), at.saml()):
        report = at.run(wanted, dry_run=True)
        found = others(report)
        assert named(report) - INSIDE == {"connect.agent_status/Training"}, "AWS's own two are no loss"
        assert "Language" in found["predefined attributes"]
        assert "Beep.wav" in found["prompts"]
        assert not {"views", "rules"} & found.keys()
        assert str(found["workspaces"]).startswith("list_workspaces: NotImplemented")
    report = at.run(emptied(at.stack))
    assert (report.outcome, "prompts" in others(report)) == ("settled", True)


def test_what_is_not_managed_by_us_and_came_since_the_plan_keeps_an_instance_alive(at: Scene) -> None:
    at.stack = at.with_policy(LINE, Policy(protect=False))
    at.run(at.stack)

    def add(_report: PassReport) -> None:
        at.client().create_predefined_attribute(**at.instance, Name="Late", Values={"StringList": ["de"]})

    before = at.instance
    report = at.run(at.saml(), applying=add)
    assert report.results[CENTRE].outcome == "refused"
    said = "the plan does not have all of its contents: Late (predefined attributes)"
    assert said in report.results[CENTRE].message
    assert at.instance == before
    assert at.run(at.saml()).outcome == "settled", "a plan that names it deletes it"


def test_a_list_that_may_not_be_read_does_not_keep_an_instance(at: Scene) -> None:
    at.stack = at.with_policy(LINE, Policy(protect=False))
    at.run(at.stack)
    denied = Fault(FaultKind.ACCESS_DENIED)
    at.box.inject(lambda attempt: denied if attempt.operation == "ListPrompts" else None)
    report = at.run(emptied(at.stack))
    assert report.outcome == "settled"
    assert "AccessDenied" in str(others(report)["prompts"])


def test_a_quiet_pass_lists_nothing_of_what_is_not_managed_by_us(at: Scene) -> None:
    before = len(at.box.journal)
    assert at.run(at.stack).outcome == "settled"
    asked = {each.operation for each in at.box.journal[before:]}
    assert not asked & {"ListPrompts", "ListViews", "ListRules", "ListTaskTemplates", "SearchVocabularies"}


def test_what_people_and_other_stacks_have_in_it_is_named(at: Scene) -> None:
    at.run(at.with_policy(LINE, Policy(protect=False)))
    connect = at.client()
    for name, tags in (("By hand", {"Owner": "hand"}), ("Theirs", {STACK_MARK: "other/dev"})):
        connect.create_security_profile(**at.instance, SecurityProfileName=name, Tags=tags)
    report = at.run(emptied(at.stack))
    assert named(report) == INSIDE | {"connect.security_profile/By hand", "connect.security_profile/Theirs"}
    said = 'connect.security_profile/Theirs (it has the mark of stack "other/dev")'
    assert said in report.results[CENTRE].message


# -- contents that AWS created ------------------------------------------------------------------------------------------

AGENT = Key("connect.security_profile", "Agent")


def with_agent(at: Scene, *, adopt: bool = False, **settings: Any) -> Stack:
    """The stack with a security profile that every new instance has."""
    profile = at.stack.resources[Key("connect.security_profile", "Agents")]
    agent = replace(profile.under(AGENT), settings=settings, adopt=adopt)
    return replace(at.stack, resources={**at.stack.resources, AGENT: agent})


BROUGHT = ["BasicAgentAccess", "OutboundCallAccess"]
JUDGED = {
    "as it is": ({"permissions": BROUGHT}, "done", "settled"),
    "otherwise": ({"permissions": ["BasicAgentAccess"]}, "refused", "failed"),
    "otherwise, and to be taken": ({"permissions": ["BasicAgentAccess"], "adopt": True}, "done", "settled"),
}


@pytest.mark.parametrize(("written", "result", "outcome"), JUDGED.values(), ids=JUDGED.keys())
def test_what_a_new_instance_brings_is_judged_like_anything_that_lives(
    written: dict[str, Any], result: str, outcome: str
) -> None:
    """In the pass that creates the instance, and in the next one."""
    with sandboxed() as (box, clock):
        at = Scene(box, clock)
        wanted = with_agent(at, **written)
        report = at.run(wanted)
        assert (report.outcome, report.results[AGENT].outcome) == (outcome, result)
        again = at.run(wanted)
        assert again.outcome == outcome
        assert again.mutating_calls == 0


def test_what_aws_made_is_unmarked_and_not_deleted_by_a_prune(at: Scene) -> None:
    assert at.run(with_agent(at, permissions=BROUGHT)).outcome == "settled"
    pruning = replace(at.stack, prune=True)
    report = at.run(pruning)
    assert (report.outcome, report.plan.actions[AGENT].verb) == ("settled", "release")
    again = at.run(pruning)
    assert (again.outcome, again.plan.actions) == ("settled", {})


def test_what_turns_out_to_be_made_by_aws_is_unmarked(at: Scene) -> None:
    """With another name, this is only known after AWS has refused to delete it."""
    connect, queue = at.client(), Key("connect.queue", "Main")
    sales = at.stack.resources[Key("connect.queue", "Sales")]
    main = replace(
        sales.under(queue), settings={"max_contacts": 7}, references={}, adopt=True, renamed_from="BasicQueue"
    )
    assert at.run(replace(at.stack, resources={**at.stack.resources, queue: main})).outcome == "settled"
    pruning = replace(at.stack, prune=True)
    report = at.run(pruning)
    assert (report.outcome, report.results[queue].outcome) == ("settled", "done")
    assert report.notes == (
        "connect.queue/Main: AWS created it and does not allow deleting it; our mark was removed",
    )
    assert at.run(pruning).plan.actions == {}
    rows = connect.list_queues(**at.instance, QueueTypes=["STANDARD"])["QueueSummaryList"]
    assert "Main" in {row["Name"] for row in rows}


# -- contents that are in use ----------------------------------------------------------------------------------------------


def test_a_queue_that_a_hand_made_routing_profile_uses_is_refused_with_its_name(at: Scene) -> None:
    connect, desk = at.client(), Key("connect.queue", "Desk")
    sales = at.stack.resources[Key("connect.queue", "Sales")]
    settings = {"hours_of_operation": "Day"}
    more = replace(
        sales.under(desk),
        settings=settings,
        references={"hours_of_operation": (Key("connect.hours_of_operation", "Day"),)},
    )
    assert at.run(replace(at.stack, resources={**at.stack.resources, desk: more})).outcome == "settled"
    rows = connect.list_queues(**at.instance, QueueTypes=["STANDARD"])["QueueSummaryList"]
    (identity,) = (row["Id"] for row in rows if row["Name"] == "Desk")
    connect.create_routing_profile(
        **at.instance,
        Name="By hand",
        Description="By hand",
        DefaultOutboundQueueId=identity,
        MediaConcurrencies=[{"Channel": "VOICE", "Concurrency": 1}],
    )
    began = len(at.box.journal)
    report = at.run(replace(at.stack, prune=True))
    deletes = [each.operation for each in at.box.journal[began:] if each.operation == "DeleteQueue"]
    assert (report.results[desk].outcome, len(deletes)) == ("refused", 1)
    assert "it is used by connect.routing_profile/By hand; " in report.results[desk].message
    assert report.seconds < 30


def test_a_number_that_uses_something_is_named_by_its_key_and_its_number_beside_it(at: Scene) -> None:
    flow, old = Key("connect.contact_flow", "Main"), Key("connect.contact_flow", "Old")
    more = replace(at.stack.resources[flow].under(old), policy=Policy(protect=False))
    line = at.stack.resources[LINE]
    to_old = replace(
        line, settings={**line.settings, "contact_flow": "Old"}, references={"contact_flow": (old,)}
    )
    assert (
        at.run(replace(at.stack, resources={**at.stack.resources, old: more, LINE: to_old})).outcome
        == "settled"
    )
    unsaid = replace(
        line,
        settings={name: value for name, value in line.settings.items() if name != "contact_flow"},
        references={},
    )
    report = at.run(replace(at.stack, resources={**at.stack.resources, LINE: unsaid}, prune=True))
    (number,) = at.numbers
    assert report.results[old].outcome == "refused"
    assert f"it is used by connect.phone_number/line ({number}); " in report.results[old].message


def test_a_bucket_with_objects_in_it_is_refused_at_once(at: Scene) -> None:
    loaded = load(SMALL, "dev", known_kinds())
    buckets = {key: each for key, each in loaded.resources.items() if key.kind == "s3.bucket"}
    (bucket,) = buckets
    free = {bucket: replace(buckets[bucket], policy=Policy(protect=False))}
    alone = replace(loaded, name="buckets", resources=free)
    assert at.run(alone).outcome == "settled"
    at.client("s3").put_object(Bucket=bucket.name, Key="a", Body=b"a")
    began = len(at.box.journal)
    report = at.run(emptied(alone))
    deletes = [each for each in at.box.journal[began:] if each.operation == "DeleteBucket"]
    assert (report.results[bucket].outcome, len(deletes)) == ("refused", 1)
    assert "BucketNotEmpty" in report.results[bucket].message
    assert "empty it" in report.results[bucket].message
