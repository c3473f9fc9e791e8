"""Shared by the kinds that live in a user pool: the pool, and their marks.

AWS cannot tag clients, domains, resource servers and identity providers. Their tags are in tags of the pool (`reconciler:client/ID`).
They are removed after the delete, so that a pass that ends in between leaves nothing without its mark. The tags that it leaves are
removed when the next one of its kind in the pool is deleted.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any, ClassVar, TypeVar

from reconciler.contract import Adapter, Address, Api, Delete, Identity, Request, Sighting, Tagging, Wired
from reconciler.model import Ref, Resource
from reconciler.resources.cognito.service import USER_POOLS
from reconciler.resources.parent_tags import packed, removed, unpacked

R = TypeVar("R", bound=Resource)

POOLS = "arn:{partition}:cognito-idp:{region}:{account}:userpool/*"
"""The pattern of the ARNs of pools, which IAM checks for everything in them."""
SIMPLE = re.compile(r"[A-Za-z0-9_.-]{1,80}")
READ, SET, REMOVE = "list_tags_for_resource", "tag_resource", "untag_resource"


class InPool(Resource):
    """Something in a user pool."""

    user_pool: Annotated[str | None, Ref("cognito.user_pool")] = None
    """Its user pool; may be left out if the stack has exactly one."""


def pool_arn(api: Api, scope: Address) -> str:
    """The ARN of a pool."""
    return f"arn:{api.partition}:cognito-idp:{api.region}:{api.account}:userpool/{scope['UserPoolId']}"


def _pool_of(sighting: Sighting) -> str:
    return f"{sighting.arn.partition(':userpool/')[0]}:userpool/{sighting.address['UserPoolId']}"


def key_of(noun: str, id_: str) -> str:
    """The key of the tag of a pool with the tags of something in it."""
    short = id_ if SIMPLE.fullmatch(id_) else hashlib.sha256(id_.encode()).hexdigest()[:32]
    return f"reconciler:{noun}/{short}"


def marks(noun: str) -> Tagging:
    """The tags of a kind in tags of its pool."""

    def read(api: Api, sighting: Sighting) -> Mapping[str, str]:
        return unpacked(key_of(noun, sighting.id), api.call(READ, ResourceArn=_pool_of(sighting))["Tags"])

    def change(sighting: Sighting, before: Mapping[str, str], after: Mapping[str, str]) -> Iterable[Request]:
        key, arn = key_of(noun, sighting.id), _pool_of(sighting)
        old, new = packed(key, before), packed(key, after)
        if new:
            yield Request(SET, {"ResourceArn": arn, "Tags": new})
        gone = [each for each in old if each not in new]
        if gone:
            yield Request(REMOVE, {"ResourceArn": arn, "TagKeys": gone})

    return Tagging(created_with=None, read=read, change=change, operations=(READ, SET, REMOVE), whole=True)


class InPoolAdapter(Adapter[R]):
    """A kind in a user pool, with its marks in tags of the pool."""

    service = USER_POOLS
    parent = "cognito.user_pool"
    identity: ClassVar[Identity]
    noun: ClassVar[str]
    """How the tags of the pool call it."""

    def list(self, api: Api, scope: Address) -> Iterable[Sighting]:
        tags = api.call(READ, ResourceArn=pool_arn(api, scope)).get("Tags")
        for each in self.rows(api, scope):
            seen = self.seen(api, scope, each)
            # Without tags in the reply, each is asked for its own.
            own = None if tags is None else unpacked(key_of(self.noun, seen.id), tags)
            yield replace(seen, tags=own)

    def rows(self, api: Api, scope: Address) -> Iterable[Any]:
        """The rows of a list."""
        return api.pages(self.reads.list, **scope)

    def seen(self, api: Api, scope: Address, row: Any) -> Sighting:
        id_ = str(row[self.identity.id])
        arn = f"{pool_arn(api, scope)}/{self.noun}/{id_}"
        settings = self.shown(row) if self.reads.listed else {}
        return Sighting(
            str(row[self.identity.name]), {**scope, self.identity.id: id_}, arn, settings=settings
        )

    def created(self, api: Api, scope: Address, reply: Wired, parameters: Wired) -> tuple[Address, str]:
        del reply
        id_ = parameters[self.identity.id]
        return {**scope, self.identity.id: id_}, f"{pool_arn(api, scope)}/{self.noun}/{id_}"


def deletes(noun: str, operation: str, listed_by: str, member: str, loses: str = "") -> Delete:
    """The delete of a kind with its marks in tags of the pool; `listed_by` lists the kind, and `member` identifies one."""
    return Delete(
        operation,
        before=left_over(noun, listed_by, member),
        after=removed(marks(noun)),
        calls=(listed_by, READ, REMOVE),
        loses=loses,
    )


def left_over(noun: str, operation: str, member: str) -> Callable[[Api, Sighting], Iterator[Request]]:
    """A function that makes the request which removes the tags of a pool for what exists no longer."""

    def requests(api: Api, sighting: Sighting) -> Iterator[Request]:
        arn, start = _pool_of(sighting), f"reconciler:{noun}/"
        rows = api.pages(operation, UserPoolId=sighting.address["UserPoolId"])
        live = {key_of(noun, str(row[member])) for row in rows} | {key_of(noun, sighting.id)}
        tags = api.call(READ, ResourceArn=arn)["Tags"]
        old = [key for key in tags if key.startswith(start) and "/".join(key.split("/")[:2]) not in live]
        if old:
            yield Request(REMOVE, {"ResourceArn": arn, "TagKeys": old})

    return requests
