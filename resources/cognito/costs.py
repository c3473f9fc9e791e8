"""What AWS charges for user pools: users that were active in a month; their messages are charged by other services.

Clients that get tokens for machines (`client_credentials`) are charged as such, and by token.

Source: https://aws.amazon.com/cognito/pricing/
"""

from reconciler.contract import Charge, Costs, Volume, fixed, volume
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


class UserPoolClientVolumes(Part):
    """The volumes of a client."""

    token_requests: Volume = None
    """Tokens for machines (`client_credentials`) that it asks for in a month."""


def _for_machines(settings: Settings) -> bool:
    return "client_credentials" in (settings.get("allowed_oauth_flows") or ())


TOKENS = "CognitoUserPoolsM2MTokenOp"
CLIENTS = "CognitoUserPoolsM2MAppClient"
"""No stored source shows the usage type of clients: it is called as that of tokens."""
USER_POOL_CLIENT = Costs(
    (
        Charge(
            "client for machines", SERVICE, CLIENTS, "client-month", fixed(1), when=_for_machines, fixed=True
        ),
        Charge("tokens for machines", SERVICE, TOKENS, "request", volume("token_requests"), _for_machines),
    ),
    UserPoolClientVolumes,
)
