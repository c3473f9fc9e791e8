"""Requests to the stages of APIs, as any HTTP client sends them."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

LOGS_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": ["apigateway.amazonaws.com", "lambda.amazonaws.com"]},
            "Action": "sts:AssumeRole",
        }
    ],
}


@dataclass(frozen=True)
class Answered:
    """An answer over HTTP; names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    rows: list[tuple[str, str]]
    body: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.body)

    @property
    def refusal(self) -> tuple[int, str, Any]:
        """The status, AWS's type of the error and its message."""
        return self.status, self.headers["x-amzn-errortype"], self.document.get("message")


@dataclass(frozen=True)
class Stage:
    """A stage at the sandbox's address."""

    url: str
    api: str
    name: str

    def ask(
        self,
        verb: str,
        path: str,
        body: object = None,
        *,
        host: str = "",
        headers: Mapping[str, str | list[str]] | None = None,
    ) -> Answered:
        """Send a request; a body that is neither text nor bytes becomes JSON. With a host, at the API's own host name."""
        content = body if isinstance(body, str | bytes) else None if body is None else json.dumps(body)
        data = content.encode() if isinstance(content, str) else content
        before = f"/{self.name}" if host else f"/restapis/{self.api}/{self.name}/_user_request_"
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc)
        try:
            connection.putrequest(verb, before + path, skip_host=bool(host), skip_accept_encoding=True)
            if host:
                connection.putheader("Host", host)
            for name, value in (headers or {}).items():
                for each in [value] if isinstance(value, str) else value:
                    connection.putheader(name, each)
            if data is not None:
                connection.putheader("Content-Length", str(len(data)))
            connection.endheaders(data)
            reply = connection.getresponse()
            rows = reply.getheaders()
            found = {name.lower(): value for name, value in rows}
            return Answered(reply.status, found, rows, reply.read())
        finally:
            connection.close()


def deployed(gateway: Any, url: str, document: Mapping[str, Any], stage: str = "live") -> Stage:
    """Import an API and deploy it to a stage."""
    api = gateway.import_rest_api(body=json.dumps(document).encode())["id"]
    gateway.create_deployment(restApiId=api, stageName=stage)
    return Stage(url, api, stage)


def with_logs_role(iam: Any, gateway: Any) -> str:
    """Set the role with which API Gateway writes logs; return its ARN."""
    role = iam.create_role(RoleName="logs", AssumeRolePolicyDocument=json.dumps(LOGS_TRUST))["Role"]["Arn"]
    change = {"op": "replace", "path": "/cloudwatchRoleArn", "value": role}
    gateway.update_account(patchOperations=[change])
    return str(role)
