"""Values of the fields of buckets of Lightsail: bundles, instances and buckets that there are."""

from collections.abc import Mapping
from dataclasses import replace

from reconciler.kinds import known_kinds
from tests.faults.field_places import FieldValues, KindValues
from tests.faults.generated_fields import kind_values_of

FOUND = kind_values_of(known_kinds()["lightsail.bucket"])
LOG = "access_log_config"
INTO = [{"enabled": True, "destination": name} for name in ("acme-logs", "acme-other-logs")]
BY_PATH = {
    **FOUND.by_path,
    "bundle_id": FieldValues("small_1_0", "medium_1_0", edges=()),
    f"{LOG}.enabled": FieldValues(INTO[0], {"enabled": False}, tops=True, edges=(), without=LOG),
    f"{LOG}.destination": FieldValues(INTO[0], INTO[1], tops=True, edges=(), without=LOG),
}
VALUES_BY_KIND: Mapping[str, KindValues] = {"lightsail.bucket": replace(FOUND, by_path=BY_PATH)}
