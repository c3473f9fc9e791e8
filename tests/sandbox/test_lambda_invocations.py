"""`Invoke` over HTTP runs the code of a function, which calls the sandbox itself; its log is in CloudWatch Logs."""

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from reconciler.sandbox.lambda_runner import runner
from reconciler.sandbox.server import RunningServer, serve
from tests.sandbox.conftest import client_of
from tests.sandbox.lambda_programs import zipped
from tests.sandbox.refusals import REGION, refusal
from tests.sandbox.test_moto_lambda import ROLE

NAME = {"FunctionName": "f"}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    ],
}
CODE = """
import json, logging, os
from helper import greet  # of the first layer
print("loading")
log = logging.getLogger()
log.setLevel("INFO")

def handler(event, context):
    print("got", json.dumps(event))
    return globals()[event.get("do", "describe")](event, context)

def describe(event, context):
    return {
        "greeting": greet(), "stage": os.environ["STAGE"], "url": os.environ["AWS_ENDPOINT_URL"], "pid": os.getpid(),
        "arn": context.invoked_function_arn, "version": context.function_version, "memory": context.memory_limit_in_mb,
        "left": 0 < context.get_remaining_time_in_millis() <= 300_000,
        "custom": context.client_context and context.client_context.custom,
    }

def count(event, context):
    import boto3
    sqs = boto3.client("sqs")
    sqs.create_queue(QueueName=event["name"])
    return [url.rsplit("/", 2)[1:] for url in sqs.list_queues(QueueNamePrefix=event["name"])["QueueUrls"]]

def fail(event, context):
    raise ValueError("no such caller")

def record(event, context):
    log.info("two\\nlines")
    log.debug("not seen")

def unserialisable(event, context):
    return {1, 2}

def large(event, context):
    return "x" * 6_291_556
"""
OLD, NEW = "def greet(): return 'old'", "def greet(): return 'hello'"


class Served:
    """A served sandbox with one function."""

    def __init__(self, server: RunningServer) -> None:
        client = client_of(server.url)
        self.url = server.url
        self.lambda_, self.logs, self.sqs = client("lambda"), client("logs"), client("sqs")
        self.clock = 0.0
        client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST))
        layers = [
            self.lambda_.publish_layer_version(LayerName="l", Content={"ZipFile": zipped(**{path: text})})
            for path, text in (("python__helper", OLD), ("python__helper", NEW))
        ]
        self.lambda_.create_function(
            **NAME,
            Role=ROLE,
            Runtime="python3.13",
            Handler="app.handler",
            Timeout=300,
            MemorySize=256,
            Code={"ZipFile": zipped(app=CODE)},
            Layers=[each["LayerVersionArn"] for each in layers],
            Environment={"Variables": {"STAGE": "dev", "AWS_ENDPOINT_URL": "https://example.com"}},
        )

    def invoke(self, event: Mapping[str, Any] | None = None, **options: Any) -> tuple[Any, Any]:
        reply = self.lambda_.invoke(**{**NAME, **options}, Payload=json.dumps(event or {}).encode())
        return json.loads(reply["Payload"].read() or b"null"), reply

    def log(self, group: str = "/aws/lambda/f") -> list[str]:
        events = self.logs.filter_log_events(logGroupName=group)["events"]
        return [each["message"] for each in events]


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serve(0) as server:
        yield Served(server)


def test_the_code_runs_with_its_settings(served: Served) -> None:
    payload, reply = served.invoke()
    arn = f"arn:aws:lambda:{REGION}:123456789012:function:f"
    assert payload.pop("pid")
    assert payload == {
        "greeting": "hello",  # the later layer lies over the earlier one
        "stage": "dev",
        "url": served.url,
        "arn": arn,
        "version": "$LATEST",
        "memory": "256",
        "left": True,
        "custom": None,
    }
    assert reply["StatusCode"] == 200
    assert reply["ExecutedVersion"] == "$LATEST"
    assert "FunctionError" not in reply
    assert "LogResult" not in reply


def test_a_function_calls_the_sandbox_while_its_own_call_runs(served: Served) -> None:
    payload, _ = served.invoke({"do": "count", "name": "made-by-f"})
    assert payload == [["123456789012", "made-by-f"]]


def test_the_context_of_the_client_arrives(served: Served) -> None:
    context = base64.b64encode(b'{"custom": {"a": "b"}}').decode()
    assert served.invoke(ClientContext=context)[0]["custom"] == {"a": "b"}
    for broken in ("!", base64.b64encode(b"[]").decode()):
        code, _ = refusal(served.lambda_, "invoke", **NAME, ClientContext=broken)
        assert code == "InvalidRequestContentException"


def test_the_log_is_that_of_aws(served: Served) -> None:
    _, reply = served.invoke({"do": "record"}, LogType="Tail")
    tail = base64.b64decode(reply["LogResult"]).decode()
    request = tail.split("RequestId: ")[1].split()[0]
    start, got, record, end, report = [each for each in served.log() if each in tail and each != "\n"][-5:]
    assert start == f"START RequestId: {request} Version: $LATEST\n"
    assert got == 'got {"do": "record"}\n'
    assert record.startswith("[INFO]\t")
    assert record.endswith(f"Z\t{request}\ttwo\nlines\n")
    assert end == f"END RequestId: {request}\n"
    assert report.startswith(f"REPORT RequestId: {request}\tDuration: ")
    assert "\tMemory Size: 256 MB\tMax Memory Used: " in report
    assert "not seen" not in "".join(served.log())


def test_the_log_of_a_start_is_before_the_invocation(served: Served) -> None:
    served.invoke()
    first, second, third, *_ = served.log()
    assert first.startswith("INIT_START Runtime Version: python:3.13 (the sandbox runs it by Python 3.")
    assert second == "loading\n"
    assert third.startswith("START RequestId: ")


def test_an_error_is_told_as_aws_tells_it(served: Served) -> None:
    payload, reply = served.invoke({"do": "fail"}, LogType="Tail")
    assert reply["FunctionError"] == "Unhandled"
    assert payload.pop("requestId")
    *_, last = payload.pop("stackTrace")
    assert payload == {"errorMessage": "no such caller", "errorType": "ValueError"}
    assert last.startswith('  File "/var/task/app.py", line ')
    tail = base64.b64decode(reply["LogResult"]).decode()
    assert "[ERROR] ValueError: no such caller\nTraceback (most recent call last):\n" in tail
    assert tail.endswith("\tStatus: error\tError Type: ValueError\t\n")


@pytest.mark.parametrize(
    ("do", "kind", "text"),
    [
        (
            "unserialisable",
            "Runtime.MarshalError",
            "Unable to marshal response: Object of type set is not JSON serializable",
        ),
        (
            "large",
            "Function.ResponseSizeTooLarge",
            "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
        ),
    ],
)
def test_a_reply_that_cannot_be_sent(served: Served, do: str, kind: str, text: str) -> None:
    payload, reply = served.invoke({"do": do})
    assert reply["FunctionError"] == "Unhandled"
    assert (payload["errorType"], payload["errorMessage"]) == (kind, text)


@pytest.mark.parametrize(
    ("handler", "kind", "text"),
    [
        ("app.other", "Runtime.HandlerNotFound", "Handler 'other' missing on module 'app'"),
        (
            "none.handler",
            "Runtime.ImportModuleError",
            "Unable to import module 'none': No module named 'none'",
        ),
        (
            "handler",
            "Runtime.MalformedHandlerName",
            "Bad handler 'handler': not enough values to unpack (expected 2, got 1)",
        ),
        ("bad.handler", "Runtime.UserCodeSyntaxError", "Syntax error in module 'bad': "),
        ("raises.handler", "KeyError", "'STAGE'"),
    ],
)
def test_a_handler_that_cannot_be_loaded(served: Served, handler: str, kind: str, text: str) -> None:
    code = zipped(app="", bad="def", raises="raise KeyError('STAGE')")
    name: dict[str, Any] = {"FunctionName": "broken"}
    served.lambda_.create_function(
        **name, Role=ROLE, Runtime="python3.13", Handler=handler, Timeout=300, Code={"ZipFile": code}
    )
    payload, reply = served.invoke(**name)
    served.lambda_.delete_function(**name)
    assert reply["FunctionError"] == "Unhandled"
    assert payload["errorType"] == kind
    assert payload["errorMessage"].startswith(text)


def test_versions_and_aliases_run_their_own_code(served: Served) -> None:
    name: dict[str, Any] = {"FunctionName": "v"}
    made = {"Role": ROLE, "Runtime": "python3.13", "Handler": "app.handler", "Timeout": 300}
    text = "def handler(event, context): return {!r}, context.invoked_function_arn.rpartition(':')[2]"
    served.lambda_.create_function(**name, **made, Code={"ZipFile": zipped(app=text.format("one"))})
    served.lambda_.publish_version(**name)
    served.lambda_.update_function_code(**name, ZipFile=zipped(app=text.format("two")))
    served.lambda_.create_alias(**name, Name="live", FunctionVersion="1")
    assert served.invoke(**name)[0] == ["two", "v"]
    assert served.invoke(**name, Qualifier="1")[0] == ["one", "1"]
    payload, reply = served.invoke(**name, Qualifier="live")
    assert payload == ["one", "live"]
    assert reply["ExecutedVersion"] == "1"
    assert refusal(served.lambda_, "invoke", **name, Qualifier="9")[0] == "ResourceNotFoundException"
    served.lambda_.delete_function(**name)


def test_an_asynchronous_invocation_returns_at_once_and_a_dry_run_runs_nothing(served: Served) -> None:
    before = len(served.log())
    assert served.invoke(InvocationType="DryRun")[1]["StatusCode"] == 204
    assert len(served.log()) == before
    assert served.invoke({"async": True}, InvocationType="Event")[1]["StatusCode"] == 202
    while 'got {"async": true}\n' not in served.log():
        pass  # each look is a call, and others are served meanwhile
    assert served.invoke()[0]["greeting"] == "hello"


def test_a_log_in_json_and_in_a_group_of_its_own(served: Served) -> None:
    name: dict[str, Any] = {"FunctionName": "j"}
    text = (
        "import logging\ndef handler(event, context):\n logging.info('seen %s', 1)\n print('plain')\n 1 / 0"
    )
    logging = {
        "LogFormat": "JSON",
        "LogGroup": "/mine",
        "ApplicationLogLevel": "INFO",
        "SystemLogLevel": "INFO",
    }
    served.lambda_.create_function(
        **name,
        Role=ROLE,
        Runtime="python3.13",
        Handler="app.handler",
        Timeout=300,
        Code={"ZipFile": zipped(app=text)},
        LoggingConfig=logging,
    )
    served.invoke(**name)
    lines = served.log("/mine")
    kinds = [json.loads(line).get("type") for line in lines if line.startswith("{")]
    assert kinds == ["platform.initStart", "platform.start", None, "platform.report"]
    record = next(json.loads(line) for line in lines if '"seen 1"' in line)
    assert record["level"] == "INFO"
    assert record["requestId"]
    assert "plain\n" in lines
    assert json.loads(lines[-1])["record"]["errorType"] == "ZeroDivisionError"


def test_what_the_sandbox_cannot_run_is_refused(served: Served) -> None:
    made = {"Role": ROLE, "Handler": "index.handler", "Code": {"ZipFile": zipped(app="")}}
    served.lambda_.create_function(FunctionName="node", Runtime="nodejs22.x", **made)
    code, text = refusal(served.lambda_, "invoke", FunctionName="node")
    assert code == "NotImplemented"
    assert text == (
        "The sandbox runs functions in Python only. The runtime is nodejs22.x of function node. AWS runs it."
    )
    bad = {**made, "Code": {"ZipFile": b"no zip"}}
    served.lambda_.create_function(FunctionName="bad", Runtime="python3.13", **bad)
    assert refusal(served.lambda_, "invoke", FunctionName="bad")[0] == "InvalidZipFileException"
    assert refusal(served.lambda_, "invoke", FunctionName="none")[0] == "ResourceNotFoundException"
    for payload in (b"{", b"\xff"):
        wrong = refusal(served.lambda_, "invoke", **NAME, Payload=payload)
        assert wrong[0] == "InvalidRequestContentException"
    large = {"Payload": b'"' + b"x" * 6_291_456 + b'"'}
    assert refusal(served.lambda_, "invoke", **NAME, **large)[0] == "RequestTooLargeException"


def test_too_many_at_once_are_throttled(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(runner, "MOST_PROCESSES", 0)
        code, text = refusal(served.lambda_, "invoke", **NAME)
    assert (code, text) == ("TooManyRequestsException", "Rate Exceeded.")
    served.lambda_.put_function_concurrency(**NAME, ReservedConcurrentExecutions=0)
    with pytest.raises(served.lambda_.exceptions.TooManyRequestsException) as refused:
        served.invoke()
    assert refused.value.response["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
    served.lambda_.delete_function_concurrency(**NAME)


def test_a_web_page_cannot_run_code(served: Served) -> None:
    def from_a_page(request: Any, **_: Any) -> None:
        request.headers["Origin"] = "https://example.com"

    events = served.lambda_.meta.events
    events.register("before-send.lambda", from_a_page)
    try:
        for call in ("invoke", "get_function"):
            assert refusal(served.lambda_, call, **NAME)[0] == "AccessDeniedException"
    finally:
        events.unregister("before-send.lambda", from_a_page)
