"""Operations that add and remove the security profiles of a user."""

from collections.abc import Mapping, Sequence

from reconciler.sandbox.connect.core.operations import Operations, Reply, Rows
from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.refusals import invalid
from reconciler.sandbox.connect.core.resource_types import SECURITY_PROFILE, USER
from reconciler.sandbox.connect.core.stored_records import Record

MOST_PROFILES = 10

operations = Operations()


def _user(instance: Instance, entity_type: str, arn: str) -> Record:
    if entity_type != "USER":
        raise invalid(f"Entities of type {entity_type} are not in the sandbox.")
    return instance.get(USER, arn)


def _set(instance: Instance, user: Record, profiles: Sequence[str]) -> None:
    if not 1 <= len(profiles) <= MOST_PROFILES:
        raise invalid(f"A user has 1 to {MOST_PROFILES} security profiles.")
    instance.change(user, {"SecurityProfileIds": list(profiles)})


@operations.on_instance
def associate_security_profiles(
    instance: Instance, SecurityProfiles: Sequence[Mapping[str, str]], EntityType: str, EntityArn: str
) -> Reply:
    """Add profiles to a user."""
    user = _user(instance, EntityType, EntityArn)
    more = [instance.get(SECURITY_PROFILE, each["Id"]).id for each in SecurityProfiles]
    _set(instance, user, list(dict.fromkeys([*user.settings["SecurityProfileIds"], *more])))
    return None


@operations.on_instance
def disassociate_security_profiles(
    instance: Instance, SecurityProfiles: Sequence[Mapping[str, str]], EntityType: str, EntityArn: str
) -> Reply:
    """Remove profiles from a user, who must keep at least one."""
    user = _user(instance, EntityType, EntityArn)
    gone = {instance.get(SECURITY_PROFILE, each["Id"]).id for each in SecurityProfiles}
    _set(instance, user, [each for each in user.settings["SecurityProfileIds"] if each not in gone])
    return None


@operations.pages("SecurityProfiles", most=100)
def list_entity_security_profiles(instance: Instance, EntityType: str, EntityArn: str) -> Rows:
    """List a user's profiles."""
    user = _user(instance, EntityType, EntityArn)
    return [{"Id": each} for each in user.settings["SecurityProfileIds"]]
