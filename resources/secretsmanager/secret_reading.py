"""Reads the policy of a secret."""

from reconciler.contract import Api, FieldRead, Sighting, Wired, from_reply

READ = from_reply("get_resource_policy")


def _policy(api: Api, sighting: Sighting) -> Wired:
    """The policy. AWS does not show that of a secret with a scheduled deletion: it is compared after the secret is restored."""
    return {"ResourcePolicy": None} if sighting.settings.get("DeletedDate") else READ.read(api, sighting)


POLICY = FieldRead(_policy, READ.operations)
