"""Checks whether S3 may write access logs into a bucket, by the meaning of its policy; moto compares its text.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from moto.s3.models import FakeBucket

from reconciler.sandbox.moto_patches.policies import listed, principals_of

SERVICE = "logging.s3.amazonaws.com"


def install() -> None:
    """Replace moto's check."""
    vars_of_bucket: Any = FakeBucket
    vars_of_bucket._log_permissions_enabled_policy = staticmethod(may_write_logs)  # noqa: SLF001  moto has no public function


def may_write_logs(target_bucket: FakeBucket, target_prefix: str | None) -> bool:
    """Return whether a statement of the policy allows the logging service to put objects under the prefix.

    Known-lossy: conditions count as true, and statements with Deny are ignored.
    """
    if not target_bucket.policy:
        return False
    statements = listed(json.loads(target_bucket.policy).get("Statement"))
    place = f"arn:{target_bucket.partition}:s3:::{target_bucket.name}/{target_prefix or ''}log"
    return any(_lets_write(each, place) for each in statements)


def _lets_write(statement: Mapping[str, Any], place: str) -> bool:
    services = principals_of(statement, "Service")
    return (
        statement.get("Effect") == "Allow"
        and (SERVICE in services or "*" in services)
        and any(_matches("s3:putobject", each.lower()) for each in listed(statement.get("Action")))
        and any(_matches(place, each) for each in listed(statement.get("Resource")))
    )


def _matches(text: str, pattern: str) -> bool:
    """Return whether a pattern of a policy matches: `*` is any text, `?` one character."""
    written = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(written, text) is not None
