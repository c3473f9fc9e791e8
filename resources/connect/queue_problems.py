"""Finds the mistakes in a queue that Amazon Connect would refuse only while its fields are set one after another."""

from collections.abc import Iterator

from reconciler.contract import InFiles
from reconciler.model import Finding


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes in the settings of one queue.

    Source: https://docs.aws.amazon.com/connect/latest/APIReference/API_UpdateQueueOutboundEmailConfig.html
    """
    config, addresses = (files.settings.get(name) for name in ("outbound_email_config", "email_addresses"))
    sender = (config or {}).get("outbound_email_address_id")
    if sender is not None and addresses is not None and sender not in addresses:
        said = f"{sender} is not one of the email_addresses of the queue; add it there, or choose one of them"
        yield Finding(said, ("outbound_email_config", "outbound_email_address_id"))
