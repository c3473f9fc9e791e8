"""cognito.user_pool_domain: the address of the pages where users sign in."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    FREE,
    Address,
    Api,
    Create,
    Delete,
    Named,
    Reads,
    Sends,
    Sighting,
    Wired,
    own_fields,
    state_check,
)
from reconciler.errors import Absent
from reconciler.forms import Form
from reconciler.model import Settings
from reconciler.resources.cognito.in_pool import POOLS, READ, REMOVE, InPoolAdapter, marks
from reconciler.resources.cognito.user_pool_domain_model import UserPoolDomain
from reconciler.resources.cognito.user_pool_domain_problems import problems
from reconciler.resources.parent_tags import removed

DESCRIBE, POOL = "describe_user_pool_domain", "describe_user_pool"
BUSY = ("CREATING", "UPDATING", "DELETING")


class UserPoolDomainAdapter(InPoolAdapter[UserPoolDomain]):
    """CreateUserPoolDomain, UpdateUserPoolDomain. AWS lists no domains: a pool shows its own."""

    kind = "cognito.user_pool_domain"
    noun = "domain"
    cloudformation = CloudFormation(
        type="AWS::Cognito::UserPoolDomain",
        called={"Domain": "name", "UserPoolId": "user_pool"},
        write_only={
            "managed_login_version": "CloudFormation does not read it; DescribeUserPoolDomain shows it"
        },
        not_granted={
            "cloudfront:*": "AWS changes the distribution of a domain itself",
            "kms:*": "no setting of a domain names a key",
        },
    )
    appearance = Appearance(sort="access", column=2)
    model = UserPoolDomain
    costs = FREE
    summary = "the domain of the pages where users of a pool sign in"
    defaults: ClassVar[Settings] = {"managed_login_version": 1}
    identity = Named(
        name="Domain",
        arns=(POOLS,),
        forms=(Form(r"[a-z0-9](?:[a-z0-9.\-]{0,61}[a-z0-9])?", "1 to 63 of a-z, 0-9, - and ."),),
    )
    create = Create("create_user_pool_domain", own_fields(UserPoolDomain))
    updates = (Sends("update_user_pool_domain", own_fields(UserPoolDomain), whole=True),)
    delete = Delete(
        "delete_user_pool_domain",
        after=removed(marks("domain")),
        calls=(REMOVE,),
        loses="its name, which others can take",
    )
    reads = Reads(
        list=POOL,
        get=DESCRIBE,
        listed=frozenset(own_fields(UserPoolDomain)),
        called=(READ,),
        page=2,
        joined=frozenset({POOL}),
    )
    tagging = marks("domain")
    problems = staticmethod(problems)
    checks = {"state": state_check("Status", ("ACTIVE",), DESCRIBE)}

    def rows(self, api: Api, scope: Address) -> Iterable[Any]:
        pool = api.call(POOL, **scope)["UserPool"]
        for name in filter(None, (pool.get("Domain"), pool.get("CustomDomain"))):
            with suppress(Absent):
                yield self._row(api, name)

    @staticmethod
    def _row(api: Api, name: str) -> Any:
        found = api.call(DESCRIBE, Domain=name)["DomainDescription"]
        if not found.get("Domain"):
            raise Absent(DESCRIBE, "ResourceNotFoundException", f"there is no domain {name}")
        return found

    def _got(self, api: Api, address: Address) -> Any:
        return self._row(api, address["Domain"])

    def find_by_name(self, api: Api, scope: Address, name: str) -> Sighting | None:
        return next((seen for seen in self.list(api, scope) if seen.name == name), None)

    def shown(self, row: Any) -> Wired:
        """A domain; a prefix has no certificate."""
        shown: Wired = row | {"CustomDomainConfig": row.get("CustomDomainConfig") or None}
        return shown

    def waiting_for(self, api: Api, sighting: Sighting) -> str | None:
        state = self._row(api, sighting.id).get("Status")
        return f"domain is {state}" if state in BUSY else None

    def impossible(self, field: str, written: Settings, reported: Wired) -> str:
        """Why a prefix cannot become a custom domain, and the reverse."""
        custom = bool(reported.get("CustomDomainConfig"))
        if field == "custom_domain_config" and custom != bool(written.get(field)):
            return "a domain is custom or a prefix for good; write another domain"
        return ""
