"""Sessions of boto3 for the clients of a sandbox in this process. They leave out work whose result the sandbox ignores."""

from functools import cache
from typing import Any

import boto3
from botocore.auth import AUTH_TYPE_MAPS, STREAMING_UNSIGNED_PAYLOAD_TRAILER, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.loaders import Loader, create_loader

from reconciler.sandbox import service_models
from reconciler.sandbox.process_state import SANDBOXED_ENVIRONMENT

SIGNATURE = "sandbox"
DAY = "20270115"


class UncheckedSignature(SigV4Auth):  # type: ignore[misc]  # botocore is not typed
    """Names caller, service and Region, as a signature does, and proves nothing."""

    def add_auth(self, request: AWSRequest) -> None:
        """Add the header from which the sandbox reads service and Region."""
        scope = f"{self.credentials.access_key}/{DAY}/{self._region_name}/{self._service_name}/aws4_request"
        request.headers["X-Amz-Date"] = f"{DAY}T000000Z"
        request.headers["Authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"
        )
        if self._is_streaming_checksum_payload(request):
            # The body comes in chunks, each with a checksum: without this header the chunks would be stored as the object.
            request.headers["X-Amz-Content-SHA256"] = STREAMING_UNSIGNED_PAYLOAD_TRAILER


def client_session(region: str) -> boto3.Session:
    """A new session; it is quick to make."""
    AUTH_TYPE_MAPS[SIGNATURE] = UncheckedSignature
    core = service_models.session(_loader())
    # Botocore writes its own text anew for each call, which is a fifteenth of the call's time.
    core.set_default_client_config(Config(user_agent="sandbox"))
    core.get_component("event_emitter").register_first("choose-signer", _choose)
    return boto3.Session(
        aws_access_key_id=SANDBOXED_ENVIRONMENT["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=SANDBOXED_ENVIRONMENT["AWS_SECRET_ACCESS_KEY"],
        region_name=region,
        botocore_session=core,
    )


def _choose(signature_version: str, **_: Any) -> str | None:
    """Another signature in the place of the usual one; S3 has one of its own, which says how a body is sent."""
    return SIGNATURE if signature_version == "v4" else None


@cache
def _shared() -> tuple[Loader, tuple[str, ...]]:
    loader = create_loader()
    return loader, tuple(loader.search_paths)


def _loader() -> Loader:
    """A loader for clients only: a client of S3 changes the model that it gets."""
    loader, paths = _shared()
    loader.search_paths[:] = paths  # every boto3.Session adds its own path once more
    return loader
