"""A reply that does not fit botocore's model is an error, and never means absence; AWS may omit or add members."""

import json
from contextlib import suppress
from functools import partial
from typing import Any
from zlib import crc32

import pytest
from botocore.awsrequest import HeadersDict
from botocore.parsers import ResponseParserError, create_parser
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.aws.replies import check_reply
from reconciler.errors import Absent, Refused, Unreadable, Unsure
from tests.unit.aws_toys import CORE, account

BUCKET = {"Bucket": "stamps"}
TAGS = {"resourceArn": "arn:aws:connect:eu-west-2:111111111111:phone-number/1"}
QUEUE = {"InstanceId": "i", "QueueId": "q"}
XMLNS = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
PARAMETERS: dict[tuple[str, str], dict[str, Any]] = {
    ("connect", "list_tags_for_resource"): TAGS,
    ("connect", "describe_queue"): QUEUE,
    ("connect", "list_queues"): {"InstanceId": "i"},
    ("connect", "update_queue_name"): {**QUEUE, "Name": "Sales"},
    ("connect", "create_queue"): {"InstanceId": "i", "Name": "Sales", "HoursOfOperationId": "h"},
    ("dynamodb", "describe_table"): {"TableName": "Orders"},
    ("dynamodb", "delete_table"): {"TableName": "Orders"},
    ("s3", "get_bucket_tagging"): BUCKET,
    ("s3", "get_bucket_policy"): BUCKET,
    ("s3", "get_bucket_versioning"): BUCKET,
    ("s3", "get_bucket_logging"): BUCKET,
    ("s3", "get_bucket_lifecycle_configuration"): BUCKET,
    ("s3", "delete_bucket"): BUCKET,
    ("s3", "list_buckets"): {},
    ("sts", "get_caller_identity"): {},
    ("ssm", "get_parameter"): {"Name": "/p"},
    ("secretsmanager", "get_secret_value"): {"SecretId": "s"},
    ("service-quotas", "list_service_quotas"): {"ServiceCode": "connect"},
    ("resourcegroupstaggingapi", "get_resources"): {},
}
PAGES = {
    "a login page": b"<html><body>login</body></html>",
    "the shortest page": b"<html>login</html>",
    "a page with a doctype": b"<!DOCTYPE html><html><head><title>Proxy</title></head><body><p>no</p></body></html>",
    "plain text": b"please log in",
    "a list": b"[]",
    "a number": b"5",
    "another's object": b'{"login": "/sso"}',
    "half an object": b'{"QueueSummaryList": [{"Id"',
    "half a document": b"<Tagging><TagSet><Tag><Key>a",
    "another's document": b"<status><ok>yes</ok></status>",
    "no characters": b"\xff\xfe\x00",
    "nested deeply": b"[" * 100_000,
}


class Answer:
    """The current reply of an account to every request; its clients are shared."""

    def __init__(self) -> None:
        self.status, self.body = 200, b""
        self.headers: dict[str, str] = {}
        self.account = account(lambda _request: (self.status, self.body), self.headers)


ANSWER = Answer()


def api(service: str, status: int, body: bytes, **headers: str) -> Any:
    """An API with this reply to every request."""
    ANSWER.status, ANSWER.body = status, body
    ANSWER.headers.clear()
    ANSWER.headers.update(headers)
    return ANSWER.account.api(service)


@pytest.mark.parametrize(("service", "operation"), PARAMETERS)
def test_what_is_no_reply_of_aws_tells_nothing(service: str, operation: str) -> None:
    silent = operation in ("update_queue_name", "delete_bucket")  # AWS may add members
    for page in (each for name, each in PAGES.items() if not (silent and name.startswith("another's"))):
        with pytest.raises(Unsure):
            api(service, 200, page).call(operation, **PARAMETERS[service, operation])


def test_another_document_without_elements_is_no_empty_configuration() -> None:
    for operation in (
        *("get_bucket_cors", "get_bucket_encryption", "get_bucket_lifecycle_configuration"),
        *("get_bucket_logging", "get_bucket_notification_configuration", "get_bucket_ownership_controls"),
        *("get_bucket_replication", "get_bucket_tagging", "get_bucket_versioning", "get_bucket_website"),
        *("get_object_lock_configuration", "get_public_access_block", "get_bucket_request_payment"),
        *("get_bucket_accelerate_configuration", "get_bucket_abac"),
    ):
        with pytest.raises(Unsure):
            api("s3", 200, b'<?xml version="1.0"?><Other/>').call(operation, **BUCKET)
    with pytest.raises(Unsure):
        api("s3", 200, b'<?xml version="1.0"?><Other/>').call("list_buckets")


@pytest.mark.parametrize(("service", "operation"), PARAMETERS)
def test_an_error_without_a_code_of_aws_is_neither_absence_nor_refusal(service: str, operation: str) -> None:
    for status in (302, 400, 403, 404, 407, 418, 503):
        for page in (*list(PAGES.values())[:7], b""):
            with pytest.raises(Unsure):
                api(service, status, page).call(operation, **PARAMETERS[service, operation])


def test_a_head_is_believed_when_it_bears_a_request_id_of_aws() -> None:
    toy = account(lambda _request: (404, b""), {"x-amz-request-id": "1"})
    with pytest.raises(Absent):
        toy.api("s3").call("head_bucket", **BUCKET)
    for status in (200, 404):
        answer = status, b""
        toy = account(partial(_same, answer), {"server": "proxy"}, bare=True)
        with pytest.raises(Unsure, match="it has no request id"):
            toy.api("s3").call("head_bucket", **BUCKET)


def _same(answer: tuple[int, bytes], _request: Any) -> tuple[int, bytes]:
    return answer


CUT = {
    "fewer bytes than announced": ({"content-length": "99"}, b'{"TableNames": []}'),
    "another checksum": ({"x-amz-crc32": "1"}, b'{"TableNames": []}'),
}


@pytest.mark.parametrize(("headers", "body"), CUT.values(), ids=CUT.keys())
def test_a_reply_that_is_cut_short_or_altered_tells_nothing(headers: dict[str, str], body: bytes) -> None:
    with pytest.raises(Unreadable):
        api("dynamodb", 200, body, **headers).call("list_tables")


def test_a_checksum_that_matches_is_fine() -> None:
    body = b'{"TableNames": ["Orders"]}'
    found = list(api("dynamodb", 200, body, **{"x-amz-crc32": str(crc32(body))}).pages("list_tables"))
    assert found == ["Orders"]


WRONG = {
    "a list for a structure": ({"Queue": []}, "Queue is a list, not an object"),
    "a text for a structure": ({"Queue": "Sales"}, "Queue is a text, not an object"),
    "a number for a text": ({"Queue": {"Name": 5}}, "Queue.Name is a number, not a text"),
    "a text for a number": (
        {"Queue": {"MaxContacts": "5"}},
        "Queue.MaxContacts is a text, not a whole number",
    ),
    "truth for a number": ({"Queue": {"MaxContacts": True}}, "Queue.MaxContacts is true or false"),
    "half a contact": ({"Queue": {"MaxContacts": 0.5}}, "Queue.MaxContacts is a number, not a whole number"),
    "a list for a map": ({"Queue": {"Tags": []}}, "Queue.Tags is a list, not an object"),
    "a number in a map": ({"Queue": {"Tags": {"a": 1}}}, "Queue.Tags.a is a number, not a text"),
    "a text for a time": ({"Queue": {"LastModifiedTime": "soon"}}, "Queue.LastModifiedTime is a text"),
    "a time beyond time": ({"Queue": {"LastModifiedTime": 1e300}}, "Queue.LastModifiedTime is a number"),
}


@pytest.mark.parametrize(("content", "said"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_type_is_named_by_its_place_and_never_by_its_value(content: Any, said: str) -> None:
    with pytest.raises(Unreadable) as raised:
        api("connect", 200, json.dumps(content).encode()).call("describe_queue", **QUEUE)
    assert said in str(raised.value)


def test_texts_for_a_list_of_structures_do_not_fit() -> None:
    with pytest.raises(Unreadable, match=r"Table\.KeySchema\[1\] is a text, not an object"):
        api("dynamodb", 200, b'{"Table": {"KeySchema": ["id"]}}').call("describe_table", TableName="Orders")


FINE: dict[str, tuple[str, str, bytes]] = {
    "members and values that nobody knows": (
        "connect",
        "describe_queue",
        b'{"New": 1, "Queue": {"QueueId": "q", "Status": "RESTING", "Newer": {"a": []}}}',
    ),
    "members that are left out, or null": ("connect", "describe_queue", b'{"Queue": {"Name": null}}'),
    "no tags": ("connect", "list_tags_for_resource", b'{"tags": {}}'),
    "nothing of what has nothing to say": ("connect", "update_queue_name", b""),
    "an empty object of the same": ("connect", "update_queue_name", b"{}"),
    "an empty configuration": ("s3", "get_bucket_versioning", f"<VersioningConfiguration {XMLNS}/>".encode()),
    "an empty document of its own name": ("s3", "get_bucket_logging", b"<BucketLoggingStatus/>"),
    "no rules": ("s3", "get_bucket_lifecycle_configuration", b"<LifecycleConfiguration/>"),
    "a policy": ("s3", "get_bucket_policy", b'{"Statement": []}'),
    "an empty body of an S3 write": ("s3", "delete_bucket", b""),
    "a time in milliseconds": ("dynamodb", "describe_table", b'{"Table": {"CreationDateTime": 1.5e9}}'),
}


@pytest.mark.parametrize(("service", "operation", "body"), FINE.values(), ids=FINE.keys())
def test_what_aws_may_leave_out_or_add_is_no_fault(service: str, operation: str, body: bytes) -> None:
    api(service, 200, body).call(operation, **PARAMETERS[service, operation])


@pytest.mark.parametrize(
    "body", [b'{"Statement": 5}', b'{"Statement": [5]}', b'{"Statement": null}', b'{"Version": "x"}']
)
def test_a_policy_without_statements_is_none(body: bytes) -> None:
    with pytest.raises(Unreadable, match="is no Policy"):
        api("s3", 200, body).call("get_bucket_policy", **BUCKET)


def test_an_unreadable_reply_is_asked_for_again() -> None:
    replies = [b"<html/>", b"", b'{"Queue": {"Name": "Sales"}}']
    toy = account(lambda _request: (200, replies.pop(0)))
    assert toy.api("connect").call("describe_queue", **QUEUE)["Queue"]["Name"] == "Sales"


def test_a_create_with_an_unreadable_reply_is_sent_once() -> None:
    sent: list[Any] = []

    def answer(request: Any) -> tuple[int, bytes]:
        sent.append(request)
        return 200, b"<html>login</html>"

    with pytest.raises(Unsure):
        account(answer).api("connect").call("create_queue", **PARAMETERS["connect", "create_queue"])
    assert len(sent) == 1


def test_a_member_that_is_asked_for_and_not_there_is_the_replys_fault() -> None:
    with pytest.raises(Unreadable, match='the reply has no "Queue"'):
        api("connect", 200, b'{"Queue": null, "Other": 1}').call("describe_queue", **QUEUE)["Queue"]
    found = api("connect", 200, b'{"Queue": {"OutboundCallerConfig": {}}}').call("describe_queue", **QUEUE)
    with pytest.raises(Unreadable, match='Queue has no "OutboundFlowId"'):
        found["Queue"]["OutboundCallerConfig"]["OutboundFlowId"]
    assert found["Queue"].get("Name") is None


def test_rows_that_do_not_fit_come_last_and_cost_no_other_row() -> None:
    rows = [{"Id": "1"}, None, {"Id": 2, "Name": "Sales"}, "x", {"Id": "3"}]
    toy = api("connect", 200, json.dumps({"QueueSummaryList": rows}).encode())
    found: list[str] = []
    with pytest.raises(Unreadable) as raised:
        found.extend(row["Id"] for row in toy.pages("list_queues", InstanceId="i"))
    assert found == ["1", "3"]
    assert [str(each) for each in raised.value.rows] == [
        "list_queues: QueueSummaryList[2] is null",
        'list_queues: QueueSummaryList[3] ("Sales") does not fit: Id is a number, not a text',
        "list_queues: QueueSummaryList[4] is a text, not an object",
    ]


def test_a_token_that_came_before_ends_a_list_that_would_never_end() -> None:
    tokens = iter("ABCABCABCABCABCABC")
    toy = account(lambda _request: (200, {"QueueSummaryList": [], "NextToken": next(tokens)}))
    with pytest.raises(Unsure, match="the list returned the same page token again"):
        list(toy.api("connect").pages("list_queues", InstanceId="i"))


@pytest.mark.parametrize(
    ("service", "operation", "body"),
    [
        ("connect", "list_queues", b"{}"),
        ("connect", "list_queues", b'{"NextToken": null}'),
        ("connect", "list_queues", b'{"QueueSummaryList": null}'),
        ("dynamodb", "list_tables", b"{}"),
        ("resourcegroupstaggingapi", "get_resources", b'{"PaginationToken": ""}'),
        ("s3", "list_buckets", f"<ListAllMyBucketsResult {XMLNS}/>".encode()),
    ],
)
def test_a_page_without_its_list_is_no_empty_list(service: str, operation: str, body: bytes) -> None:
    with pytest.raises(Unreadable, match=r"the reply has (no list|none of the members)"):
        list(api(service, 200, body).pages(operation, **PARAMETERS.get((service, operation), {})))


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "body"),
    [
        ("connect", "list_queues", {"InstanceId": "i"}, b'{"QueueSummaryList": []}'),
        ("s3", "list_buckets", {}, f"<ListAllMyBucketsResult {XMLNS}><Buckets/></ListAllMyBucketsResult>".encode()),
        ("s3", "list_objects_v2", BUCKET, f"<ListBucketResult {XMLNS}><Name>stamps</Name></ListBucketResult>".encode()),
        ("s3", "list_object_versions", BUCKET, f"<ListVersionsResult {XMLNS}><Name>stamps</Name></ListVersionsResult>".encode()),
        ("sqs", "list_queues", {}, b"{}"),
    ],
)  # fmt: skip
def test_a_list_of_nothing_is_empty(
    service: str, operation: str, parameters: dict[str, str], body: bytes
) -> None:
    assert not list(api(service, 200, body).pages(operation, **parameters))


def test_a_token_of_a_wrong_type_tells_nothing() -> None:
    toy = api("connect", 200, b'{"QueueSummaryList": [], "NextToken": {"a": 1}}')
    with pytest.raises(Unreadable, match="NextToken is an object, not a text"):
        list(toy.pages("list_queues", InstanceId="i"))


@pytest.mark.parametrize("after", ["", ":http://internal.amazon.com/coral/com.amazonaws.connect/"])
def test_an_error_of_another_shape_tells_nothing(after: str) -> None:
    body = b'{"__type": "InvalidContactFlowException", "problems": "many"}'
    toy = account(lambda _request: (400, body), {"x-amzn-errortype": f"InvalidContactFlowException{after}"})
    with pytest.raises(Unreadable):
        toy.api("connect").call("create_queue", **PARAMETERS["connect", "create_queue"])


def test_an_error_of_aws_is_what_it_was() -> None:
    toy = api("connect", 400, b'{"__type": "InvalidRequestException", "Message": "no"}')
    with pytest.raises(Refused, match="no"):
        toy.call("describe_queue", **QUEUE)


# -- arbitrary replies ------------------------------------------------------------------------------------------------

MODELS = {
    name: CORE.get_service_model(name) for name in ("connect", "dynamodb", "s3", "sts", "sqs", "lambda")
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


def _names(operation: Any) -> list[str]:
    shape = operation.output_shape
    return list(shape.members) if shape is not None else []


@settings(deadline=None)
@given(data=st.data())
def test_whatever_comes_is_a_reply_or_a_reason(data: st.DataObject) -> None:
    """For any body, botocore's parser and ours raise only one of the six errors."""
    service = data.draw(st.sampled_from(sorted(MODELS)))
    model = MODELS[service]
    operation = model.operation_model(data.draw(st.sampled_from(sorted(model.operation_names))))
    names = _names(operation)
    if data.draw(st.booleans()):
        body = json.dumps({name: data.draw(JSON) for name in names[:6]}).encode()
    else:
        inner = "".join(
            f"<{name}>{data.draw(st.sampled_from(['', '1', 'x', '<Id>1</Id>']))}</{name}>" for name in names
        )
        body = f"<Response>{inner}</Response>".encode()
    status = data.draw(st.sampled_from([200, 200, 200, 204, 400, 404, 500]))
    _answered(service, operation, status, body)


def _answered(service: str, operation: Any, status: int, body: bytes) -> None:
    """Let botocore parse the reply, if it is passed on to it."""
    headers = HeadersDict(
        {"x-amzn-requestid": "1", "x-amzn-errortype": "" if service == "s3" else "AnyException"}
    )
    reply: dict[str, Any] = {"status_code": status, "headers": headers, "body": body, "context": {}}
    try:
        check_reply(operation, reply, {})
    except Unreadable:
        return
    with suppress(ResponseParserError):
        create_parser(operation.service_model.resolved_protocol).parse(reply, operation.output_shape)
