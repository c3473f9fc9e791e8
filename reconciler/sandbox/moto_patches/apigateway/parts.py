"""The parts of a REST API as plain data, and the snapshot of them that a deployment publishes."""

import secrets
import string
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias

from reconciler.sandbox.process_state import current
from reconciler.sandbox.sandbox_error import SandboxError

Reply: TypeAlias = Mapping[str, Any]
Item: TypeAlias = dict[str, Any]
"""One part, with AWS's names."""
ROOT = "/"
DEFAULT_RESPONSES: Mapping[str, str | None] = {
    "ACCESS_DENIED": "403",
    "API_CONFIGURATION_ERROR": "500",
    "AUTHORIZER_CONFIGURATION_ERROR": "500",
    "AUTHORIZER_FAILURE": "500",
    "BAD_REQUEST_BODY": "400",
    "BAD_REQUEST_PARAMETERS": "400",
    "DEFAULT_4XX": None,
    "DEFAULT_5XX": None,
    "EXPIRED_TOKEN": "403",
    "INTEGRATION_FAILURE": "504",
    "INTEGRATION_TIMEOUT": "504",
    "INVALID_API_KEY": "403",
    "INVALID_SIGNATURE": "403",
    "MISSING_AUTHENTICATION_TOKEN": "403",
    "QUOTA_EXCEEDED": "429",
    "REQUEST_TOO_LARGE": "413",
    "RESOURCE_NOT_FOUND": "404",
    "THROTTLED": "429",
    "UNAUTHORIZED": "401",
    "UNSUPPORTED_MEDIA_TYPE": "415",
    "WAF_FILTERED": "403",
}
"""The status of each default gateway response.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
"""


@dataclass
class Parts:
    """What an API consists of. A deployment holds a copy, which later changes do not reach."""

    settings: Item = field(default_factory=dict)
    """The settings of the API itself that a deployment publishes, as GetRestApi shows them."""
    resources: dict[str, Item] = field(default_factory=dict)
    """By id: `id`, `path`, and except for the root `parentId` and `pathPart`."""
    methods: dict[str, dict[str, Item]] = field(default_factory=dict)
    """By id of the resource and by verb: the method, with `methodResponses` and `methodIntegration`."""
    models: dict[str, Item] = field(default_factory=dict)
    """By name."""
    validators: dict[str, Item] = field(default_factory=dict)
    """By id."""
    authorizers: dict[str, Item] = field(default_factory=dict)
    """By id."""
    gateway_responses: dict[str, Item] = field(default_factory=dict)
    """By type: those that were set; others are AWS's own."""

    def copy(self) -> "Parts":
        """Return a deep copy."""
        return deepcopy(self)

    def at(self, path: str) -> Item | None:
        """Return the resource of a path; None if there is none."""
        return next((each for each in self.resources.values() if each["path"] == path), None)

    def each_method(self) -> Iterator[tuple[str, str, Item]]:
        """Yield every method with its path and verb."""
        for id_, verbs in self.methods.items():
            for verb, method in verbs.items():
                yield self.resources[id_]["path"], verb, method

    def within(self, id_: str) -> Iterator[str]:
        """Yield the ids of a resource and of all below it."""
        yield id_
        for each in [*self.resources.values()]:
            if each.get("parentId") == id_:
                yield from self.within(each["id"])

    def gateway_response(self, type_: str) -> Item:
        """Return a gateway response: the one that was set, or AWS's own."""
        own: Item = {
            "responseType": type_,
            "responseParameters": {},
            "responseTemplates": {"application/json": '{"message":$context.error.messageString}'},
            "defaultResponse": True,
        }
        status = DEFAULT_RESPONSES[type_]
        return self.gateway_responses.get(type_) or {**own, **({"statusCode": status} if status else {})}


@dataclass
class Deployment:
    """A published copy of an API."""

    id: str
    description: str | None
    created: datetime
    parts: Parts

    def shown(self, *, summary: bool = False) -> Reply:
        """Return it as GetDeployment shows it."""
        found: Item = {"id": self.id, "createdDate": self.created}
        if self.description is not None:
            found["description"] = self.description
        if summary:
            found["apiSummary"] = {}
            for path, verb, method in self.parts.each_method():
                row = {name: method[name] for name in ("authorizationType", "apiKeyRequired")}
                found["apiSummary"].setdefault(path, {})[verb] = row
        return found


@dataclass
class Api:
    """A REST API: its working copy, its deployments and its stages."""

    id: str
    settings: Item
    """The members of GetRestApi, without tags."""
    tags: dict[str, str] = field(default_factory=dict)
    parts: Parts = field(default_factory=Parts)
    deployments: dict[str, Deployment] = field(default_factory=dict)
    """By id, the oldest first."""
    stages: dict[str, Item] = field(default_factory=dict)
    """By name: the members of GetStage."""

    def published(self, stage: str, *, canary: bool = False) -> Parts:
        """Return what a stage serves: the parts of its deployment, or of the deployment of its canary.

        Raises:
            SandboxError: there is no such stage.
        """
        found = self.stage(stage)
        place: Item = (found.get("canarySettings") or {}) if canary else found
        return self.deployments[str(place.get("deploymentId", found["deploymentId"]))].parts

    def stage(self, name: str) -> Item:
        """Return a stage.

        Raises:
            SandboxError: there is none.
        """
        if name not in self.stages:
            raise not_found("Invalid stage identifier specified")
        return self.stages[name]

    def add_resource(self, parent: str | None, part: str) -> Item:
        """Add a resource; without a parent it is the root.

        Raises:
            SandboxError: a sibling has the same part, or is variable as well.
        """
        if parent is None:
            root = {"id": new_id(), "path": ROOT}
            self.parts.resources[root["id"]] = root
            return root
        if parent not in self.parts.resources:
            raise not_found("Invalid Resource identifier specified")
        siblings = [each for each in self.parts.resources.values() if each.get("parentId") == parent]
        if any(each["pathPart"] == part for each in siblings):
            raise conflict(f"Another resource with the same parent already has this name: {part}")
        variable = next((each["pathPart"] for each in siblings if each["pathPart"].startswith("{")), None)
        if variable and part.startswith("{"):
            raise bad(
                f"A sibling ({variable}) of this resource already has a variable path part -- only one is allowed"
            )
        above = self.parts.resources[parent]["path"].rstrip("/")
        made = {"id": new_id(), "parentId": parent, "pathPart": part, "path": f"{above}/{part}"}
        self.parts.resources[made["id"]] = made
        return made

    def resource_at(self, path: str) -> Item:
        """Return the resource of a path; what lacks on the way to it is added."""
        found = self.parts.at(path)
        if found is None:
            above, _, part = path.rpartition("/")
            found = self.add_resource(self.resource_at(above or ROOT)["id"], part)
        return found


def new_id(length: int = 10) -> str:
    """Return an id as AWS makes them."""
    letters = string.ascii_lowercase + string.digits
    return "".join(secrets.choice(letters) for _ in range(length))


def now() -> datetime:
    """Return the present time of the sandbox."""
    return datetime.fromtimestamp(current().clock(), UTC)


def not_found(text: str) -> SandboxError:
    """Return the error of something that does not exist."""
    return SandboxError("NotFoundException", text, http_status=404)


def bad(text: str) -> SandboxError:
    """Return the error of an invalid request."""
    return SandboxError("BadRequestException", text, http_status=400)


def conflict(text: str) -> SandboxError:
    """Return the error of a request that something existing excludes."""
    return SandboxError("ConflictException", text, http_status=409)


def given(**members: Any) -> Item:
    """Return the members that a request has."""
    return {name: value for name, value in members.items() if value is not None}
