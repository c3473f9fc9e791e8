"""When resources of Lightsail are candidates for removal.

Sources: StaticIp, Disk, Certificate, StopRelationalDatabase (Amazon Lightsail API Reference).
"""

from collections.abc import Iterator

from reconciler.contract import Considered, Evidence, Unused


def _free(look: Considered) -> Iterator[Evidence]:
    if not look.sighting.settings.get("attachedTo"):
        yield Evidence("attached to no instance")


def _in_front_of_nothing(look: Considered) -> Iterator[Evidence]:
    if not look.sighting.settings.get("attachedInstances"):
        yield Evidence("no instance is behind it")


def _stopped(look: Considered) -> Iterator[Evidence]:
    if look.sighting.settings.get("state") == "stopped":
        yield Evidence("stopped; AWS starts it again after seven days")


def _without_users(look: Considered) -> Iterator[Evidence]:
    if look.sighting.settings.get("inUseResourceCount") == 0:
        yield Evidence("no distribution and no container service uses it")


STATIC_IP = Unused("no instance has it", _free)
DISK = Unused("no instance has it", _free)
LOAD_BALANCER = Unused("no instance is behind it", _in_front_of_nothing)
DATABASE = Unused("it is stopped", _stopped)
CERTIFICATE = Unused("no distribution and no container service uses it", _without_users)
