"""REST APIs themselves, and the tags of everything that has tags.

Sources: CreateRestApi, UpdateRestApi, TagResource (API Gateway API Reference).
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from moto.apigateway.models import APIGatewayBackend
from moto.core.resource_tagging import TaggableResourcesMixin, TaggedResource

from reconciler.sandbox.moto_patches.apigateway.parts import (
    Api,
    Item,
    Reply,
    bad,
    new_id,
    not_found,
    now,
)
from reconciler.sandbox.moto_patches.apigateway.patching import (
    ADD,
    REMOVE,
    REPLACE,
    Rule,
    boolean,
    patched,
    settings,
)
from reconciler.sandbox.moto_patches.pages import cut

MOST_TAGS = 50
LARGEST_COMPRESSION = 10_485_760
COMPRESSION, POLICY = "minimumCompressionSize", "policy"
SHORT = re.compile(r'"(execute-api:/)')


def a_size(text: str) -> int | None:
    """Return a size for compression; without one, nothing is compressed."""
    if not text:
        return None
    if not 0 <= int(text) <= LARGEST_COMPRESSION:
        raise ValueError(text)
    return int(text)


RULES = (
    *settings("name", "description", "apiKeySource", "policy", "securityPolicy", "endpointAccessMode"),
    *settings("disableExecuteApiEndpoint", takes=boolean),
    *settings(COMPRESSION, takes=a_size),
    Rule("/binaryMediaTypes", operations=(ADD, REPLACE, REMOVE), members=True),
    Rule("/endpointConfiguration/ipAddressType"),
    Rule(
        "/endpointConfiguration/types/{}",
        lambda text: [text],
        place=lambda steps: steps[:2],
    ),
    Rule("/endpointConfiguration/vpcEndpointIds", operations=(ADD, REMOVE), members=True),
)


def page(
    rows: Sequence[Item], key: Callable[[Item], str], limit: int, position: str | None, member: str = "items"
) -> Reply:
    """Return a page of a list; AWS shows 25 rows, and at most 500."""
    if not 1 <= limit <= 500:
        raise bad("Invalid limit specified. Must be between 1 and 500")
    found, token = cut(rows, key, limit, position, bad("Invalid position specified"))
    return {member: found, **({"position": token} if token else {})}


class RestApis(APIGatewayBackend, TaggableResourcesMixin):
    """The operations on REST APIs and on tags."""

    SERVICE_NAMESPACE = "apigateway"

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.apis: dict[str, Api] = {}  # type: ignore[assignment]  # ours stand in for moto's
        self.plans: dict[str, Item] = {}
        self.api_keys: dict[str, Item] = {}

    def make(self, name: str, cloneFrom: str | None = None, **asked: Any) -> Reply:
        """CreateRestApi."""
        tags = asked.pop("tags", {})
        check_tags(tags)
        source = self.api(cloneFrom) if cloneFrom else None
        api = Api(new_id(), {})
        if source:
            api.parts = source.parts.copy()
            api.settings = {**source.settings}
        else:
            self.fill_new(api)
        api.settings |= {
            "apiKeySource": "HEADER",
            "endpointConfiguration": {"types": ["EDGE"], "ipAddressType": "ipv4"},
            "disableExecuteApiEndpoint": False,
            "endpointAccessMode": "BASIC",
            "securityPolicy": "TLS_1_0",
            "apiStatus": "AVAILABLE",
            "name": name,
            "id": api.id,
            "createdDate": now(),
            "rootResourceId": next(id_ for id_, row in api.parts.resources.items() if row["path"] == "/"),
            **asked,
        }
        self._complete(api)
        api.tags = dict(tags)
        self.apis[api.id] = api
        return self.shown(api)

    @staticmethod
    def fill_new(api: Api) -> None:
        """Give a new API its root and the two models that AWS makes."""
        api.add_resource(None, "")
        for model, text in (("Empty", EMPTY), ("Error", ERROR)):
            api.parts.models[model] = {
                "id": new_id(6),
                "name": model,
                "description": f"This is a default {model.lower()} schema model",
                "schema": text,
                "contentType": "application/json",
            }

    def _complete(self, api: Api) -> None:
        """Check the settings, and give them the form in which AWS keeps them."""
        found = api.settings
        if not found["name"]:
            raise bad("API Name cannot be empty.")
        place = found["endpointConfiguration"] = {"types": ["EDGE"], **found["endpointConfiguration"]}
        (sort,) = place["types"] if len(place["types"]) == 1 else ("",)
        if sort not in {"EDGE", "REGIONAL", "PRIVATE"}:
            raise bad("Cannot create an api with multiple Endpoint Types.")
        if place.get("vpcEndpointIds") and sort != "PRIVATE":
            raise bad("VPCEndpoints can only be specified with PRIVATE apis.")
        if sort == "PRIVATE" and place.get("ipAddressType") == "ipv4" and "ipAddressType" not in found:
            place["ipAddressType"] = "dualstack"
        found[POLICY] = self._kept_policy(api.id, found.get(POLICY))
        for name in [name for name, value in found.items() if value in ("", None, [], {})]:
            del found[name]

    def _kept_policy(self, id_: str, text: str | None) -> str:
        """A policy with whole ARNs in place of the short ones."""
        if not text:
            return ""
        try:
            found = json.loads(text)
        except ValueError:
            raise bad(
                "Invalid policy document. Please check the policy syntax and ensure that Principals are valid."
            ) from None
        if not isinstance(found, dict) or not found.get("Statement"):
            raise bad(
                "Invalid policy document. Please check the policy syntax and ensure that Principals are valid."
            )
        whole = f"arn:{self.partition}:execute-api:{self.region_name}:{self.account_id}:{id_}/"
        return SHORT.sub(f'"{whole}', json.dumps(found, separators=(",", ":")))

    def shown(self, api: Api) -> Reply:
        """An API as AWS shows it: with the quotes of its policy escaped."""
        found = dict(api.settings)
        if POLICY in found:
            found[POLICY] = found[POLICY].replace("\\", "\\\\").replace('"', '\\"')
        return {**found, "tags": dict(api.tags)}

    def show(self, restApiId: str) -> Reply:
        """GetRestApi."""
        return self.shown(self.api(restApiId))

    def show_all(self, position: str | None = None, limit: int = 25) -> Reply:
        """GetRestApis."""
        rows = [{**self.shown(api)} for api in self.apis.values()]
        return page(rows, lambda row: str(row["id"]), limit, position)

    def change(self, restApiId: str, patchOperations: list[dict[str, str]] | None = None) -> Reply:
        """UpdateRestApi."""
        api = self.api(restApiId)
        changed = Api(api.id, patched(api.settings, patchOperations, RULES))
        self._complete(changed)
        api.settings = changed.settings
        return self.shown(api)

    def drop(self, restApiId: str) -> Reply:
        """DeleteRestApi: with all that is in it. A usage plan keeps no stage of it."""
        self.api(restApiId)
        for plan in self.plans.values():
            plan["apiStages"] = [row for row in plan.get("apiStages", []) if row["apiId"] != restApiId]
        del self.apis[restApiId]
        return {}

    def api(self, id_: str) -> Api:
        """Return an API.

        Raises:
            SandboxError: there is none.
        """
        if id_ not in self.apis:
            raise not_found(f"Invalid API identifier specified {self.account_id}:{id_}")
        return self.apis[id_]

    # -- tags --------------------------------------------------------------------------------------------------------------

    def tag(self, resourceArn: str, tags: dict[str, str]) -> Reply:
        """TagResource."""
        found = self._tags(resourceArn)
        check_tags({**found, **tags})
        found.update(tags)
        return {}

    def untag(self, resourceArn: str, tagKeys: list[str]) -> Reply:
        """UntagResource; missing keys are accepted."""
        found = self._tags(resourceArn)
        for key in tagKeys:
            found.pop(key, None)
        return {}

    def tags_of(self, resourceArn: str, position: str | None = None, limit: int = 25) -> Reply:
        """GetTags; all tags are on one page."""
        del position, limit
        return {"tags": dict(self._tags(resourceArn))}

    def _tags(self, arn: str) -> dict[str, str]:
        for known, tags in self._tagged():
            if known == arn:
                return tags
        raise not_found("Invalid resource identifier specified")

    def _tagged(self) -> Iterator[tuple[str, dict[str, str]]]:
        place = f"arn:{self.partition}:apigateway:{self.region_name}::"
        for api in self.apis.values():
            yield f"{place}/restapis/{api.id}", api.tags
            for stage in api.stages.values():
                yield f"{place}/restapis/{api.id}/stages/{stage['stageName']}", stage["tags"]
        for sort, rows in (("usageplans", self.plans), ("apikeys", self.api_keys)):
            for row in rows.values():
                yield f"{place}/{sort}/{row['id']}", row["tags"]

    def iter_tagged_resources(self) -> Iterator[TaggedResource]:
        """Yield everything with tags, for the tagging API."""
        for arn, tags in self._tagged():
            yield TaggedResource(arn=arn, tags=tags, resource_type="apigateway:")


def check_tags(tags: Mapping[str, str]) -> None:
    """Refuse too many tags, and keys that AWS keeps."""
    if len(tags) > MOST_TAGS:
        raise bad("The number of tags has exceeded the limit of 50")
    if any(key.lower().startswith("aws:") for key in tags):
        raise bad("Invalid tag key: aws: is reserved")


EMPTY = '{\n  "$schema": "http://json-schema.org/draft-04/schema#",\n  "title" : "Empty Schema",\n  "type" : "object"\n}'
ERROR = (
    '{\n  "$schema" : "http://json-schema.org/draft-04/schema#",\n  "title" : "Error Schema",\n  "type" : "object",\n'
    '  "properties" : {\n    "message" : { "type" : "string" }\n  }\n}'
)
