"""Values of the fields of trails that AWS accepts only together with others, or that it has by itself."""

from collections.abc import Mapping
from dataclasses import replace

from reconciler.kinds import known_kinds
from tests.contract.samples.cloudtrail_trail import ACCOUNT, advanced
from tests.faults.field_places import FieldValues, KindValues
from tests.faults.generated_fields import kind_values_of

EVENTS, BY_FIELDS = "event_selectors", "advanced_event_selectors"
GROUP, ROLE = "cloud_watch_logs_log_group_arn", "cloud_watch_logs_role_arn"
LOGS = {GROUP: "${logs.log_group:/trail}", ROLE: f"arn:aws:iam::{ACCOUNT}:role/trail-to-logs"}


def trail() -> KindValues:
    """A trail; a new one logs all management events once it is started."""
    found = kind_values_of(known_kinds()["cloudtrail.trail"])
    selector = f"{BY_FIELDS}[].field_selectors"
    by_path = {
        **found.by_path,
        "is_logging": FieldValues(True, False),
        "is_multi_region_trail": FieldValues(True, False),
        "enable_log_file_validation": FieldValues(True, False),
        "recursive_logging": FieldValues(False, True),
        "include_global_service_events": FieldValues(False, True),
        GROUP: FieldValues(
            "${logs.log_group:/other-trail}", LOGS[GROUP], beside={ROLE: LOGS[ROLE]}, edges=()
        ),
        ROLE: FieldValues(
            f"arn:aws:iam::{ACCOUNT}:role/trail-to-others", LOGS[ROLE], beside={GROUP: LOGS[GROUP]}, edges=()
        ),
        "insight_selectors[].event_categories": FieldValues(["Data"], ["Management"], edges=()),
        f"{EVENTS}[].read_write_type": FieldValues("ReadOnly", "WriteOnly", edges=()),
        f"{EVENTS}[].include_management_events": FieldValues(False, True),
        f"{selector}[].field": FieldValues("eventName", "resources.ARN", edges=()),
        selector: FieldValues(
            advanced("orders", equals=["x"])["field_selectors"],
            advanced("orders")["field_selectors"],
            edges=(),
        ),
    }
    also = {EVENTS: (BY_FIELDS,), BY_FIELDS: (EVENTS,)}
    return replace(found, by_path=by_path, also=also)


VALUES_BY_KIND: Mapping[str, KindValues] = {"cloudtrail.trail": trail()}
