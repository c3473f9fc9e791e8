"""When resources of Lightsail are candidates for removal.

Sources: StaticIp, Disk (Amazon Lightsail API Reference).
"""

from collections.abc import Iterator

from reconciler.contract import Considered, Evidence, Unused


def _free(look: Considered) -> Iterator[Evidence]:
    if not look.sighting.settings.get("attachedTo"):
        yield Evidence("attached to no instance")


STATIC_IP = Unused("no instance has it", _free)
DISK = Unused("no instance has it", _free)
