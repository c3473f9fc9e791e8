"""What AWS charges for secrets.

Source: https://aws.amazon.com/secrets-manager/pricing/
"""

from reconciler.contract import Charge, Costs, Volume, fixed, volume
from reconciler.model import Part, Settings

SERVICE = "AWSSecretsManager"


class SecretVolumes(Part):
    """The volumes of a secret."""

    requests: Volume = None
    """Requests a month."""


def _copies(settings: Settings) -> float:
    """The secret and its replicas: each is charged."""
    return 1.0 + len(settings.get("replicas") or ())


SECRET = Costs(
    (
        Charge("secret", SERVICE, "AWSSecretsManager-Secrets", "secret-month", fixed(_copies), fixed=True),
        Charge("requests", SERVICE, "AWSSecretsManagerAPIRequest", "request", volume("requests")),
    ),
    SecretVolumes,
)
