"""The requests that change the policy of a bus."""

from collections.abc import Iterator

from reconciler.contract import Calls, Change, Request


def _put(change: Change) -> Iterator[Request]:
    """Replace the whole policy, or remove it."""
    at, policy = {"EventBusName": change.address["Name"]}, change.desired.get("Policy")
    if policy is None:
        yield Request("remove_permission", {**at, "RemoveAllPermissions": True})
    else:
        yield Request("put_permission", {**at, "Policy": policy})


POLICY = Calls(_put, ("bus_policy",), ("put_permission", "remove_permission"))
