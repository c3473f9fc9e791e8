"""`cost.yaml`: read beside the stack, with every mistake at once, and never as desired state."""

from pathlib import Path

import pytest

from reconciler.desired import InvalidStack, load
from reconciler.desired.costs_file import VolumesReader
from reconciler.kinds import known_kinds
from reconciler.model import Settings
from reconciler.stack import Key

FILES = {
    "stack.yaml": """\
stack: small
environments:
  dev: {account: "123456789012", region: eu-west-2, variables: {calls: 100}}
  prod: {account: "123456789012", region: eu-west-2, variables: {calls: 5000}}
""",
    "all.yaml": """\
lambda.function: {one: {existing: true}, two: {existing: true}}
iam.role: {runs: {existing: true}}
""",
}
ONE, TWO = Key("lambda.function", "one"), Key("lambda.function", "two")


def volumes(directory: Path, text: str, environment: str = "dev") -> dict[Key, Settings]:
    for path, content in {**FILES, "cost.yaml": text}.items():
        (directory / path).write_text(content, "utf-8")
    reader = VolumesReader(known_kinds())
    load(directory, environment, known_kinds(), beside=reader)
    return dict(reader.volumes)


def test_volumes_of_a_name_go_before_those_of_a_pattern_and_environments_are_laid_over(
    tmp_path: Path,
) -> None:
    text = """\
volumes:
  lambda.function:
    one: {requests: "${calls}"}
    "*": {requests: 10, milliseconds: 20}
environments:
  prod:
    volumes:
      lambda.function: {"*": {milliseconds: 30}, two: {requests: null}}
"""
    dev = volumes(tmp_path, text)
    assert dev == {ONE: {"requests": 100, "milliseconds": 20}, TWO: {"requests": 10, "milliseconds": 20}}
    prod = volumes(tmp_path, text, "prod")
    assert prod == {ONE: {"requests": 5000, "milliseconds": 30}, TWO: {"milliseconds": 30}}


def test_the_file_is_no_desired_state_unless_it_declares_resources(tmp_path: Path) -> None:
    assert volumes(tmp_path, "volumes: {lambda.function: {one: {requests: 1}}}\n") == {ONE: {"requests": 1}}
    assert volumes(tmp_path, "") == {}
    with pytest.raises(
        InvalidStack, match=r"cost\.yaml:1:1: this file declares resources; write volumes under"
    ):
        volumes(tmp_path, "iam.role: {another: {existing: true}}\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("volume: {}\n", 'cost.yaml:1:1: volume: there is no such key; did you mean "volumes"?'),
        ("volumes: {lambda.functon: {}}\n", 'no kind named "lambda.functon" is known; did you mean'),
        ("volumes: {lambda.function: {three: {requests: 1}}}\n", "there are one, two"),
        (
            "volumes:\n  lambda.function:\n    one: {request: 1}\n",
            'cost.yaml:3:11: volumes.lambda.function.one.request: there is no such field; did you mean "requests"?',
        ),
        ("volumes: {lambda.function: {one: {requests: -1}}}\n", "expected 0 or more"),
        ("volumes: {lambda.function: {one: {requests: many}}}\n", "one.requests: "),
        ("volumes: {lambda.function: {one: 5}}\n", "expected its volumes a month, got a whole number"),
        ("volumes: {iam.role: {runs: {}}}\n", "nothing that AWS charges for a role depends on a volume"),
        ("environments: {stage: {}}\n", 'no environment named "stage"; there are dev, prod'),
        ("environments: {prod: {lambda.function: {}}}\n", ""),
    ],
)
def test_mistakes_are_named_with_file_and_line(tmp_path: Path, text: str, said: str) -> None:
    if not said:  # another environment: only its name is checked
        assert volumes(tmp_path, text) == {}
        return
    with pytest.raises(InvalidStack) as caught:
        volumes(tmp_path, text)
    lines = [str(each) for each in caught.value.mistakes]
    assert len(lines) == 1, lines
    assert lines[0].startswith("cost.yaml:")
    assert said in lines[0]
