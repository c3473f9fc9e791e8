"""A small slice of the rows of the fault matrix that are about bad input: fuzzed files, file references, endpoints."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

FAULTS = Path(__file__).parents[1] / "faults"
HOSTILE = (0, 1, 3, 9, 12, 18, 32, 43, 54, 56, 63)
FILES = ("upwards", "link to a file", "link to a directory", "file swapped for a link", "FIFO", "hard link")
INJECTIONS = (
    "Region 'us-east-1.evil.example'",
    "endpoint 'http://evil.example\\\\@127.0.0.1'",
    "endpoint 'https://user:hidden-3f9a@evil.example'",
    "environment: a role, its endpoint in the environment",
    "environment: data of one's own",
    "environment: HTTP_PROXY and this machine",
    "environment: a profile that there is not",
    "document: an endpoint of an environment",
)


@pytest.fixture(autouse=True)
def _faults(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The rows import each other by name; what they import is gone again afterwards."""
    monkeypatch.syspath_prepend(FAULTS)
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(f"{FAULTS}/"):
            del sys.modules[name]


def test_fuzzed_documents_are_stacks_or_mistakes() -> None:
    from fuzzed_documents import check

    assert [line for seed in range(1, 4) for line in check(str(seed), documents=40)] == []


def test_hostile_documents_lead_to_their_mistakes() -> None:
    from hostile_documents import ROW

    assert [line for number in HOSTILE for line in ROW.check(f"hostile {number}")] == []


def test_no_file_outside_is_read() -> None:
    from path_escape import ROW

    assert [line for title in FILES for line in ROW.check(f"{title} in s3.bucket bucket_policy")] == []


def test_no_request_goes_to_a_host_that_nobody_named() -> None:
    from endpoints import ROW

    assert set(INJECTIONS) <= set(ROW.cases())
    assert [line for name in INJECTIONS for line in ROW.check(name)] == []
