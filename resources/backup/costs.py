"""What AWS charges for vaults: the backups in them; plans and selections cost nothing.

Source: https://aws.amazon.com/backup/pricing/
"""

from reconciler.contract import Charge, Costs, Volume, volume
from reconciler.model import Part


class VaultVolumes(Part):
    """The volumes of a vault."""

    stored_gb: Volume = None
    """GB of backups of tables in warm storage, on average."""


VAULT = Costs(
    (Charge("backups", "AWSBackup", "WarmStorage-ByteHrs-DynamoDB", "GB-month", volume("stored_gb")),),
    VaultVolumes,
)
