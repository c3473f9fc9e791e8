"""What AWS charges for user pools: users that were active in a month; their messages are charged by other services.

Source: https://aws.amazon.com/cognito/pricing/
"""

from reconciler.contract import Charge, Costs, Volume, volume
from reconciler.model import Part, Settings


class UserPoolVolumes(Part):
    """The volumes of a user pool."""

    active_users: Volume = None
    """Users that are active in a month."""


TIERS = {"LITE": "CognitoLiteMAU", "ESSENTIALS": "CognitoEssentialsMAU", "PLUS": "CognitoPlusMAU"}


def _usage(settings: Settings) -> str:
    return TIERS[settings.get("user_pool_tier", "ESSENTIALS")]


SERVICE = "AmazonCognito"
USER_POOL = Costs((Charge("active users", SERVICE, _usage, "user", volume("active_users")),), UserPoolVolumes)
