"""Values of the fields of databases of Lightsail: certificates and versions that there are."""

from collections.abc import Mapping
from dataclasses import replace

from reconciler.kinds import known_kinds
from tests.contract.samples.lightsail_database import TRUST
from tests.faults.field_places import FieldValues, KindValues
from tests.faults.generated_fields import kind_values_of

FOUND = kind_values_of(known_kinds()["lightsail.database"])
BY_PATH = {
    **FOUND.by_path,
    "parameters": FieldValues({TRUST: "1"}, {TRUST: "0"}),
    "relational_database_blueprint_id": FieldValues("mysql_8_0", "mysql_8_4", edges=()),
    "ca_certificate_identifier": FieldValues("rds-ca-rsa4096-g1", "rds-ca-ecc384-g1", edges=()),
}
DATABASE = replace(FOUND, by_path=BY_PATH, also={"skip_final_snapshot": ("tags",)})  # a tag holds it
VALUES_BY_KIND: Mapping[str, KindValues] = {"lightsail.database": DATABASE}
