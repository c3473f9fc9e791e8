"""How DynamoDB writes and reads the tags of a table."""

from collections.abc import Iterable, Mapping

from reconciler.contract import Api, Request, Sighting, Tagging, Wired


def created_with(tags: Mapping[str, str]) -> Wired:
    """The parameters of create_table that carry tags."""
    return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}


def read(api: Api, sighting: Sighting) -> Mapping[str, str]:
    """All tags of a table."""
    pairs = api.pages("list_tags_of_resource", ResourceArn=sighting.arn)
    return {pair["Key"]: pair.get("Value", "") for pair in pairs}


def change(sighting: Sighting, before: Mapping[str, str], after: Mapping[str, str]) -> Iterable[Request]:
    """The requests that turn the tags of before into those of after."""
    new = {key: value for key, value in after.items() if before.get(key) != value}
    if new:
        yield Request("tag_resource", {"ResourceArn": sighting.arn, **created_with(new)})
    gone = [key for key in before if key not in after]
    if gone:
        yield Request("untag_resource", {"ResourceArn": sighting.arn, "TagKeys": gone})


TAGGING = Tagging(created_with, read, change, ("list_tags_of_resource", "tag_resource", "untag_resource"))
