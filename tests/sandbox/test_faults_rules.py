"""Fault rules: the calls that they affect, and when."""

from collections.abc import Sequence

import pytest

from reconciler.sandbox.fault_injection import Attempt, BadRule, Fault, FaultKind, Rule, Rules


@pytest.fixture(params=[0, 1, 20260101])
def seed(request: pytest.FixtureRequest) -> int:
    print(f"seed {request.param}")  # noqa: T201  pytest shows it when the test fails
    found: int = request.param
    return found


def struck(rules: Rules, operations: Sequence[str], service: str = "connect") -> list[int]:
    attempts = (Attempt(index, service, name) for index, name in enumerate(operations, start=1))
    return [attempt.index for attempt in attempts if rules(attempt)]


@pytest.mark.parametrize(
    ("when", "calls"),
    [
        ("3", [3]),
        ("3+", [3, 4, 5, 6]),
        ("2-4", [2, 3, 4]),
        ("*", [1, 2, 3, 4, 5, 6]),
        ("0%", []),
        ("100%", [1, 2, 3, 4, 5, 6]),
    ],
)
def test_a_rule_says_when(when: str, calls: list[int]) -> None:
    rules = Rules([f"connect:CreateUser:{when}:throttle"])
    assert struck(rules, ["CreateUser"] * 6) == calls
    assert struck(rules, ["CreateUser"] * 6, service="s3") == []


@pytest.mark.parametrize(
    ("operation", "calls"),
    [
        ("CreateUser", [2, 5]),
        ("Create*", [2, 4, 5]),
        ("*", [1, 2, 3, 4, 5]),
        ("reads", [1, 3]),
        ("writes", [2, 4, 5]),
    ],
)
def test_a_rule_says_which(operation: str, calls: list[int]) -> None:
    said = ["DescribeUser", "CreateUser", "ListUsers", "CreateQueue", "CreateUser"]
    assert struck(Rules([f"*:{operation}:*:500"]), said) == calls


def test_each_rule_counts_for_itself_and_the_first_that_strikes_wins() -> None:
    rules = Rules(["connect:CreateUser:2:throttle", "connect:writes:2+:500"])
    attempts = [
        Attempt(index, "connect", name)
        for index, name in enumerate(["CreateQueue", "CreateUser", "CreateUser"])
    ]
    assert [rules(attempt) for attempt in attempts] == [
        None,
        Fault(FaultKind.ERROR_500),
        Fault(FaultKind.THROTTLE),
    ]


def test_page_faults_count_the_calls_that_they_can_strike() -> None:
    rules = Rules(["connect:ListUsers:1:page-repeats"])
    first = Attempt(1, "connect", "ListUsers", pageable=True)
    second = Attempt(2, "connect", "ListUsers", pageable=True, continues=True)
    assert rules(first) is None
    assert rules(second) == Fault(FaultKind.PAGE_REPEATS)


def test_the_same_seed_makes_the_same_choices(seed: int) -> None:
    rules = Rules(["connect:CreateUser:30%:throttle"], seed)
    chosen = struck(rules, ["CreateUser"] * 200)
    assert 30 < len(chosen) < 90
    rules.restart()
    assert struck(rules, ["CreateUser"] * 200) == chosen
    assert struck(Rules(rules.rules, seed + 1), ["CreateUser"] * 200) != chosen
    rules.restart()
    between = [name for _ in range(200) for name in ("CreateQueue", "CreateUser")]
    assert [index // 2 for index in struck(rules, between)] == chosen


def test_late_effects_say_how_late() -> None:
    late = FaultKind.TIMEOUT_LATE
    assert Rule.parse("s3:*:1:timeout-late").fault == Fault(late, calls=1)
    assert Rule.parse("s3:*:1:timeout-late:4").fault == Fault(late, calls=4)
    assert Rule.parse("s3:*:1:timeout-late:2.5s").fault == Fault(late, seconds=2.5)
    assert [str(Fault(late, 4)), str(Fault(late, seconds=2.5))] == ["timeout-late:4", "timeout-late:2.5s"]


@pytest.mark.parametrize("kind", list(FaultKind))
def test_every_kind_can_be_written_in_a_rule(kind: FaultKind) -> None:
    assert Rule.parse(f"connect:CreateUser:1:{kind}").fault.kind is kind


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "write SERVICE:OPERATION:WHEN:FAULT"),
        ("connect:CreateUser:throttle", "write SERVICE:OPERATION:WHEN:FAULT"),
        ("connect::3:throttle", "write SERVICE:OPERATION:WHEN:FAULT"),
        ("connect:CreateUser:0:throttle", "'0' is no WHEN"),
        ("connect:CreateUser:often:throttle", "'often' is no WHEN"),
        ("connect:CreateUser:3:explode", "there is no 'explode'; there are crash-before, "),
        ("connect:CreateUser:3:throttle:4", "only timeout-late takes more"),
        ("connect:CreateUser:3:timeout-late:soon", "only timeout-late takes more"),
    ],
)
def test_a_rule_that_cannot_be_read_says_why_on_one_line(text: str, message: str) -> None:
    with pytest.raises(BadRule, match="fault ") as refused:
        Rule.parse(text)
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)
