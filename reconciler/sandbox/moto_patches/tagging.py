"""The Resource Groups Tagging API: finds every tagged resource of a Region by type and tag, in pages.

Known-lossy: changes are visible at once; compliance with tag policies is not reported. As in AWS, resources of IAM are never
found. A new resource with the ARN of a deleted tagged one counts as previously tagged.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from moto.core.base_backend import BackendDict
from moto.core.resource_tagging import TaggableResourcesMixin, TaggedResource, make_tag_matcher
from moto.resourcegroupstaggingapi.models import (
    ResourceGroupsTaggingAPIBackend,
    resourcegroupstaggingapi_backends,
)
from moto.resourcegroupstaggingapi.responses import ResourceGroupsTaggingAPIResponse
from moto.s3.models import S3Backend

from reconciler.sandbox import extension
from reconciler.sandbox.moto_patches.pages import cut
from reconciler.sandbox.sandbox_error import SandboxError

Reply = Mapping[str, Any]

PAGE, LARGEST_PAGE = 50, 100
LEAST_TAGS, MOST_TAGS = 100, 500
PAGING = ("PaginationToken", "ResourcesPerPage", "TagsPerPage")


def install() -> None:
    """Replace moto's search; keys, values, tagging and untagging stay moto's."""
    dispatch = ResourceGroupsTaggingAPIResponse.dispatch
    extension.extend("resourcegroupstaggingapi", Tagging, "moto.resourcegroupstaggingapi", dispatch)


def remember(account: str, region: str) -> None:
    """Record the tagged resources before a request removes tags."""
    if region in resourcegroupstaggingapi_backends[account]:
        resourcegroupstaggingapi_backends[account][region].remember()  # type: ignore[attr-defined]  # ours


class Tagging(ResourceGroupsTaggingAPIBackend):
    """The tags of one Region."""

    NOT_STATE = ("_pages",)

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.had_tags: set[str] = set()
        self.operations: Mapping[str, extension.Operation] = {"GetResources": self.show}

    def remember(self) -> None:
        """Record the tagged resources: they are found even after they have lost all tags."""
        self.had_tags = {row.arn for row in self._tagged()}

    def show(self, **asked: Any) -> Reply:
        """GetResources.

        Source: https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
        """
        _check(asked)
        wanted = make_tag_matcher(asked.get("TagFilters"))
        arns, types = asked.get("ResourceARNList"), asked.get("ResourceTypeFilters")
        found = [
            row
            for row in self._tagged()
            if wanted(row.tags)
            and (not arns or row.arn in arns)
            and (not types or names_of(row) & set(types))
        ]
        if arns:
            return _reply(found, None)
        expired = SandboxError("PaginationTokenExpiredException", "The pagination token is not valid.")
        size = asked.get("ResourcesPerPage", LARGEST_PAGE if "TagsPerPage" in asked else PAGE)
        page, token = cut(found, lambda row: row.arn, size, asked.get("PaginationToken") or None, expired)
        fitting = _fitting(page, asked.get("TagsPerPage"))
        if fitting < len(page):
            page, token = cut(page, lambda row: row.arn, fitting, None, expired)
        return _reply(page, token)

    def _get_tag_keys_generator(self) -> Iterator[str]:
        """Yield each key once."""
        yield from sorted({key for row in self._tagged() for key in row.tags})

    def _get_tag_values_generator(self, tag_key: str) -> Iterator[str]:
        """Yield each value once."""
        yield from sorted({row.tags[tag_key] for row in self._tagged() if tag_key in row.tags})

    def _tagged(self) -> Iterator[TaggedResource]:
        """Yield the resources that have or had tags."""
        for backend in self._used():
            for row in _rows(backend, self.region_name):
                if row.tags or row.arn in self.had_tags:
                    yield row

    def _used(self) -> Iterator[TaggableResourcesMixin]:
        """Yield the backends that are in use in this Region, and the global ones."""
        for backends in list(BackendDict._instances):  # type: ignore[misc]  # noqa: SLF001  moto's own way
            if issubclass(backends.backend, TaggableResourcesMixin) and self.account_id in backends:
                regions = backends[self.account_id]
                # A backend that is not in use is not created for this.
                found = (regions.get(each) for each in (self.region_name, self.partition))
                yield from (each for each in found if each is not None)


def _rows(backend: TaggableResourcesMixin, region: str) -> Iterator[TaggedResource]:
    if isinstance(backend, S3Backend):  # has the buckets of all Regions
        names = {bucket.arn for bucket in backend.buckets.values() if bucket.region_name == region}
        return (row for row in backend.iter_tagged_resources() if row.arn in names)
    return backend.iter_tagged_resources()


def names_of(row: TaggedResource) -> set[str]:
    """Return the type filters that match a resource, in the form of its ARN.

    An ARN without a type (bucket, topic, queue) has the type in the documentation of the service. The type of a resource of a
    Connect instance is the part after the instance.
    """
    service, name = row.arn.split(":", 5)[2::3]
    kind = row.resource_type.partition(":")[2]
    if service != "connect" and (":" in name or "/" in name):
        kind = name.replace("/", ":").partition(":")[0]
    return {service, f"{service}:{kind}"}


def _check(asked: Mapping[str, Any]) -> None:
    """Refuse parameters that exclude each other, and sizes out of range."""
    beside = [name for name in ("ResourceTypeFilters", "TagFilters", *PAGING) if name in asked]
    if "ResourceARNList" in asked and beside:
        raise _invalid(f"ResourceARNList and {beside[0]} cannot be specified together")
    if asked.get("ExcludeCompliantResources") and not asked.get("IncludeComplianceDetails"):
        raise _invalid("ExcludeCompliantResources can be used only with IncludeComplianceDetails")
    if not 1 <= asked.get("ResourcesPerPage", 1) <= LARGEST_PAGE:
        raise _invalid(f"ResourcesPerPage must be between 1 and {LARGEST_PAGE}")
    if not LEAST_TAGS <= asked.get("TagsPerPage", LEAST_TAGS) <= MOST_TAGS:
        raise _invalid(f"TagsPerPage must be between {LEAST_TAGS} and {MOST_TAGS}")


def _fitting(rows: Sequence[TaggedResource], most: int | None) -> int:
    """Return how many rows have at most `most` tags together; a row without tags counts as one."""
    left = most
    for count, row in enumerate(rows):
        if left is not None:
            left -= max(1, len(row.tags))
            if left < 0:
                return count
    return len(rows)


def _reply(rows: Sequence[TaggedResource], token: str | None) -> Reply:
    shown = [
        {"ResourceARN": row.arn, "Tags": [{"Key": key, "Value": value} for key, value in row.tags.items()]}
        for row in rows
    ]
    return {"ResourceTagMappingList": shown, "PaginationToken": token or ""}


def _invalid(text: str) -> SandboxError:
    return SandboxError("InvalidParameterException", text)
