"""Uploads to buckets with a policy, and by signed forms, over HTTP."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError

import pytest
from botocore.exceptions import ClientError

from reconciler.sandbox.server import serve
from tests.sandbox.conftest import client_of
from tests.sandbox.form_posts import posted

BUCKET = "pictures"
ALL = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"arn:aws:s3:::{BUCKET}/*"}
FORM = {"Content-Type": "image/png"}
CONDITIONS: list[Any] = [FORM, ["content-length-range", 1, 10], ["starts-with", "$x-amz-meta-of", "visitor-"]]


@pytest.fixture(scope="module")
def s3() -> Iterator[Any]:
    with serve(0) as server:
        client = client_of(server.url)("s3")
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
        yield client


def allowed_under(s3: Any, **statement: Any) -> bool:
    policy = {"Version": "2012-10-17", "Statement": {**ALL, **statement}}
    s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))
    try:
        s3.put_object(Bucket=BUCKET, Key="k", Body=b"x")
    except ClientError:
        return False
    finally:
        s3.delete_bucket_policy(Bucket=BUCKET)
    return True


@pytest.mark.parametrize(
    ("condition", "allowed"),
    [
        ({}, False),
        ({"Bool": {"aws:SecureTransport": "false"}}, True),
        ({"Bool": {"aws:SecureTransport": ["true"]}}, False),
        ({"NumericLessThan": {"s3:TlsVersion": 1.2}}, True),
        ({"NumericLessThan": {"s3:TlsVersion": "1.4"}}, False),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, True),
    ],
)
def test_requests_count_as_encrypted(s3: Any, condition: dict[str, Any], allowed: bool) -> None:
    assert allowed_under(s3, Condition=condition) is allowed


def sent(s3: Any, size: int = 10, signed_for: int = 60, **changed: str | None) -> tuple[int, str]:
    """Sign a form and send it, with other values of some fields; the status and the body of the reply."""
    fields = {**FORM, "x-amz-meta-of": "visitor-1"}
    form = s3.generate_presigned_post(
        Bucket=BUCKET, Key="temp/a.png", Fields=fields, Conditions=CONDITIONS, ExpiresIn=signed_for
    )
    values = {**form["fields"], **{name.replace("_", "-"): value for name, value in changed.items()}}
    try:
        return posted(form["url"], values, b"x" * size), ""
    except HTTPError as error:
        return error.code, error.read().decode()


def test_a_signed_form_uploads_what_it_is_signed_for(s3: Any) -> None:
    assert sent(s3) == (204, "")
    assert sent(s3, x_ignore_me="1") == (204, "")
    kept = s3.get_object(Bucket=BUCKET, Key="temp/a.png")
    assert (kept["Body"].read(), kept["ContentType"], kept["Metadata"]) == (
        b"x" * 10,
        "image/png",
        {"of": "visitor-1"},
    )


@pytest.mark.parametrize(
    ("sending", "status", "said"),
    [
        ({"size": 11}, 400, "<Code>EntityTooLarge</Code>"),
        ({"size": 0}, 400, "<Code>EntityTooSmall</Code>"),
        ({"Content_Type": "text/html"}, 403, "Policy Condition failed: "),
        ({"Content_Type": None}, 403, "Policy Condition failed: "),
        ({"key": "temp/b.png"}, 403, "Policy Condition failed: "),
        ({"x_amz_meta_of": "somebody"}, 403, "Policy Condition failed: "),
        ({"acl": "public-read"}, 403, "Extra input fields: acl"),
        ({"signed_for": -1}, 403, "Policy expired."),
        ({"policy": "e30="}, 400, "<Code>InvalidPolicyDocument</Code>"),
    ],
)
def test_a_form_that_was_changed_is_refused(s3: Any, sending: dict[str, Any], status: int, said: str) -> None:
    found = sent(s3, **sending)
    assert found[0] == status, found
    assert said in found[1]
