"""Names in options must exist; the message suggests similar ones."""

import pytest
import typer

from reconciler.cli.exits import INVALID
from reconciler.cli.name_checks import check_only, refuse_idle, refuse_unknown
from reconciler.pass_options import Options
from reconciler.sandbox.fault_injection import by_words
from reconciler.stack import Key
from tests.unit.plan_toys import stack, want

NAMES = ("connect.queue/English", "connect.queue/Sales [UK]", "connect.user/ada", "s3.bucket/logs")
WRONG = {
    "connect.queue/Englisch": '; did you mean "connect.queue/English"?',
    "connect.queue/english": '; did you mean "connect.queue/English"?',
    "connect.queue/Englisch*": '; did you mean "connect.queue/English"?',
    "connect.quene/*": '; did you mean "connect.queue"?',
    "connect.queue/Zzz": "; there are connect.queue/English, connect.queue/Sales [UK]",
    "connect.queue/Zzz/b": "; there are connect.queue/English, connect.queue/Sales [UK]",
    "zzz/*": "; its kinds are connect.queue, connect.user, s3.bucket",
    "English": "; write KIND/NAME",
    "": "; write KIND/NAME",
}


@pytest.fixture
def keys() -> list[Key]:
    return [Key(*name.split("/")) for name in NAMES]


@pytest.mark.parametrize("pattern", WRONG)
def test_a_pattern_that_names_nothing_ends_the_program(
    pattern: str, keys: list[Key], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended:
        refuse_idle(Options(only=("*", pattern)).idle(keys), keys)
    assert ended.value.exit_code == INVALID
    said = f"--only {pattern}: the stack has no such resource{WRONG[pattern]}\n"
    assert capsys.readouterr().err == said


@pytest.mark.parametrize("pattern", ["*", "connect.*", "connect.queue/E*", "*/ada", *NAMES])
def test_a_pattern_that_names_something_is_taken(pattern: str, keys: list[Key]) -> None:
    assert Options(only=(pattern,)).idle(keys) == []


def test_every_pattern_that_names_nothing_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit):
        check_only(stack(want("toy.queue/Sales")), Options(only=("toy.queue/Sale", "toy.queue/Sales", "x/y")))
    assert len(capsys.readouterr().err.splitlines()) == 2


@pytest.mark.parametrize(
    ("word", "known", "said"),
    [
        ("prd", {"prod", "dev"}, '--env prd: no such name among the environments; did you mean "prod"?'),
        ("x", {"prod", "dev"}, "--env x: no such name among the environments; there are dev, prod"),
        (
            "x",
            set("123456789"),
            "--env x: no such name among the environments; there are 1, 2, 3, 4, 5, 6, 7, 8 and 1 more",
        ),
        ("x", set(), "--env x: no such name among the environments; there are none"),
    ],
)
def test_a_word_that_is_none_of_those_known_ends_the_program(
    word: str, known: set[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended:
        refuse_unknown("--env", word, known, "environments")
    assert (ended.value.exit_code, capsys.readouterr().err) == (INVALID, f"{said}\n")


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("connect:CreateUsr:3:throttle", "connect has no operation 'CreateUsr'; did you mean 'CreateUser'?"),
        ("conect:CreateUser:3:throttle", "AWS has no service 'conect'; did you mean 'connect'?"),
        ("connect:Createe*:*:throttle", "connect has no operation 'Createe*'"),
    ],
)
def test_a_fault_that_no_call_can_meet_is_refused(rule: str, said: str) -> None:
    with pytest.raises(ValueError, match=r"^fault") as told:
        by_words(quotas="none", limits="none", latency=0, lag=0, faults=[rule], seed=0)
    assert said in str(told.value)


@pytest.mark.parametrize(
    "rule", ["connect:Create*:3:throttle", "*:writes:1:timeout", "s3:reads:*:throttle", "*:*:1:throttle"]
)
def test_a_fault_with_wildcards_is_taken(rule: str) -> None:
    by_words(quotas="none", limits="none", latency=0, lag=0, faults=[rule], seed=0)
