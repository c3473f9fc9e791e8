"""Makes calls of boto3 cheaper where nobody looks at what is saved: the signature, which the sandbox does not check, and the user agent."""

from typing import Any

import boto3
from botocore.auth import AUTH_TYPE_MAPS, STREAMING_UNSIGNED_PAYLOAD_TRAILER, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config

SIGNATURE = "of-the-matrix"
DAY = "20270115"


class Unchecked(SigV4Auth):  # type: ignore[misc] # botocore is not typed
    """Says who calls which service in which Region, as a signature does, and proves nothing."""

    def add_auth(self, request: AWSRequest) -> None:
        """Add the header that the sandbox reads service and Region from."""
        scope = f"{self.credentials.access_key}/{DAY}/{self._region_name}/{self._service_name}/aws4_request"
        request.headers["X-Amz-Date"] = f"{DAY}T000000Z"
        request.headers["Authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"
        )
        if self._is_streaming_checksum_payload(request):
            # The body comes in chunks, with a checksum behind them: without this header they would be kept as the object.
            request.headers["X-Amz-Content-SHA256"] = STREAMING_UNSIGNED_PAYLOAD_TRAILER


def quicken(session: boto3.Session) -> boto3.Session:
    """The session, whose clients to come sign nothing and always name themselves alike."""
    AUTH_TYPE_MAPS[SIGNATURE] = Unchecked
    session._session.set_default_client_config(Config(user_agent="fault-matrix"))
    session.events.register_first("choose-signer", _choose)
    return session


def _choose(signature_version: str, **_: Any) -> str | None:
    """Another signature in the place of the usual one; S3 has one of its own, which says how a body is sent."""
    return SIGNATURE if signature_version == "v4" else None
