"""lightsail.database: a managed database of MySQL or PostgreSQL."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import ClassVar

from reconciler.appearance import Appearance
from reconciler.contract import Api, Attribute, Create, Reads, Sighting, own_fields
from reconciler.model import Settings
from reconciler.resources.lightsail import costs, unused
from reconciler.resources.lightsail.common import LightsailAdapter, identity, tagging
from reconciler.resources.lightsail.database_changes import DELETE, GROUPS
from reconciler.resources.lightsail.database_cloudformation import CLOUDFORMATION
from reconciler.resources.lightsail.database_copies import ADDRESS, COPIES
from reconciler.resources.lightsail.database_model import DEFAULTS, NAME, Database
from reconciler.resources.lightsail.database_problems import problems
from reconciler.resources.lightsail.database_reading import (
    ALONE,
    ATTRIBUTES,
    CHECKS,
    GET,
    IN,
    at_work,
    impossible,
    remarks,
    replaces,
    shown,
)

FIXED = (
    "availability_zone",
    "relational_database_bundle_id",
    "master_database_name",
    "master_username",
)
CREATED = (
    *FIXED,
    "master_user_password",
    "relational_database_blueprint_id",
    "preferred_backup_window",
    "preferred_maintenance_window",
    "publicly_accessible",
)


class DatabaseAdapter(LightsailAdapter[Database]):
    """CreateRelationalDatabase, UpdateRelationalDatabase, UpdateRelationalDatabaseParameters."""

    kind = "lightsail.database"
    cloudformation = CLOUDFORMATION
    appearance = Appearance(sort="storage", column=2)
    attributes: ClassVar[Mapping[str, Attribute]] = ATTRIBUTES
    model = Database
    costs = costs.DATABASE
    unused = unused.DATABASE
    summary = "a managed database of MySQL or PostgreSQL, with its backups and parameters"
    defaults: ClassVar[Settings] = DEFAULTS
    identity = replace(identity("RelationalDatabase", ADDRESS), forms=(NAME,))
    create = Create(
        "create_relational_database",
        CREATED,
        needed=frozenset(
            {
                "relational_database_blueprint_id",
                "relational_database_bundle_id",
                "master_database_name",
                "master_username",
            }
        ),
        fixed=frozenset(FIXED),
        write_only=frozenset({"master_user_password", "apply_immediately"}),
        before_delete=True,
        copies=COPIES,
    )
    updates = GROUPS
    delete = DELETE
    reads = Reads(
        list="get_relational_databases",
        get=GET,
        shown_in=IN,
        alone=ALONE,
        listed=frozenset(own_fields(Database, "parameters", "master_user_password", "apply_immediately")),
        details=frozenset({"parameters"}),
    )
    tagging = tagging(GET, IN)
    checks = CHECKS
    problems = staticmethod(problems)
    shown = staticmethod(shown)
    remarks = staticmethod(remarks)
    replaces = staticmethod(replaces)
    impossible = staticmethod(impossible)

    def waiting_for(self, api: Api, sighting: Sighting) -> str | None:
        return at_work(self._got(api, sighting.address))

    def not_written(self, sighting: Sighting) -> Collection[str]:
        del sighting
        return ("master_user_password", "parameters")  # AWS shows hundreds that nobody has chosen
