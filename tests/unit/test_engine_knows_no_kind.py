"""The engine contains no name of a kind or of an AWS service: it takes everything from the declarations."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import reconciler
from reconciler.iam import services_of
from reconciler.kinds import known_kinds

HOUSE = Path(reconciler.__file__).parent
OTHER_ROOMS = ("sandbox", "resources", "examples", "flow_language")
"""Excluded packages: the sandbox simulates services, kinds declare themselves, and the flow language is Amazon Connect's."""
MAY_NAME = {
    "cli/first_stack.py": "the first stack that `init` writes",
    "demo.py": "it plays with the example stacks",
    "aws/account.py": "the account check, the secret stores, and how S3 is addressed",
    "aws/replies.py": "the reads that say nothing where nothing is there",
    "cli/history_store.py": "the history's stores",
    "daemon/wiring.py": "the daemon's own lease and queue",
    "daemon/config.py": "the secret stores",
    "daemon/daemon_grants.py": "what the daemon calls for itself",
    "desired/secret.py": "the secret stores",
    "exporting/values.py": "the secret stores",
    "history/history_location.py": "the history's stores",
    "history/s3_store.py": "the history's stores",
    "iam/grants.py": "the account check, quotas, the sweep of tags and the secret stores",
    "iam/services.py": "the services that the engine calls for itself",
    "model.py": "the secret stores",
    "permissions.py": "keys of AWS KMS, which every service may use",
    "observing/tag_reader.py": "the sweep of tags",
    "unused/metrics.py": "the metrics of all services are Amazon CloudWatch's",
    "testing/samples.py": "the ARN that stands for those that only AWS knows",
}
"""The modules that may name a service, and why."""
BESIDE = {"ds", "firehose", "iam", "kinesis", "kms", "lambda", "lex", "logs", "tag", "servicequotas"}
"""Further services in ARNs and actions."""
SERVICES = sorted({*services_of(known_kinds()), *BESIDE}, key=len, reverse=True)
NAMED = re.compile(
    rf"(?:^|arn:[^ ]*:)(?:{'|'.join(map(re.escape, SERVICES))})(?:$|[:.](?=[A-Za-z/{{*]))"
    rf"|\b(?:{'|'.join(re.escape(kind) for kind in known_kinds())})\b"
)
ORDINARY = {"events", "logs", "tag", "connect"}
"""Ordinary words that are also names of services."""


def literals(file: Path) -> Iterator[tuple[int, str]]:
    """Every text in a module's code, without docstrings, with its line."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.lineno, node.value


def named_in(file: Path) -> list[str]:
    return [
        f"{file.relative_to(HOUSE)}:{line}: {text}"
        for line, text in literals(file)
        if NAMED.search(text) and text not in ORDINARY
    ]


def modules() -> list[Path]:
    return [
        each for each in sorted(HOUSE.rglob("*.py")) if each.relative_to(HOUSE).parts[0] not in OTHER_ROOMS
    ]


def test_no_other_module_of_the_engine_names_a_kind_or_a_service() -> None:
    found = [
        line
        for file in modules()
        if file.relative_to(HOUSE).as_posix() not in MAY_NAME
        for line in named_in(file)
    ]
    assert found == []


@pytest.mark.parametrize("module", MAY_NAME)
def test_each_exception_is_needed(module: str) -> None:
    assert named_in(HOUSE / module), "it names none: take it off the list"


@pytest.mark.parametrize(
    "text",
    [
        "connect.queue",
        "a connect.queue of ours",
        "s3",
        "s3:GetObject",
        "arn:{partition}:kms:{region}:x",
        "lambda:x",
    ],
)
def test_a_name_is_found(text: str) -> None:
    assert NAMED.search(text)
