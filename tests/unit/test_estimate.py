"""The number of calls of a plan, and the time that AWS's quotas require for them."""

from random import Random

import boto3
import pytest

from reconciler.aws.account import Account
from reconciler.aws.pacing import Pacer
from reconciler.planning.estimate import mutating_calls
from reconciler.planning.plan import make_plan
from reconciler.reports.number_format import lasting
from reconciler.runtime.clock import VirtualClock
from reconciler.service import Rate, Service
from tests.unit.plan_toys import HOURS, QUEUE, key, stack, want, world

SERVICES = {"connect": Service(name="connect", rate=Rate(2, 5))}
KINDS = {"toy.hours": HOURS, "toy.queue": QUEUE}


def test_each_create_and_each_group_of_fields_is_a_call() -> None:
    wanted = stack(
        want("toy.hours/Day", {"zone": "CET"}), want("toy.queue/Sales", {"size": 1, "hours": "Day"})
    )
    plan = make_plan(wanted, world(), KINDS)
    assert mutating_calls(plan, wanted, KINDS) == {("toy", "create_it"): 2}
    assert key("toy.queue/Sales") in plan.actions


@pytest.mark.parametrize(
    ("calls", "share", "seconds"),
    [
        ({("connect", "create_user"): 10_000}, 1.0, 4997.5),
        ({("connect", "create_user"): 10_000}, 0.8, 6247.5),
        ({("connect", "create_user"): 3, ("connect", "create_queue"): 25}, 1.0, 10.0),
        ({}, 1.0, 0.0),
    ],
    ids=["one operation", "a share of the quota", "operations side by side", "nothing"],
)
def test_the_longest_queue_at_one_operation_decides(
    calls: dict[tuple[str, str], int], share: float, seconds: float
) -> None:
    assert Pacer(VirtualClock(), share, services=SERVICES).seconds(calls) == pytest.approx(seconds)


def test_what_is_made_need_not_be_waited_for() -> None:
    clock = VirtualClock()
    pacer = Pacer(clock, 1.0, services=SERVICES)
    account = Account(boto3.Session(), "123456789012", "eu-west-2", clock, Random(0), pacer)
    calls = {("connect", "create_user"): 100, ("connect", "create_queue"): 20}
    assert account.seconds(calls) == pytest.approx(47.5)
    assert account.seconds(calls, {"connect:CreateUser": 60}) == pytest.approx(17.5)
    assert account.seconds(calls, {"connect:CreateUser": 100, "connect:CreateQueue": 30}) == 0


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "under 10 s"), (45, "45 s"), (720, "12 min"), (4997.5, "1 h 23 min"), (7200, "2 h 0 min")],
)
def test_a_span_of_time_in_words(seconds: float, said: str) -> None:
    assert lasting(seconds) == said
