"""The tags of a selection, which AWS cannot tag: they are in tags of its plan.

They are removed after the
delete, so that a pass that ends in between leaves no selection without its mark. The tags that it leaves are removed when the next
selection of the plan is deleted.
"""

from collections.abc import Iterable, Iterator, Mapping

from reconciler.contract import Api, Request, Sighting, Tagging
from reconciler.resources import parent_tags

TAG = "reconciler:selection/"


def plan_arn(sighting: Sighting) -> str:
    """The ARN of the plan of a selection."""
    return sighting.arn.rpartition("/")[0]


def packed(id_: str, tags: Mapping[str, str]) -> dict[str, str]:
    """The tags of a plan that hold the tags of a selection."""
    return parent_tags.packed(f"{TAG}{id_}", tags)


def unpacked(id_: str, of_plan: Mapping[str, str]) -> dict[str, str]:
    """The tags of a selection, from those of its plan; empty if the plan has none or only some of them."""
    return parent_tags.unpacked(f"{TAG}{id_}", of_plan)


def left_over(api: Api, sighting: Sighting) -> Iterator[Request]:
    """The request that removes the tags of other selections that exist no longer."""
    arn = plan_arn(sighting)
    of_plan = api.call("list_tags", ResourceArn=arn)["Tags"]
    rows = api.pages("list_backup_selections", BackupPlanId=sighting.address["BackupPlanId"])
    live = {row["SelectionId"] for row in rows} | {sighting.id}
    old = [key for key in of_plan if key.startswith(TAG) and key.removeprefix(TAG).split("/")[0] not in live]
    if old:
        yield Request("untag_resource", {"ResourceArn": arn, "TagKeyList": old})


def _read(api: Api, sighting: Sighting) -> Mapping[str, str]:
    return unpacked(sighting.id, api.call("list_tags", ResourceArn=plan_arn(sighting))["Tags"])


def _change(sighting: Sighting, before: Mapping[str, str], after: Mapping[str, str]) -> Iterable[Request]:
    """Set all parts at once, then remove those that are no longer needed."""
    old, new, arn = packed(sighting.id, before), packed(sighting.id, after), plan_arn(sighting)
    if new:
        yield Request("tag_resource", {"ResourceArn": arn, "Tags": new})
    gone = [key for key in old if key not in new]
    if gone:
        yield Request("untag_resource", {"ResourceArn": arn, "TagKeyList": gone})


TAGGING = Tagging(
    created_with=None,
    read=_read,
    change=_change,
    operations=("list_tags", "tag_resource", "untag_resource"),
    whole=True,
)
