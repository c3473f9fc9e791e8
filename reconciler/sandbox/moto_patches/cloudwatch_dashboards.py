"""Dashboards of CloudWatch: one set for an account in all Regions, with tags, in pages, and with AWS's refusals.

Known-lossy: of a body, only the form of its widgets is checked, not the properties of each type.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, cast

from moto.cloudwatch.models import CloudWatchBackend, Dashboard, cloudwatch_backends
from moto.utilities.tagging_service import TaggingService
from moto.utilities.utils import get_partition

from reconciler.sandbox.moto_patches.pages import cut
from reconciler.sandbox.process_state import current
from reconciler.sandbox.sandbox_error import SandboxError

Reply = Mapping[str, Any]
Rows = list[dict[str, str]]

HOMES = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
"""By partition: the Region whose backend holds the dashboards of all Regions."""
NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
MOST_WIDGETS = 500
MOST_TAGS = 50
PAGE = 1000
LIMITS = {"x": (0, 23), "y": (0, None), "width": (1, 24), "height": (1, 1000)}
"""By property of a widget: the lowest and the highest value.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
"""


class Dashboards(CloudWatchBackend):
    """The operations on dashboards, and the tags of all resources of CloudWatch."""

    @property
    def home(self) -> "Dashboards":
        """The backend that holds the dashboards."""
        home = HOMES.get(get_partition(self.region_name), self.region_name)
        return cast("Dashboards", cloudwatch_backends[self.account_id][home])

    def put_board(self, DashboardName: str, DashboardBody: str, Tags: Rows | None = None) -> Reply:
        """PutDashboard: creates a dashboard, or replaces its body; tags are only for a new one.

        Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html
        """
        if not NAME.fullmatch(DashboardName):
            text = f"The value {DashboardName} for field DashboardName has invalid characters or is too long."
            raise SandboxError("InvalidParameterValue", text)
        wrong = list(_mistakes(DashboardBody))
        if wrong:
            text = (
                f"The dashboard body is invalid, there are {len(wrong)} validation errors: {'; '.join(wrong)}"
            )
            raise SandboxError("InvalidParameterInput", text)
        check_tags(Tags or [])
        is_new = DashboardName not in self.home.dashboards
        board = self.put_dashboard(DashboardName, DashboardBody)
        if is_new and Tags:
            self.home.tagger.tag_resource(board.arn, Tags)
        return {"DashboardValidationMessages": []}

    def put_dashboard(self, name: str, body: str) -> Dashboard:
        """Store a dashboard; CloudFormation calls it too."""
        board = CloudWatchBackend.put_dashboard(self.home, name, body)
        board.last_modified = now()
        return board

    def show_board(self, DashboardName: str) -> Reply:
        """GetDashboard."""
        board = self.home.dashboards.get(DashboardName)
        if board is None:
            raise _no_board(DashboardName)
        return {"DashboardName": board.name, "DashboardArn": board.arn, "DashboardBody": board.body}

    def show_boards(self, DashboardNamePrefix: str = "", NextToken: str | None = None) -> Reply:
        """ListDashboards, sorted by name, without bodies and tags.

        Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListDashboards.html
        """
        found = [each for name, each in self.home.dashboards.items() if name.startswith(DashboardNamePrefix)]
        wrong_token = SandboxError("InvalidParameterValue", "The next token specified is invalid.")
        page, token = cut(found, lambda board: str(board.name), PAGE, NextToken, wrong_token)
        entries = [
            {
                "DashboardName": board.name,
                "DashboardArn": board.arn,
                "LastModified": board.last_modified,
                "Size": len(board.body.encode()),
            }
            for board in page
        ]
        return {"DashboardEntries": entries, "NextToken": token}

    def drop_boards(self, DashboardNames: list[str]) -> None:
        """DeleteDashboards: deletes those that exist, also if others do not.

        Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteDashboards.html
        """
        missing = [name for name in DashboardNames if name not in self.home.dashboards]
        self.delete_dashboards([name for name in DashboardNames if name not in missing])
        if missing:
            raise _no_board(", ".join(missing))

    def delete_dashboards(self, dashboards: list[str]) -> str | None:
        """Delete dashboards with their tags; CloudFormation calls it too."""
        for name in {*dashboards} & {*self.home.dashboards}:
            self.home.tagger.delete_all_tags_for_resource(self.home.dashboards.pop(name).arn)
        return None

    def tag(self, ResourceARN: str, Tags: Rows) -> None:
        """TagResource; an existing key gets the new value."""
        self._check_tagged(ResourceARN)
        self.tag_resource(ResourceARN, {tag["Key"]: tag["Value"] for tag in Tags})

    def tag_resource(self, arn: str, tags: dict[str, str]) -> None:
        """Add tags within AWS's limits; the Resource Groups Tagging API calls it too.

        Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_TagResource.html
        """
        tagger = self._tagger_of(arn)
        together = TaggingService.convert_dict_to_tags_input(
            {**tagger.get_tag_dict_for_resource(arn), **tags}
        )
        check_tags(together)
        tagger.tag_resource(arn, together)

    def untag(self, ResourceARN: str, TagKeys: list[str]) -> None:
        """UntagResource; missing keys are accepted."""
        self._check_tagged(ResourceARN)
        self._tagger_of(ResourceARN).untag_resource_using_names(ResourceARN, TagKeys)

    def tags_of(self, ResourceARN: str) -> Reply:
        """ListTagsForResource."""
        self._check_tagged(ResourceARN)
        return self._tagger_of(ResourceARN).list_tags_for_resource(ResourceARN)

    def _tagger_of(self, arn: str) -> TaggingService:
        return (self.home if ":dashboard/" in arn else self).tagger

    def iter_arns(self) -> Iterator[str]:
        """The ARNs of all resources that have tags."""
        yield from (alarm.alarm_arn for alarm in self.alarms.values())
        yield from (board.arn for board in self.home.dashboards.values())
        yield from (rule.rule_arn for rule in self.insight_rules.values())

    def _check_tagged(self, arn: str) -> None:
        if arn not in self.iter_arns():
            raise SandboxError("ResourceNotFoundException", f"The resource {arn} does not exist.")


def now() -> datetime:
    """The present time of the sandbox."""
    return datetime.fromtimestamp(current().clock(), UTC)


def check_tags(tags: Rows) -> None:
    """Refuse too many tags, and keys that AWS keeps."""
    if len({tag["Key"] for tag in tags}) > MOST_TAGS:
        raise SandboxError("InvalidParameterValueException", f"A resource can have at most {MOST_TAGS} tags.")
    if any(tag["Key"].lower().startswith("aws:") for tag in tags):
        raise SandboxError("InvalidParameterValueException", "Tag keys cannot start with aws:")


def _no_board(name: str) -> SandboxError:
    return SandboxError("ResourceNotFound", f"Dashboard {name} does not exist", http_status=404)


def _mistakes(text: str) -> Iterator[str]:
    try:
        body = json.loads(text)
    except ValueError:
        body = None
    widgets = body.get("widgets") if isinstance(body, Mapping) else None
    if not isinstance(body, Mapping):
        yield "The field DashboardBody must be a valid JSON object"
    elif not isinstance(widgets, list):
        yield "Should have required property 'widgets', a list"
    elif len(widgets) > MOST_WIDGETS:
        yield f"widgets: should not have more than {MOST_WIDGETS} items"
    else:
        for number, widget in enumerate(widgets):
            yield from (f"/widgets/{number}{each}" for each in _of_widget(widget))


def _of_widget(widget: Any) -> Iterator[str]:
    if not isinstance(widget, Mapping) or not isinstance(widget.get("type"), str):
        yield ": should have required property 'type'"
        return
    if ("x" in widget) != ("y" in widget):
        yield ": x and y must be specified together"
    for name, (least, most) in LIMITS.items():
        value = widget.get(name, least)
        if not isinstance(value, int) or value < least or (most is not None and value > most):
            yield f"/{name}: should be an integer from {least}" + (f" to {most}" if most else "")
