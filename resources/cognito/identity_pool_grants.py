"""The roles that an identity pool may be given, for the policy of the controller."""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.permissions import Grant, GrantedFor, Location
from reconciler.resources.grants import to_pass


def _roles(roles: Mapping[str, str], location: Location) -> Iterator[Grant]:
    del location
    for role in roles.values():
        yield to_pass(role, "cognito-identity")


def _mappings(mappings: Mapping[str, Any], location: Location) -> Iterator[Grant]:
    del location
    for each in mappings.values():
        for rule in (each.get("rules_configuration") or {}).get("rules") or ():
            yield to_pass(rule["role_arn"], "cognito-identity")


GRANTED_FOR: Mapping[str, GrantedFor] = {"roles": _roles, "role_mappings": _mappings}
