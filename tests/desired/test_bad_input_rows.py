"""A small part of the rows of the fault matrix for bad input: fuzzed files, file references, endpoints."""

from tests.faults import endpoints, fuzzed_documents, hostile_documents, path_escape

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


def test_fuzzed_documents_are_stacks_or_mistakes() -> None:
    assert [line for seed in range(1, 4) for line in fuzzed_documents.check(str(seed), documents=40)] == []


def test_hostile_documents_lead_to_their_mistakes() -> None:
    assert [line for number in HOSTILE for line in hostile_documents.ROW.check(f"hostile {number}")] == []


def test_no_file_outside_is_read() -> None:
    assert [
        line for title in FILES for line in path_escape.ROW.check(f"{title} in s3.bucket bucket_policy")
    ] == []


def test_no_request_goes_to_a_host_that_nobody_named() -> None:
    assert set(INJECTIONS) <= set(endpoints.ROW.cases())
    assert [line for name in INJECTIONS for line in endpoints.ROW.check(name)] == []
