"""Records the error codes that the tests of the sandbox's Connect see, for the table in docs/sandbox.md.

A complete run of those tests fails if `codes_seen.json` differs; `--record-codes` writes it.
"""

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import structlog
from hypothesis import HealthCheck, settings

from reconciler.runtime.gc_tuning import collect_seldom

# No time limits, because the machine may be busy. The same 50 examples in each run; `--hypothesis-profile=random` tries 100 new ones.
settings.register_profile(
    "random", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("steady", settings.get_profile("random"), derandomize=True, max_examples=50)
settings.load_profile("steady")

collect_ignore = ["example_package"]
"""A separate package, which is tested in its own environment (`contract/test_example_package.py`)."""

WATCHED = Path(__file__).parent / "sandbox" / "connect"
RECORD = WATCHED / "codes_seen.json"
Pairs = set[tuple[str, str]]
SEEN = pytest.StashKey[Pairs]()
STALE = pytest.StashKey[str]()
NARROWED = ("keyword", "markexpr", "deselect", "ignore", "ignore_glob", "lf", "failedfirst", "collectonly")


IN_MEMORY = Path("/dev/shm")
ROOM = 2**30
"""Bytes; the tests need a few dozen MB."""


def _is_fit_for_tests(folder: Path) -> bool:
    """Whether temporary files may be there: it is writable, may hold programs, and has room."""
    if not (folder.is_dir() and os.access(folder, os.W_OK)):
        return False
    found = os.statvfs(folder)
    return not found.f_flag & os.ST_NOEXEC and found.f_bavail * found.f_frsize > ROOM


def _unheard(*_: Any) -> Any:
    raise structlog.DropEvent


@pytest.fixture(autouse=True)
def _logs_as_they_come(pytestconfig: pytest.Config) -> Iterator[None]:
    """Reset logging for each test.

    To log every call takes a tenth of the time of a pass: by default only `pytest -s` does it.
    """
    if pytestconfig.getoption("capture") != "no":
        structlog.configure(processors=[_unheard])
    yield
    structlog.reset_defaults()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--record-codes", action="store_true", help="write the error codes seen to codes_seen.json"
    )


def pytest_configure(config: pytest.Config) -> None:
    # How the terminal of whoever runs the tests is set is no test's business; the processes that tests start have the same.
    for name in ("CLICOLOR_FORCE", "COLUMNS", "FORCE_COLOR", "LINES", "NO_COLOR"):
        os.environ.pop(name, None)
    os.environ["TERM"] = "xterm"
    # Every history in a file waits until the disk has it.
    if "TMPDIR" not in os.environ and _is_fit_for_tests(IN_MEMORY):
        os.environ["TMPDIR"], tempfile.tempdir = str(IN_MEMORY), None
    collect_seldom()  # Python looks through all that moto and botocore have loaded with every other sandbox
    config.stash[SEEN] = set()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    if WATCHED not in item.path.parents:
        return (yield)
    from reconciler.sandbox import wire_protocol
    from reconciler.sandbox.connect.core import dispatch

    pairs, refuse, as_declared = item.config.stash[SEEN], wire_protocol.refuse, dispatch._as_declared

    def on_the_wire(target: Any, request: Any, error: Any) -> Any:
        if target.service == "connect":
            pairs.add((target.name, error.code))
        return refuse(target, request, error)

    def in_the_plane(name: str, error: Any) -> Any:
        answered = as_declared(name, error)
        pairs.add((name, answered.code))
        return answered

    with ExitStack() as patched:
        patched.enter_context(patch.object(wire_protocol, "refuse", on_the_wire))
        patched.enter_context(patch.object(dispatch, "_as_declared", in_the_plane))
        return (yield)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: Any) -> None:
    node.config.stash[SEEN].update(map(tuple, getattr(node, "workeroutput", {}).get("codes", ())))


def _save_what_was_measured() -> None:
    """Write the data of coverage now: pytest-xdist gives a worker only 10 seconds to end."""
    coverage = sys.modules.get("coverage")
    running = coverage and coverage.Coverage.current()
    if running:
        running.save()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    _save_what_was_measured()
    config = session.config
    if hasattr(config, "workeroutput"):  # one of several processes: the first one has the say
        pairs: Pairs = config.stash[SEEN]
        config.workeroutput["codes"] = sorted(pairs)
        return
    if exitstatus or not _whole(config):
        return
    seen = _by_operation(config.stash[SEEN])
    if config.getoption("record_codes"):
        RECORD.write_text(json.dumps(seen, indent=1) + "\n", encoding="utf-8")
    elif seen != json.loads(RECORD.read_text(encoding="utf-8")):
        config.stash[STALE] = f"{RECORD.name} does not hold what the tests have seen: run `make docs`"
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if STALE in config.stash:
        terminalreporter.write_line(config.stash[STALE], red=True)


def _whole(config: pytest.Config) -> bool:
    """Whether every recorded test has run, once each."""
    places = [config.invocation_params.dir / argument for argument in config.args]
    narrowed = any(config.getoption(name, None) for name in NARROWED) or os.environ.get("SANDBOX_EXAMPLES")
    return not narrowed and any(place in (WATCHED, *WATCHED.parents) for place in places)


def _by_operation(pairs: Pairs) -> dict[str, list[str]]:
    """The codes of each operation, without those that its model does not have."""
    from reconciler.sandbox.connect.core.operations import MODEL
    from reconciler.sandbox.coverage import declared

    names = sorted({name for name, _ in pairs}.intersection(MODEL.operation_names))
    return {name: [code for code in declared(name) if (name, code) in pairs] for name in names}
