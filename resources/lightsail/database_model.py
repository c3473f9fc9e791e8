"""The settings of a database of Lightsail.

Sources: CreateRelationalDatabase, UpdateRelationalDatabase, UpdateRelationalDatabaseParameters, DeleteRelationalDatabase (Amazon
Lightsail API Reference).
"""

from typing import Annotated

from pydantic import Field

from reconciler.forms import Form
from reconciler.lightsail_offers.windows import DAILY, WEEKLY
from reconciler.model import CamelResource, Cleared, Secret, Settings
from reconciler.resources.lasting import LASTS, lasts
from reconciler.resources.lightsail.common import Zone

NAME = Form(
    r"[A-Za-z0-9][A-Za-z0-9\-]{0,253}[A-Za-z0-9]",
    "2 to 255 of a-z, A-Z, 0-9 and -, with a letter or a digit at both ends",
)
BACKUP_WINDOW = Form(DAILY, "hours in UTC such as 16:00-16:30")
MAINTENANCE_WINDOW = Form(WEEKLY, "days and hours in UTC, in small letters, such as tue:17:00-tue:17:30")
WORD = Form(r"[A-Za-z][A-Za-z0-9_]{0,63}", "up to 64 of a-z, A-Z, 0-9 and _, with a letter first")


class Database(CamelResource):
    """A database, with its master user and the parameters of its engine."""

    availability_zone: Zone = None
    """If left out, AWS chooses one."""
    relational_database_blueprint_id: Annotated[str | None, Field(min_length=1), LASTS] = None
    """The engine with its major version, such as `mysql_8_0`. A later version of the same engine is an update."""
    relational_database_bundle_id: Annotated[str | None, Field(min_length=1), LASTS] = None
    """The size, such as `micro_2_0`; with `_ha` there is a standby in another zone. Another one is made of a snapshot, with
    `policy: {replace: true}`."""
    master_database_name: Annotated[Annotated[str, WORD] | None, LASTS] = None
    master_username: Annotated[Annotated[str, WORD] | None, LASTS] = None
    master_user_password: Annotated[Secret | None, LASTS] = None
    """The place of the password. Only a new database gets it; if left out, AWS makes one."""
    preferred_backup_window: Annotated[Annotated[str, BACKUP_WINDOW] | None, LASTS] = None
    """When backups are made each day, in UTC."""
    preferred_maintenance_window: Annotated[Annotated[str, MAINTENANCE_WINDOW] | None, LASTS] = None
    """When AWS changes the database each week, in UTC."""
    backup_retention_enabled: Annotated[bool | None, lasts("true")] = None
    """Whether AWS keeps the backups of seven days. If it does not, those that there are get lost."""
    publicly_accessible: Annotated[bool | None, Cleared(False)] = None
    """Whether it can be reached from outside the Lightsail resources of the account and Region."""
    ca_certificate_identifier: Annotated[str | None, Field(min_length=1), LASTS] = None
    """The certificate of the authority that clients trust, such as `rds-ca-rsa2048-g1`."""
    parameters: Annotated[dict[str, Annotated[str | None, LASTS]] | None, LASTS] = None
    """Parameters of the engine with their values as text. AWS has no way back to the value that the engine chooses."""
    apply_immediately: Annotated[bool | None, LASTS] = None
    """Whether changes that may cause an outage are made at once, and not in the maintenance window."""
    skip_final_snapshot: Annotated[bool | None, Cleared(False)] = None
    """Whether a delete makes no last snapshot. A tag of the database holds it."""


DEFAULTS: Settings = {
    "backup_retention_enabled": True,
    "publicly_accessible": False,
    "skip_final_snapshot": False,
}
"""What AWS gives a new database."""
