"""What AWS charges for instances and numbers; all else in an instance costs nothing.

Source: https://aws.amazon.com/connect/pricing/
"""

from collections.abc import Callable

from reconciler.contract import DAYS, Charge, Costs, Volume, fixed, volume
from reconciler.model import Part, Settings

SERVICE, TELECOM = "AmazonConnect", "ContactCenterTelecomm"


class InstanceVolumes(Part):
    """The volumes of an instance."""

    voice_minutes: Volume = None
    """Minutes of calls a month."""
    chat_messages: Volume = None
    """Messages of chats a month, sent and received."""


class NumberVolumes(Part):
    """The volumes of a number."""

    inbound_minutes: Volume = None
    """Minutes of calls to the number a month."""
    outbound_minutes: Volume = None
    """Minutes of calls from it a month."""


INSTANCE = Costs(
    (
        Charge("voice", SERVICE, "ai-end-customer-mins", "minute", volume("voice_minutes")),
        Charge("chat", SERVICE, "ai-chat-message", "message", volume("chat_messages")),
    ),
    InstanceVolumes,
)


def _of_country(what: str, sort: str = "") -> Callable[[Settings], str]:
    """A usage type of a country, and of the sort of number if that matters."""

    def usage(settings: Settings) -> str:
        of = "tollfree" if settings.get("type") == "TOLL_FREE" else "did"
        middle = f"{of}-" if sort else ""
        return f"{settings.get('country_code', '?')}-{middle}{what}"

    return usage


NUMBER = Costs(
    (
        Charge("number", TELECOM, _of_country("numbers", "sort"), "day", fixed(DAYS), fixed=True),
        Charge("inbound", TELECOM, _of_country("inbound-mins", "sort"), "minute", volume("inbound_minutes")),
        Charge("outbound", TELECOM, _of_country("outbound-mins"), "minute", volume("outbound_minutes")),
    ),
    NumberVolumes,
)
