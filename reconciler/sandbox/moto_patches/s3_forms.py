"""Uploads by signed forms: checks the policy of a form, which moto takes on trust. The signature itself is not checked.

Source: "POST policy" (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html).
"""

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from moto.s3.responses import S3Response

from reconciler.sandbox.process_state import current
from reconciler.sandbox.sandbox_error import SandboxError

UNCHECKED = frozenset({"awsaccesskeyid", "file", "policy", "signature", "x-amz-signature"})
"""Fields that need no condition."""
moto_answer = S3Response._bucket_response_post  # noqa: SLF001  moto has no public function


def install() -> None:
    """Check each form before moto stores its file."""
    response: Any = S3Response
    response._bucket_response_post = _answer  # noqa: SLF001


def _answer(response: S3Response, request: Any, bucket_name: str) -> Any:
    fields = {name.lower(): value for name, value in request.form.items()}
    try:
        if "policy" in fields:
            check(fields, bucket_name, len(response.body or b""), current().clock())
        answer = moto_answer(response, request, bucket_name)
    finally:
        for file in request.files.values():
            file.close()  # moto has read it into `body`
    key = response.backend.get_object(bucket_name, fields["key"]) if "content-type" in fields else None
    if key is not None:
        key.metadata["Content-Type"] = fields["content-type"]
    return answer


def check(fields: Mapping[str, str], bucket: str, size: int, now: float) -> None:
    """Check the fields of a form, by their names in lower case, and the size of its file in bytes.

    Raises:
        SandboxError: the policy does not allow them.
    """
    try:
        policy = json.loads(base64.b64decode(fields["policy"]))
        expiration = datetime.fromisoformat(policy["expiration"]).timestamp()
        conditions = [_read(each) for each in policy["conditions"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise SandboxError("InvalidPolicyDocument", "Invalid Policy: Invalid JSON.") from None
    if expiration <= now:
        raise _refused("Policy expired.")
    values = {**fields, "bucket": bucket}
    named = {name for operator, name, _ in conditions if operator != "content-length-range"}
    for operator, name, value in conditions:
        if operator == "content-length-range":
            _check_size(size, int(name), int(value))
        elif not _holds(operator, values.get(name, ""), value):
            raise _refused(f'Policy Condition failed: ["{operator}", "${name}", "{value}"]')
    extra = [name for name in fields if name not in named | UNCHECKED and not name.startswith("x-ignore-")]
    if extra:
        raise _refused(f"Extra input fields: {', '.join(extra)}")


def _read(condition: Any) -> tuple[str, str, str]:
    """The operator, the field and the value of a condition."""
    if isinstance(condition, dict):
        ((name, value),) = condition.items()
        return "eq", name.lower(), value
    operator, name, value = condition
    return operator.lower(), str(name).removeprefix("$").lower(), str(value)


def _holds(operator: str, found: str, value: str) -> bool:
    return found.startswith(value) if operator == "starts-with" else found == value


def _check_size(size: int, least: int, most: int) -> None:
    if size > most:
        raise SandboxError(
            "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", http_status=400
        )
    if size < least:
        raise SandboxError(
            "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", http_status=400
        )


def _refused(why: str) -> SandboxError:
    return SandboxError("AccessDenied", f"Invalid according to Policy: {why}", http_status=403)
