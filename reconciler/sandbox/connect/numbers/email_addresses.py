"""E-mail addresses, and the alias that each may have: an address whose mail is passed on to it."""

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
    """Describe an address without its tags and times."""
    return {**created(record), "EmailAddress": record.name, **record.settings}


operations.search("SearchEmailAddresses", EMAIL_ADDRESS, "EmailAddresses", view=as_searched)


@operations.on_instance
def create_email_address(
    instance: Instance, EmailAddress: str, Tags: Mapping[str, str] | None = None, **settings: str
) -> Reply:
    """Create an address; whether its domain is verified the sandbox does not ask."""
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
    """Change the description and the display name, as far as given."""
    record = instance.get(EMAIL_ADDRESS, EmailAddressId)
    instance.change(record, changes)
    return created(record)


@operations.on_instance
def delete_email_address(instance: Instance, EmailAddressId: str) -> Reply:
    """Delete an address that no queue uses; its aliases and its flow go with it."""
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
    """Pass an alias's mail on to an address: one alias each, and no chains."""
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
    """Keep the mail of two addresses apart again."""
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
