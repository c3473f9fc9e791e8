"""E-mail addresses. Each may have an alias: an address whose mail is forwarded to it."""

from collections.abc import Mapping
from typing import Any

from reconciler.sandbox.connect.core.operations import Operations, Reply, created
from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.refusals import absent, conflict
from reconciler.sandbox.connect.core.resource_types import EMAIL_ADDRESS, QUEUE
from reconciler.sandbox.connect.core.stored_records import Record, moment
from reconciler.sandbox.connect.flows.flow_associations import unlink

ALIASES = "AliasConfigurations"

operations = Operations()


def as_searched(_instance: Instance, record: Record) -> dict[str, Any]:
    """Describe an address as Search does: without tags and times."""
    return {**created(record), "EmailAddress": record.name, **record.settings}


operations.search("SearchEmailAddresses", EMAIL_ADDRESS, "EmailAddresses", view=as_searched)


@operations.on_instance
def create_email_address(
    instance: Instance, EmailAddress: str, Tags: Mapping[str, str] | None = None, **settings: str
) -> Reply:
    """Create an address; the sandbox does not check that its domain is verified."""
    return created(instance.add(EMAIL_ADDRESS, EmailAddress, settings, tags=Tags))


@operations.on_instance
def describe_email_address(instance: Instance, EmailAddressId: str) -> Reply:
    """Describe an address."""
    record = instance.get(EMAIL_ADDRESS, EmailAddressId)
    return {
        **as_searched(instance, record),
        "CreateTimestamp": moment(record.created).isoformat(),
        "ModifiedTimestamp": moment(record.modified).isoformat(),
        "Tags": dict(record.tags),
    }


@operations.on_instance
def update_email_address_metadata(instance: Instance, EmailAddressId: str, **changes: str) -> Reply:
    """Change the description and the display name that the request contains."""
    record = instance.get(EMAIL_ADDRESS, EmailAddressId)
    instance.change(record, changes)
    return created(record)


@operations.on_instance
def delete_email_address(instance: Instance, EmailAddressId: str) -> Reply:
    """Delete an address with its aliases and its flow, unless a queue uses it."""
    record = instance.get(EMAIL_ADDRESS, EmailAddressId)
    for queue in instance.store(QUEUE):
        configs = (
            *queue.settings.get("EmailAddressesConfig", ()),
            queue.settings.get("OutboundEmailConfig", {}),
        )
        if any(record.id in config.values() for config in configs):
            raise conflict(f"Email address {record.name} is in use by queue {queue.name}.")
    for other in instance.store(EMAIL_ADDRESS):
        if _alias(other) == record.id:
            instance.change(other, {ALIASES: None})
    unlink(instance, record)
    instance.remove(record)
    return None


@operations.on_instance
def associate_email_address_alias(
    instance: Instance, EmailAddressId: str, AliasConfiguration: Mapping[str, str]
) -> Reply:
    """Forward the mail of an alias to an address: one alias each, and no chains."""
    record = instance.get(EMAIL_ADDRESS, EmailAddressId)
    alias = instance.get(EMAIL_ADDRESS, AliasConfiguration["EmailAddressId"])
    if alias is record:
        raise conflict("An email address cannot be its own alias.")
    if _alias(record):
        raise conflict(f"Email address {record.name} already has an alias.")
    taken = {_alias(other) for other in instance.store(EMAIL_ADDRESS)}
    if _alias(alias) or taken & {alias.id, record.id}:
        raise conflict("An email address cannot be an alias and have one, nor be the alias of two.")
    instance.change(record, {ALIASES: [{"EmailAddressId": alias.id}]})
    return {}


@operations.on_instance
def disassociate_email_address_alias(
    instance: Instance, EmailAddressId: str, AliasConfiguration: Mapping[str, str]
) -> Reply:
    """Remove the alias of an address."""
    record = instance.get(EMAIL_ADDRESS, EmailAddressId)
    alias = instance.get(EMAIL_ADDRESS, AliasConfiguration["EmailAddressId"])
    if _alias(record) != alias.id:
        raise absent("Alias of email address", record.name)
    instance.change(record, {ALIASES: None})
    return {}


def _alias(record: Record) -> str | None:
    for config in record.settings.get(ALIASES, ()):
        return str(config["EmailAddressId"])
    return None
