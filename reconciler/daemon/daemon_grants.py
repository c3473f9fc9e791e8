"""The IAM grants that the daemon itself needs, in addition to its passes, from its settings."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from reconciler.aws.account import check_region
from reconciler.aws.botocore_names import partition_of
from reconciler.daemon import events, lease, notifications
from reconciler.daemon.config import AnnouncePart, DaemonPart, EventsPart, LeasePart
from reconciler.history import s3_store
from reconciler.history.history_location import bucket_and_prefix
from reconciler.iam import of_calls, of_secrets
from reconciler.permissions import ANY, Grant, Location
from reconciler.service import Service

Services: TypeAlias = Mapping[str, Service]


def assumes(roles: Iterable[str], services: Services) -> Iterator[Grant]:
    """The grants to assume the roles of the daemon's stacks."""
    for arn in sorted(roles):
        place = Location(arn.split(":")[1], "", arn.split(":")[4])
        yield from of_calls(services, "sts", ["assume_role"], [arn], place)


def needs(
    config: DaemonPart,
    accounts: Mapping[str | None, str],
    services: Services,
    *,
    only_roles: bool = False,
) -> Iterator[Grant]:
    """The grants for the daemon's own calls; `accounts` gives the account of each profile (None: the environment's).

    `services` are those that this installation knows, in boto3's spelling. With `only_roles` every stack has a role, which
    also writes the history.

    Raises:
        BadEndpoint: a Region does not exist.
    """
    if config.lease is not None:
        yield from _lease(config.lease, _place(config.lease.region, accounts, config.lease.profile), services)
    if config.events is not None:
        yield from _events(config.events, services)
    yield from _announcements(config.announce, accounts, services)
    if config.history is not None and (config.history.profile is not None or not only_roles):
        yield from history_grants(config.history.at, config.history.region or "", services)


def _place(region: str, accounts: Mapping[str | None, str], profile: str | None) -> Location:
    """The partition, Region and account of a resource; any account if no stack uses the profile."""
    return Location(partition_of(check_region(region)), region, accounts.get(profile, ANY))


def _lease(part: LeasePart, place: Location, services: Services) -> Iterator[Grant]:
    only_ours = (("ForAllValues:StringEquals", "dynamodb:LeadingKeys", (part.name,)),)
    for grant in of_calls(
        services, "dynamodb", lease.CALLS, [place.arn("dynamodb", f"table/{part.table}")], place
    ):
        yield grant._replace(condition=only_ours)


def _events(part: EventsPart, services: Services) -> Iterator[Grant]:
    # https://sqs.REGION.amazonaws.com/ACCOUNT/NAME
    account, name = part.queue_url.rstrip("/").split("/")[-2:]
    place = Location(partition_of(check_region(part.region)), part.region, account)
    yield from of_calls(services, "sqs", events.CALLS, [place.arn("sqs", name)], place)


def _announcements(
    part: AnnouncePart, accounts: Mapping[str | None, str], services: Services
) -> Iterator[Grant]:
    if part.sns is not None:
        place = _place(part.sns.split(":")[3], accounts, part.profile)
        yield from of_calls(services, "sns", notifications.CALLS, [part.sns], place)
    if part.webhook is not None and part.webhook.secret is not None:
        yield from of_secrets([part.webhook.secret], _place(part.region or "", accounts, part.profile))


def history_grants(location: str, region: str, services: Services) -> Iterator[Grant]:
    """The grants for a history at a checked location; none for a file.

    Raises:
        BadEndpoint: the Region does not exist.
    """
    bucket, prefix = bucket_and_prefix(location)
    if not bucket:
        return
    place = Location(partition_of(check_region(region)), region, ANY)
    below = f"{prefix}/*" if prefix else "*"
    only_ours = (("StringLike", "s3:prefix", (below,)),) if prefix else ()
    for grant in of_calls(
        services, "s3", s3_store.ON_BUCKET, [f"arn:{place.partition}:s3:::{bucket}"], place
    ):
        yield grant._replace(condition=only_ours)
    yield from of_calls(
        services, "s3", s3_store.ON_OBJECTS, [f"arn:{place.partition}:s3:::{bucket}/{below}"], place
    )
