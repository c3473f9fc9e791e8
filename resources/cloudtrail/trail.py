"""cloudtrail.trail: a trail that delivers events to a bucket."""

from collections.abc import Mapping
from typing import ClassVar

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import Adapter, Create, Delete, Named, Reads
from reconciler.forms import Form
from reconciler.model import Settings
from reconciler.permissions import GrantedFor
from reconciler.resources.cloudtrail import costs
from reconciler.resources.cloudtrail.service import CLOUDTRAIL
from reconciler.resources.cloudtrail.trail_changes import ALONE, SETTINGS, TAGGING, UPDATES, shown
from reconciler.resources.cloudtrail.trail_model import Trail
from reconciler.resources.cloudtrail.trail_problems import GRANTED_FOR, problems


class TrailAdapter(Adapter[Trail]):
    """CreateTrail, UpdateTrail, and operations for selectors and for logging.

    A trail of all Regions is managed in its home Region; other Regions show it as a shadow, which is not listed.
    """

    kind = "cloudtrail.trail"
    cloudformation = CloudFormation(
        type="AWS::CloudTrail::Trail",
        called={
            "TrailName": "name",
            "KMSKeyId": "kms_key_id",
            "CloudWatchLogsLogGroupArn": "cloud_watch_logs_log_group_arn",
            "CloudWatchLogsRoleArn": "cloud_watch_logs_role_arn",
        },
        needed={"is_logging": "a new trail without it logs nothing; only CloudFormation requires it"},
        not_granted={
            "iam:*": "granted for the written role, or for a trail of an organization",
            "organizations:*": "granted for a trail of an organization",
            "CloudTrail:ListTrails": "DescribeTrails lists them with their settings",
        },
    )
    appearance = Appearance(column=2)
    costs = costs.TRAIL
    granted_for: ClassVar[Mapping[str, GrantedFor]] = GRANTED_FOR
    service = CLOUDTRAIL
    model = Trail
    summary = "a trail that delivers events to a bucket, with its selectors"
    defaults: ClassVar[Settings] = {
        "include_global_service_events": True,
        "is_multi_region_trail": False,
        "is_organization_trail": False,
        "enable_log_file_validation": False,
        "recursive_logging": True,
        "is_logging": False,
    }
    identity = Named(
        name="Name",
        shown_in="TrailARN",
        arns=("arn:{partition}:cloudtrail:{region}:{account}:trail/{name}",),
        forms=(
            Form(r".{3,128}", "3 to 128 characters"),
            Form(
                r"[A-Za-z0-9]([._-]?[A-Za-z0-9])*",
                "a-z, A-Z, 0-9, ., _ and -, which begin and end with a letter or a digit, and no two of ., _ and - in a row",
            ),
        ),
    )
    create = Create("create_trail", SETTINGS, needed=frozenset({"s3_bucket_name"}))
    updates = UPDATES
    delete = Delete("delete_trail")
    reads = Reads(
        list="describe_trails",
        list_with={"includeShadowTrails": False},
        rows_in="trailList",
        get="get_trail",
        shown_in="Trail",
        alone=ALONE,
        listed=frozenset(SETTINGS),
        details=frozenset({"insight_selectors", "aggregation_configurations"}),
        gets_one=True,
    )
    tagging = TAGGING
    tagging_api_type = "cloudtrail:trail"
    problems = staticmethod(problems)
    shown = staticmethod(shown)
