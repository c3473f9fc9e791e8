"""When user pools are candidates for removal.

Source: UserPoolType (Amazon Cognito User Pools API Reference).
"""

from collections.abc import Iterator

from reconciler.contract import Considered, Evidence, Unused, day


def _without_users(look: Considered) -> Iterator[Evidence]:
    pool = look.api.call("describe_user_pool", **look.sighting.address)["UserPool"]
    if not pool.get("EstimatedNumberOfUsers"):
        dates = f"created {day(pool.get('CreationDate'))}, changed {day(pool.get('LastModifiedDate'))}"
        yield Evidence(f"0 users, as AWS estimates them; {dates}")


USER_POOL = Unused("it has no users", _without_users, ("describe_user_pool",))
