"""`once --all` against a sandbox with several accounts."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

from reconciler.sandbox.journal import Call
from reconciler.sandbox.server import RunningServer
from tests.desired.desired_toys import write
from tests.end_to_end.terminal import typed_on_a_terminal
from tests.end_to_end.typed import ENVIRONMENT, ROOT, Run
from tests.fork_server import ForkServer

HEADER = """\
stack: {name}
environments:
  dev: {{account: "111111111111", region: eu-west-2, role: "arn:aws:iam::111111111111:role/reconciler"}}
  prod: {{account: "222222222222", region: eu-west-2, role: "arn:aws:iam::222222222222:role/reconciler"}}
sns.topic:
  "{name}-${{each.key}}": {{for_each: [one, two], display_name: "${{environment}}"}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files: dict[str, str | bytes] = {
        f"{name}/stack.yaml": HEADER.format(name=name) for name in ("orders", "returns")
    }
    return write(tmp_path / "repository", {**files, "broken/stack.yaml": "stack: broken\n"})


def everything(server: RunningServer, folder: Path, *more: object) -> tuple[object, ...]:
    return ("once", "--all", folder, "--endpoint-url", server.url, "--no-cache", *more)


def passes(output: str) -> dict[tuple[str, str | None], dict[str, Any]]:
    """The passes of the JSON output by directory and environment."""
    return {(each["directory"], each["environment"]): each for each in json.loads(output)["passes"]}


def test_every_stack_is_reconciled_in_its_account_and_a_broken_one_hides_no_other(
    server: RunningServer, run: Run, folder: Path
) -> None:
    first = run(*everything(server, folder))
    assert first.returncode == 3, first.stdout + first.stderr
    assert first.stderr.count("broken: stack.yaml:1:1: ") == 1
    assert "5 environments of 3 stacks in 2 accounts: 1 invalid, 4 settled" in first.stdout
    assert " settled orders dev  111111111111 eu-west-2  2 changes" in first.stdout
    second = run(*everything(server, folder, "--json"))
    found = passes(second.stdout)
    assert (second.returncode, found.pop(("broken", None))["outcome"]) == (3, "invalid")
    assert {key: (each["outcome"], each["exit_code"]) for key, each in found.items()} == dict.fromkeys(
        [(name, env) for name in ("orders", "returns") for env in ("dev", "prod")], ("settled", 0)
    )
    assert {each["pass"]["account"] for each in found.values()} == {"111111111111", "222222222222"}
    assert all(each["pass"]["mutating_calls"] == 0 for each in found.values())
    makes = [call for call in server.journal if call.operation == "CreateTopic"]
    assert len(makes) == 8


def test_the_exit_code_is_the_worst_and_environments_can_be_chosen(
    server: RunningServer, run: Run, folder: Path
) -> None:
    write(folder, {"broken/stack.yaml": HEADER.format(name="broken")})
    assert run(*everything(server, folder, "--env", "dev", "--dry-run")).returncode == 2
    assert {call.operation for call in server.journal} >= {"AssumeRole", "GetCallerIdentity"}
    assert not [call for call in server.journal if call.operation == "CreateTopic"]
    other = HEADER.format(name="broken").replace(', role: "arn:aws:iam::222222222222:role/reconciler"', "")
    write(folder, {"broken/stack.yaml": other})
    result = run(*everything(server, folder, "--json", "--no-history"))
    found = passes(result.stdout)
    assert result.returncode == 4
    assert found["broken", "prod"]["pass"]["refusals"][0].startswith("these credentials belong to account")
    assert found["orders", "prod"]["outcome"] == "settled"
    assert found["broken", "dev"]["outcome"] == "settled"


# Background jobs of a shell ignore Ctrl-C, and so would the commands that the tests start.
AS_IN_THE_FOREGROUND = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from reconciler.cli import main; main()"
)


def test_ctrl_c_ends_each_pass_between_two_calls_and_the_next_ones_go_on(
    server: RunningServer, run: Run, folder: Path
) -> None:
    (folder / "broken/stack.yaml").unlink()
    words = [str(each) for each in everything(server, folder, "--json")]
    with subprocess.Popen(
        [sys.executable, "-c", AS_IN_THE_FOREGROUND, *words],
        env=ENVIRONMENT,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        sent: list[str] = []

        def stop(call: Call) -> None:
            if call.operation == "CreateTopic" and not sent:
                sent.append(call.operation)
                process.send_signal(signal.SIGINT)

        server.journal.watch(stop)
        output, errors = process.communicate()
    found = passes(output)
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    assert "stopped" in {each["outcome"] for each in found.values()}
    assert {each["outcome"] for each in found.values()} <= {"stopped", "settled"}
    again = run(*everything(server, folder))
    assert again.returncode == 0, again.stdout + again.stderr
    made = [call.params["Name"] for call in server.journal if call.operation == "CreateTopic"]
    assert len(made) == 8


def client_of_the_role(server: RunningServer, service: str) -> Any:
    """A client with the credentials of the role of dev."""
    own = boto3.client(
        "sts", "eu-west-2", endpoint_url=server.url, aws_access_key_id="x", aws_secret_access_key="x"
    )
    role = own.assume_role(RoleArn="arn:aws:iam::111111111111:role/reconciler", RoleSessionName="hand")
    return boto3.client(
        service,
        "eu-west-2",
        endpoint_url=server.url,
        aws_access_key_id=role["Credentials"]["AccessKeyId"],
        aws_secret_access_key=role["Credentials"]["SecretAccessKey"],
        aws_session_token=role["Credentials"]["SessionToken"],
    )


def test_the_history_is_written_and_read_with_the_role_of_each_environment(
    server: RunningServer, run: Run, folder: Path, tmp_path: Path
) -> None:
    (folder / "broken/stack.yaml").unlink()
    place = {"LocationConstraint": "eu-west-2"}
    client_of_the_role(server, "s3").create_bucket(Bucket="past", CreateBucketConfiguration=place)
    server.journal.clear()
    past = ("--env", "dev", "--history", "s3://past/all")
    one = ("--endpoint-url", server.url, "--no-cache", "--report", tmp_path / "pass.html")
    for made in (run(*everything(server, folder, *past)), run("once", folder / "orders", *past, *one)):
        assert (made.returncode, made.stderr.count("\n")) == (0, 1), made.stderr
    assert "settled" in (tmp_path / "pass.html").read_text()
    found = {(call.service, call.account) for call in server.journal if call.operation != "AssumeRole"}
    assert found == {("sts", "111111111111"), ("sns", "111111111111"), ("s3", "111111111111")}
    assert sum(call.name == "s3:PutObject" for call in server.journal) >= 3


def test_apply_asks_once_about_all_plans_and_applies_only_these(
    server: RunningServer, folder: Path, loaded: ForkServer
) -> None:
    (folder / "broken/stack.yaml").unlink()

    def typed(answer: bytes, meanwhile: Callable[[], object] = lambda: None) -> tuple[int, str]:
        words = [str(each) for each in everything(server, folder, "--no-history")[1:]]
        return typed_on_a_terminal(loaded, ["apply", *words], b"apply these plans? [y/N]", answer, meanwhile)

    def topics() -> int:
        return sum(call.operation == "CreateTopic" for call in server.journal)

    code, output = typed(b"n\n")
    assert (code, topics()) == (4, 0), output
    assert output.count("apply these plans?") == 1
    assert "8 changes in 4 environments: apply these plans? [y/N]" in output
    assert (
        " refused orders dev  111111111111 eu-west-2  the answer was not yes; nothing was changed" in output
    )
    code, output = typed(b"\x03")
    assert (code, topics()) == (130, 0), output
    assert "nothing was changed" in output

    def somebody_is_faster() -> None:
        client_of_the_role(server, "sns").create_topic(
            Name="returns-one", Attributes={"DisplayName": "by hand"}
        )

    code, output = typed(b"y\n", somebody_is_faster)
    assert code == 4, output
    assert "Refused: sns.topic/returns-one: the plan is to create it, and now" in output
    assert "4 environments of 2 stacks in 2 accounts: 3 settled, 1 refused" in output
    assert topics() == 1 + 6


def test_apply_of_all_needs_a_terminal_or_yes(server: RunningServer, run: Run, folder: Path) -> None:
    words = everything(server, folder, "--no-history")[1:]
    refused = run("apply", *words)
    assert (refused.returncode, refused.stderr.count("\n")) == (3, 1)
    assert "there is no terminal for the answer; add --yes" in refused.stderr
    applied = run("apply", *words, "--yes")
    assert "1 invalid, 4 settled" in applied.stdout
