"""One request while it is answered: the API and the stage, the route, and the `$context` of it.

Source: "Variables for access logging for API Gateway" (API Gateway Developer Guide).
"""

import json
import re
import secrets
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from reconciler.sandbox.execute_api.incoming import Incoming
from reconciler.sandbox.execute_api.routes import Route
from reconciler.sandbox.moto_patches.apigateway import ApiGateway
from reconciler.sandbox.moto_patches.apigateway.parts import Api, Item, Parts
from reconciler.sandbox.process_state import current

VARIABLE = re.compile(r"\$\{stageVariables\.(\w+)\}")


@dataclass
class Exchange:
    """One request to a stage that exists."""

    incoming: Incoming
    backend: ApiGateway
    api: Api
    stage: Item
    parts: Parts
    """What the stage serves to this request."""
    deployment: str
    variables: dict[str, str]
    """The variables of the stage."""
    began: float
    """Seconds since 1970 by the sandbox's clock."""
    route: Route | None = None
    context: Item = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Fill the context with what is known of any request."""
        moment, host = datetime.fromtimestamp(self.began, UTC), self.host
        self.context |= {
            "httpMethod": self.incoming.verb,
            "extendedRequestId": f"{secrets.token_urlsafe(8)}=",
            "requestTime": f"{moment:%d/%b/%Y:%H:%M:%S +0000}",
            "path": f"/{self.incoming.stage}{self.incoming.path}",
            "accountId": self.backend.account_id,
            "protocol": "HTTP/1.1",
            "stage": self.incoming.stage,
            "domainPrefix": self.api.id,
            "requestTimeEpoch": int(self.began * 1000),
            "requestId": str(uuid.uuid4()),
            "identity": {
                **dict.fromkeys(("cognitoIdentityPoolId", "accountId", "cognitoIdentityId", "caller")),
                "sourceIp": self.incoming.source_ip,
                **dict.fromkeys(("principalOrgId", "accessKey", "cognitoAuthenticationType")),
                **dict.fromkeys(("cognitoAuthenticationProvider", "userArn")),
                "userAgent": self.incoming.header("user-agent") or None,
                "user": None,
            },
            "domainName": host,
            "deploymentId": self.deployment,
            "apiId": self.api.id,
            "xrayTraceId": f"1-{int(self.began):08x}-{uuid.uuid4().hex[:24]}",
        }

    @property
    def host(self) -> str:
        """The API's own host name."""
        suffix = ".cn" if self.backend.region_name.startswith("cn-") else ""
        return f"{self.api.id}.execute-api.{self.backend.region_name}.amazonaws.com{suffix}"

    @property
    def trace(self) -> str:
        """The value of the header `X-Amzn-Trace-Id`."""
        return f"Root={self.context['xrayTraceId']}"

    def take(self, route: Route) -> None:
        """Keep the route."""
        self.route = route
        self.context |= {"resourceId": route.resource["id"], "resourcePath": route.resource["path"]}

    @property
    def taken(self) -> Route:
        """The route.

        Raises:
            ValueError: it is not known yet.
        """
        if self.route is None:
            raise ValueError("no route")
        return self.route

    def arn(self, path: str) -> str:
        """The ARN of a request: its stage, its verb and a path."""
        place = (
            f"arn:{self.backend.partition}:execute-api:{self.backend.region_name}:{self.backend.account_id}"
        )
        return f"{place}:{self.api.id}/{self.incoming.stage}/{self.incoming.verb}{path}"

    def with_variables(self, text: str) -> str:
        """A text with the values of the stage's variables."""
        return VARIABLE.sub(lambda found: self.variables.get(found[1], ""), text)

    def milliseconds(self) -> int:
        """The time since the request has come, by the sandbox's clock."""
        return round((current().clock() - self.began) * 1000)

    def context_value(self, path: str) -> Any:
        """The value of a variable of the context, given without `$context.`; None if there is none."""
        found: Any = self.context
        names = path.split(".")
        while names and isinstance(found, dict):
            whole = ".".join(names)  # a claim may have dots in its name
            if whole in found:
                return found[whole]
            found = found.get(names.pop(0))
        return found if not names else None


def as_text(value: Any) -> str:
    """A value of the context in a text: texts as they are, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
