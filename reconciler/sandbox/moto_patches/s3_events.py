"""Events of S3 that functions of Lambda are called with; moto's lack members, and moto calls no function here.

Known-lossy: an event whose function fails is not sent again; nothing checks that S3 may call the function.
Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
"""

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from moto.awslambda.models import lambda_backends
from moto.s3 import notifications

from reconciler.sandbox.process_state import current
from reconciler.sandbox.sandbox_error import SandboxError

moto_event = notifications._get_s3_event  # noqa: SLF001  moto has no public function


def install() -> None:
    """Replace moto's events and calls."""
    module: Any = notifications
    module._get_s3_event = event_of  # noqa: SLF001
    module._invoke_awslambda = call  # noqa: SLF001


def event_of(event_name: str, bucket: Any, key: Any, notification_id: str) -> dict[str, Any]:
    """The event, with the members that moto leaves out."""
    event = moto_event(event_name, bucket, key, notification_id)
    (record,) = event["Records"]
    moment = datetime.fromtimestamp(current().clock(), UTC)
    record["eventTime"] = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    record["userIdentity"] = {"principalId": f"AWS:{current().account}"}
    record["requestParameters"] = {"sourceIPAddress": "127.0.0.1"}
    record["responseElements"] = {"x-amz-request-id": uuid4().hex[:16].upper(), "x-amz-id-2": uuid4().hex}
    record["s3"]["bucket"]["ownerIdentity"] = {"principalId": "SANDBOX"}
    stored = record["s3"]["object"]
    stored["sequencer"] = f"{int(moment.timestamp() * 1_000_000):018X}"
    if bucket.is_versioned:
        stored["versionId"] = key.version_id
    return event


def call(account_id: str, event: Any, function_arn: str, region: str) -> None:
    """Run a function after the request, as an asynchronous invocation. One that cannot be run gets no event."""
    backend: Any = lambda_backends[account_id][region]
    with suppress(SandboxError):
        backend.invoke_function(function_arn, "Event", Payload=json.dumps(event).encode())
