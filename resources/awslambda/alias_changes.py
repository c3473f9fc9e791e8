"""The requests that change an alias. Each is made of what AWS shows right before, because the description holds our marks."""

from collections.abc import Iterable, Iterator, Mapping

from reconciler.contract import (
    Api,
    Calls,
    Change,
    FieldRead,
    InFiles,
    Request,
    Sighting,
    TextTagging,
    Wired,
    from_reply,
    with_tags_in,
)
from reconciler.model import Finding
from reconciler.resources.awslambda.text_marks import DESCRIPTION, LONGEST, created_with, shown, tags_of

FIELDS = ("function_version", "description", "routing_config")
MEMBERS = ("FunctionVersion", DESCRIPTION, "RoutingConfig")
LATEST = "$LATEST"


def _update(change: Change) -> Iterable[Request]:
    """Send what differs; UpdateAlias keeps the rest."""
    changed = {name: change.desired.get(name) for name in MEMBERS if change.differs(name)}

    def send(now: Wired) -> Iterable[Request]:
        text = (
            {DESCRIPTION: with_tags_in(changed[DESCRIPTION], tags_of(now))} if DESCRIPTION in changed else {}
        )
        meant = {"RevisionId": now["RevisionId"]}
        yield Request("update_alias", {**change.address, **changed, **text, **meant})

    if changed:
        yield Request("get_alias", dict(change.address), then=send)


def _tag(sighting: Sighting, _before: Mapping[str, str], after: Mapping[str, str]) -> Iterable[Request]:
    """Replace the tags in the description."""

    def send(now: Wired) -> Iterable[Request]:
        text = with_tags_in(shown(now)[DESCRIPTION], after)
        yield Request(
            "update_alias", {**sighting.address, DESCRIPTION: text, "RevisionId": now["RevisionId"]}
        )

    yield Request("get_alias", dict(sighting.address), then=send)


def _tags(api: Api, sighting: Sighting) -> Mapping[str, str]:
    return tags_of(api.call("get_alias", **sighting.address))


def at_qualifier(sighting: Sighting) -> Wired:
    """The address of an alias in the operations on provisioned concurrency."""
    return {"FunctionName": sighting.address["FunctionName"], "Qualifier": sighting.address["Name"]}


def problems(files: InFiles) -> Iterator[Finding]:
    """A routing that AWS refuses.

    Source: "Implement Lambda canary deployments using a weighted alias" (AWS Lambda Developer Guide).
    """
    version = files.values.get("function_version")
    weights = (files.values.get("routing_config") or {}).get("additional_version_weights") or {}
    path = ("routing_config", "additional_version_weights")
    if len(weights) > 1:
        yield Finding("an alias has one version besides its own; write only one here", path)
    if weights and version == LATEST:
        yield Finding(
            "AWS routes requests only between published versions; write a number", ("function_version",)
        )
    if version in weights:
        yield Finding("this is the version of the alias itself; write another one", (*path, str(version)))


UPDATE = Calls(_update, FIELDS, ("update_alias",))
TAGGING = TextTagging(
    created_with=created_with,
    read=_tags,
    change=_tag,
    operations=("get_alias", "update_alias"),
    whole=True,
    most=LONGEST,
)
PROVISIONED: FieldRead = from_reply(
    "get_provisioned_concurrency_config",
    lambda reply: {"ProvisionedConcurrentExecutions": reply["RequestedProvisionedConcurrentExecutions"]},
    at=at_qualifier,
    absent={"ProvisionedConcurrentExecutions": None},
)
