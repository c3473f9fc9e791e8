"""The errors that a plain client gets."""

from typing import Any

import pytest
from botocore.config import Config

from reconciler.sandbox import Sandbox

REGION = "eu-west-2"
UNCHECKED = Config(retries={"total_max_attempts": 1}, parameter_validation=False)
_clients: dict[str, Any] = {}
ANYBODY = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}


def client_of(sandbox: Sandbox, service: str) -> Any:
    """A client without parameter checks and retries; shared by all tests, because it takes long to create one."""
    if service not in _clients:
        _clients[service] = sandbox.session(REGION).client(service, config=UNCHECKED)
    return _clients[service]


def refusal(client: Any, call: str, **params: Any) -> tuple[str, str]:
    """The code and the message of the error of a call."""
    with pytest.raises(client.exceptions.ClientError) as refused:
        getattr(client, call)(**params)
    error = refused.value.response["Error"]
    return str(error["Code"]), str(error["Message"])


def refused(client: Any, call: str, **params: Any) -> str:
    """The code of the error of a call."""
    return refusal(client, call, **params)[0]
