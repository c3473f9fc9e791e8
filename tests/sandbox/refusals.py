"""What a plain client is told when AWS refuses."""

from typing import Any

import pytest
from botocore.config import Config

from reconciler.sandbox import Sandbox

REGION = "eu-west-2"
UNCHECKED = Config(retries={"total_max_attempts": 1}, parameter_validation=False)
_clients: dict[str, Any] = {}
ANYBODY = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}


def client_of(sandbox: Sandbox, service: str) -> Any:
    """A client that sends wrong parameters too, once; made once for all tests, because it takes longer than they do."""
    if service not in _clients:
        _clients[service] = sandbox.session(REGION).client(service, config=UNCHECKED)
    return _clients[service]


def refusal(client: Any, call: str, **params: Any) -> tuple[str, str]:
    """The code and the message with which a call is refused."""
    with pytest.raises(client.exceptions.ClientError) as refused:
        getattr(client, call)(**params)
    error = refused.value.response["Error"]
    return str(error["Code"]), str(error["Message"])


def refused(client: Any, call: str, **params: Any) -> str:
    """The code with which a call is refused."""
    return refusal(client, call, **params)[0]
