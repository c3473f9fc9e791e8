"""The command line against a sandbox server: create, settle, kill, interrupt, continue."""

import json
import signal
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from reconciler.history import SqliteHistory
from reconciler.sandbox.journal import Call
from reconciler.sandbox.server import RunningServer
from tests.end_to_end.typed import CENTRE, Client, Run
from tests.fork_server import ForkServer, Running


def once(server: RunningServer, *more: object) -> tuple[object, ...]:
    return ("once", CENTRE, "--env", "dev", "--endpoint-url", server.url, *more)


def names(connect: Any) -> Counter[tuple[str, str]]:
    """The number of resources in the instance, by kind and name."""
    (instance,) = connect.list_instances()["InstanceSummaryList"]
    at = {"InstanceId": instance["Id"]}
    queues = connect.list_queues(**at, QueueTypes=["STANDARD"])["QueueSummaryList"]
    users = connect.list_users(**at)["UserSummaryList"]
    flows = connect.list_contact_flows(**at)["ContactFlowSummaryList"]
    numbers = connect.list_phone_numbers_v2(**at)["ListPhoneNumbersSummaryList"]
    found = Counter(("queue", each["Name"]) for each in queues)
    found += Counter(("user", each["Username"]) for each in users)
    found += Counter(("flow", each["Name"]) for each in flows)
    found += Counter(("number", each["PhoneNumberDescription"]) for each in numbers)
    return found


def test_a_second_pass_changes_nothing(server: RunningServer, run: Run, tmp_path: Path) -> None:
    first = run(*once(server, "--report", tmp_path / "first.json"))
    assert first.returncode == 0, first.stdout + first.stderr
    second = run(*once(server, "--report", tmp_path / "second.json"))
    assert second.returncode == 0
    assert "Settled: 0 changes, 0 mutating calls" in second.stdout
    report = json.loads((tmp_path / "second.json").read_text())
    assert report["outcome"] == "settled"
    assert report["actions"] == []
    assert report["mutating_calls"] == 0
    assert sum(report["calls"].values()) > 0
    created = json.loads((tmp_path / "first.json").read_text())
    assert {action["action"] for action in created["actions"]} == {"create"}
    assert {action["outcome"] for action in created["actions"]} == {"done"}


def test_a_dry_run_says_what_would_change_and_changes_nothing(
    server: RunningServer, run: Run, client: Client
) -> None:
    dry = run(*once(server, "--dry-run"))
    assert dry.returncode == 2
    assert "+ connect.queue/CustomerService" in dry.stdout
    assert "0 mutating calls" in dry.stdout
    assert client("connect").list_instances()["InstanceSummaryList"] == []


class Stopped:
    """Starts passes that a signal stops."""

    def __init__(self, loaded: ForkServer, server: RunningServer, folder: Path) -> None:
        self._loaded, self._server, self._errors = loaded, server, folder / "errors"

    def in_the_middle(self, number: signal.Signals, *more: object, times: int = 1) -> tuple[int, str]:
        """Start a pass, send it a signal before the reply to its first CreateQueue, and return its result.

        The signal is sent again with each of the next calls, `times` times in all.
        """
        sent: list[str] = []
        begun: list[Running] = []
        known = threading.Event()

        def stop(call: Call) -> None:
            if sent or call.operation == "CreateQueue":
                if len(sent) == times:
                    return
                sent.append(call.operation)
                known.wait()
                begun[0].send_signal(number)

        self._server.journal.watch(stop)
        begun.append(self._loaded.start(once(self._server, *more), ("/dev/null", str(self._errors))))
        known.set()
        code = begun[0].wait()
        return code, self._errors.read_text(encoding="utf-8")


@pytest.fixture
def stopped(loaded: ForkServer, server: RunningServer, tmp_path: Path) -> Stopped:
    return Stopped(loaded, server, tmp_path)


def test_after_sigkill_the_next_pass_finishes_and_nothing_is_there_twice(
    stopped: Stopped, server: RunningServer, run: Run, client: Client
) -> None:
    code, _ = stopped.in_the_middle(signal.SIGKILL)
    assert code == -signal.SIGKILL
    again = run(*once(server))
    assert again.returncode == 0, again.stdout + again.stderr
    found = names(client("connect"))
    assert set(found.values()) == {1}
    assert {("queue", "CustomerService"), ("user", "john.smith"), ("flow", "MainFlow")} <= found.keys()
    assert "Settled: 0 changes" in run(*once(server)).stdout


@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_ends_with_one_line_and_the_next_pass_goes_on(
    times: int, stopped: Stopped, server: RunningServer, run: Run, client: Client
) -> None:
    code, said = stopped.in_the_middle(signal.SIGINT, times=times)
    assert code == 130
    assert "interrupted; the next pass continues" in said
    assert "Traceback" not in said
    assert run(*once(server)).returncode == 0
    assert set(names(client("connect")).values()) == {1}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_pass_says_what_it_did(
    stopped: Stopped, server: RunningServer, run: Run, tmp_path: Path, number: signal.Signals
) -> None:
    report, kept = tmp_path / "report.json", ("--history", f"sqlite:{tmp_path}/h.sqlite")
    code, said = stopped.in_the_middle(number, "--report", report, *kept)
    assert (code, said.count("interrupted; the next pass continues")) == (130, 1)
    told = json.loads(report.read_text())
    done = {(each["kind"], each["name"]) for each in told["actions"] if each["outcome"] == "done"}
    assert told["outcome"] == "stopped"
    assert done
    assert any(each["outcome"] == "waiting" for each in told["actions"])
    assert run(*once(server, *kept)).returncode == 0
    rest, broken_off = SqliteHistory(tmp_path / "h.sqlite").newest()
    assert (broken_off.outcome, broken_off.changes) == ("stopped", len(done))
    assert (rest.outcome, rest.drifted) == ("settled", 0)


def test_another_account_is_refused_before_any_other_call(
    server: RunningServer, run: Run, tmp_path: Path
) -> None:
    report = tmp_path / "report.json"
    refused = run("once", CENTRE, "--env", "prod", "--endpoint-url", server.url, "--report", report)
    assert refused.returncode == 4
    assert "these credentials belong to account 123456789012" in refused.stdout
    assert json.loads(report.read_text())["calls"] == {"sts:GetCallerIdentity": 1}
    assert {call.operation for call in server.journal} == {"GetCallerIdentity"}


def test_an_endpoint_is_announced_and_plain_http_goes_to_this_machine_only(
    server: RunningServer, run: Run
) -> None:
    said = run(*once(server, "--dry-run")).stderr
    assert said == f"every call goes to {server.url}\n"
    refused = run("once", CENTRE, "--env", "dev", "--endpoint-url", "http://10.0.0.1:4566")
    assert refused.returncode == 3
    assert refused.stderr == (
        "endpoint http://10.0.0.1:4566: only https, or plain http to this machine (127.0.0.1, localhost), "
        "by its host and port alone\n"
    )
