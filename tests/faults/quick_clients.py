"""Makes calls of boto3 faster: without a signature, which the sandbox does not check, and with a fixed user agent."""

from typing import Any

import boto3
from botocore.auth import AUTH_TYPE_MAPS, STREAMING_UNSIGNED_PAYLOAD_TRAILER, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config

SIGNATURE = "of-the-matrix"
DAY = "20270115"


class Unchecked(SigV4Auth):  # type: ignore[misc] # botocore is not typed
    """A signer that sends the credential scope (service and Region) without computing a signature."""

    def add_auth(self, request: AWSRequest) -> None:
        """Add the header from which the sandbox reads service and Region."""
        scope = f"{self.credentials.access_key}/{DAY}/{self._region_name}/{self._service_name}/aws4_request"
        request.headers["X-Amz-Date"] = f"{DAY}T000000Z"
        request.headers["Authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"
        )
        if self._is_streaming_checksum_payload(request):
            # The body is sent in chunks with a checksum at the end. Without this header the chunks would be stored as the object.
            request.headers["X-Amz-Content-SHA256"] = STREAMING_UNSIGNED_PAYLOAD_TRAILER


def quicken(session: boto3.Session) -> boto3.Session:
    """Change a session, so that its new clients do not sign and have a fixed user agent."""
    AUTH_TYPE_MAPS[SIGNATURE] = Unchecked
    session._session.set_default_client_config(Config(user_agent="fault-matrix"))
    session.events.register_first("choose-signer", _choose)
    return session


def _choose(signature_version: str, **_: Any) -> str | None:
    """Replace the usual signature version; S3 keeps its own, which depends on how a body is sent."""
    return SIGNATURE if signature_version == "v4" else None
