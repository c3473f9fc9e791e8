"""The cache and the history are deleted: AWS is the state, so nothing is lost, and accidents are still named."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from typer.testing import CliRunner

from reconciler.aws.account import Account
from reconciler.cache_store import Cache, FileCache
from reconciler.cli import app, run_pass
from reconciler.cli.exits import PENDING
from reconciler.planning.ownership import STACK_MARK
from reconciler.runtime.clock import VirtualClock
from reconciler.stack import Stack
from tests.end_to_end.live_centre import REGION, LiveCentre, live
from tests.end_to_end.typed import CENTRE

Once: TypeAlias = Callable[..., dict[str, Any]]
HOUR = 3600.0


@pytest.fixture(scope="module")
def centre() -> Iterator[LiveCentre]:
    with live() as centre:
        yield centre


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CENTRE, tmp_path / "stack"))


@pytest.fixture
def once(centre: LiveCentre, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Once:
    """A function that makes a pass with a cache and a history, and returns its report."""

    def opened(stack: Stack, *_: object) -> tuple[Account, VirtualClock, Cache]:
        return centre.account(stack.region), centre.clock, FileCache(tmp_path / "cache.sqlite")

    monkeypatch.setattr(run_pass, "open_target", opened)

    def once(*words: str, ends: int = 0) -> dict[str, Any]:
        centre.clock.sleep(HOUR)
        kept = ("--history", f"sqlite:{tmp_path}/history.sqlite")
        typed = CliRunner().invoke(app, ["once", str(folder), "--env", "dev", "--json", *kept, *words])
        assert typed.exit_code == ends, typed.stderr
        report: dict[str, Any] = json.loads(typed.stdout)
        return report

    return once


def forget(tmp_path: Path) -> None:
    """Delete the cache and the history; both are there."""
    for name in ("cache.sqlite", "history.sqlite"):
        for file in [tmp_path / name, *tmp_path.glob(f"{name}-*")]:
            file.unlink()


def named(report: dict[str, Any]) -> dict[str, tuple[str, set[str]]]:
    """What a plan does with each resource, and the fields that differ."""
    return {
        f"{each['kind']}/{each['name']}": (each["action"], {one["field"] for one in each["differences"]})
        for each in report["actions"]
    }


def accidents(centre: LiveCentre) -> None:
    """What happens to a centre in the console: a change, a delete, and a mark that is taken away."""
    connect = centre.box.session(REGION).client("connect")
    at = {"InstanceId": connect.list_instances()["InstanceSummaryList"][0]["Id"]}
    queues = {each["Name"]: each for each in connect.search_queues(**at, MaxResults=100)["Queues"]}
    connect.update_queue_max_contacts(**at, QueueId=queues["CustomerService"]["QueueId"], MaxContacts=3)
    connect.untag_resource(resourceArn=queues["PremiumSupportQueue"]["QueueArn"], tagKeys=[STACK_MARK])
    quick = connect.search_quick_connects(**at)["QuickConnects"]
    (one,) = [each["QuickConnectId"] for each in quick if each["Name"] == "Emergency Line"]
    connect.delete_quick_connect(**at, QuickConnectId=one)


def test_nothing_is_lost_with_the_memory(
    centre: LiveCentre, once: Once, folder: Path, tmp_path: Path
) -> None:
    assert once()["mutating_calls"] == 0
    forget(tmp_path)
    report = once()
    assert (report["outcome"], report["mutating_calls"], report["actions"]) == ("settled", 0, [])
    forget(tmp_path)
    accidents(centre)
    found = named(once("--dry-run", ends=PENDING))
    assert found["connect.queue/CustomerService"] == ("update", {"max_contacts"})
    assert found["connect.queue/PremiumSupportQueue"] == ("adopt", {f"tags.{STACK_MARK}"})
    assert found["connect.quick_connect/Emergency Line"][0] == "create"
    assert found.keys() <= {
        "connect.queue/CustomerService",
        "connect.queue/PremiumSupportQueue",
        "connect.quick_connect/Emergency Line",
    }
    forget(tmp_path)
    assert once()["outcome"] == "settled"
    assert once()["mutating_calls"] == 0
