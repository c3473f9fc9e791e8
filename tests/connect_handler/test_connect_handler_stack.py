"""The function for flows, deployed by a pass: its folder as code, the packages of a lock file as its layer."""

import json
from collections.abc import Iterable
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from reconciler.cli import app
from reconciler.lock_files import packages_in
from reconciler.sandbox.server import serve
from tests.connect_handler.test_connect_handler import CALLER, recorded
from tests.connect_handler.test_connect_handler_runs import FOLDER, OF_POWERTOOLS
from tests.resources.wheels import make_wheel, only_from
from tests.sandbox.conftest import client_of
from tests.sandbox.test_lambda_invocations import TRUST

LOCK = FOLDER.with_suffix(".lock")
ROOT = FOLDER.parents[1]


def wheel_of(name: str, folder: Path) -> str:
    """A wheel of an installed package, without the parts that the function does not import; its line of a lock file."""
    found = distribution(name)
    files = {
        str(each): Path(str(each.locate())).read_bytes()
        for each in found.files or ()
        if str(each).endswith(".py")
        and not str(each).startswith(tuple(f"aws_lambda_powertools/{part}" for part in OF_POWERTOOLS))
    }
    return make_wheel(folder, name.replace("-", "_"), found.version, files)


def written(folder: Path) -> None:
    """A stack with the function, its layer, its table and its role."""
    stack = {
        "stack": "desk",
        "root": "..",
        "environments": {"test": {"account": "123456789012", "region": "eu-west-2"}},
    }
    resources: dict[str, Any] = {
        "iam.role": {"connect-handler": {"assume_role_policy_document": TRUST}},
        "lambda.layer": {
            "powertools": {
                "content": {"lock": "handler.lock", "python": "3.13", "architecture": "x86_64"},
                "compatible_runtimes": ["python3.13"],
            }
        },
        "lambda.function": {
            "connect-handler": {
                "role": "${iam.role:connect-handler}",
                "runtime": "python3.13",
                "handler": "connect_handler.app.handler",
                "code": {"folder": "../code"},
                "layers": ["${lambda.layer:powertools}"],
                "timeout": 300,  # the machine may be busy
                "memory_size": 256,
                "environment": {"variables": {"TABLE_NAME": "customers"}},
                "publish": True,
            }
        },
        "lambda.alias": {
            "live": {
                "function": "connect-handler",
                "function_version": "${lambda.function:connect-handler#version}",
            }
        },
    }
    for name, content in (("stack.yaml", stack), ("resources.yaml", resources)):
        (folder / name).write_text(json.dumps(content), encoding="utf-8")


def test_the_lock_file_has_the_versions_of_the_tests() -> None:
    names = ("aws-lambda-powertools", "jmespath", "typing-extensions")
    pinned = {
        *packages_in("\n".join(blocks_of((ROOT / "requirements.lock").read_text(encoding="utf-8"), names)))
    }
    assert {*packages_in(LOCK.read_text(encoding="utf-8"))} == pinned


def blocks_of(text: str, packages: Iterable[str]) -> list[str]:
    """What requirements.lock says of the packages of a function."""
    names, lines = tuple(f"{each}==" for each in packages), text.splitlines()
    found: list[str] = []
    for number, line in enumerate(lines):
        if line.startswith(names):
            after = range(number + 1, len(lines))
            end = next(each for each in after if not lines[each].startswith("    --hash"))
            found += [*lines[number : end - 1], lines[end - 1].removesuffix(" \\")]
    return found


def test_a_pass_deploys_the_function_with_its_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = tmp_path / "repository" / "stack"
    stack.mkdir(parents=True)
    _copied(FOLDER, stack.parent / "code")
    lines = [
        wheel_of(name, tmp_path / "wheels")
        for name in ("aws-lambda-powertools", "jmespath", "typing-extensions")
    ]
    (stack / "handler.lock").write_text("".join(lines), encoding="utf-8")
    written(stack)
    only_from(tmp_path / "wheels", tmp_path / "cache", monkeypatch)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "sandbox")
    with serve(0) as server:
        client = client_of(server.url)
        client("dynamodb").create_table(
            TableName="customers",
            KeySchema=[{"AttributeName": "phone_number", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "phone_number", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        item = {"phone_number": {"S": CALLER}, "customer_name": {"S": "Ada Lovelace"}}
        client("dynamodb").put_item(TableName="customers", Item=item)
        command = ["once", str(stack), "--endpoint-url", server.url, "--no-history", "--no-cache"]
        made = CliRunner().invoke(app, command)
        assert made.exit_code == 0, made.output
        reply = client("lambda").invoke(
            FunctionName="connect-handler", Qualifier="live", Payload=json.dumps(recorded("call")).encode()
        )
        answer = json.loads(reply["Payload"].read())
        assert (answer.get("result"), answer.get("customer_name")) == ("found", "Ada Lovelace"), answer
        again = CliRunner().invoke(app, command)
        assert again.exit_code == 0, again.output
        assert len(client("lambda").list_layer_versions(LayerName="powertools")["LayerVersions"]) == 1


def _copied(folder: Path, to: Path) -> None:
    for each in folder.rglob("*.py"):
        target = to / each.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(each.read_bytes())
