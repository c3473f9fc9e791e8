"""Edits by other clients of a resource just before we write to it."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from botocore.exceptions import ClientError

from reconciler.field_schema import leaves
from reconciler.kinds import known_kinds
from reconciler.planning.ownership import MARKS
from tests.faults.harness import Harness
from tests.faults.live_state import EDIT_TAG
from tests.faults.platform_edits import ADDRESSED_BY, PlatformTarget, resource_of_request

SAME, OTHER, DELETE, RECREATED, UNMARK = (
    "the same field",
    "another field",
    "deleted",
    "deleted and made anew",
    "unmarked",
)
CREATED_FIRST = "made first"
EDITS = (SAME, OTHER, DELETE, RECREATED, UNMARK)
PHONE_NUMBER = "PhoneNumber"
"""A kind for which AWS remembers a create request for days, and whose resources only our mark identifies."""
DELETES = {"Bucket": ("s3", "delete_bucket", "Bucket"), "Table": ("dynamodb", "delete_table", "TableName")}


class Target:
    """A live resource with our mark, of any service."""

    def __init__(
        self, harness: Harness, noun: str, name: str, keeper: Any = None, centre: Any = None
    ) -> None:
        self.harness, self.noun, self.name, self.keeper, self.centre = harness, noun, name, keeper, centre

    def same_field(self, params: Mapping[str, Any]) -> None:
        """Change the setting that the next request writes."""
        if self.noun in DELETES:
            return self._on_data("same")
        settings = self.keeper.settings
        for member, value in params.items():
            if (
                member in settings
                and isinstance(settings[member], str)
                and member in ("Description", "Status")
            ):
                settings[member] = "DISABLED" if member == "Status" else f"{value} (other client)"
            elif member in settings and isinstance(settings[member], int):
                settings[member] = settings[member] + 1
            elif member in settings and isinstance(settings[member], list) and settings[member]:
                settings[member] = settings[member][:-1]
        return self._touch()

    def other_field(self, params: Mapping[str, Any]) -> None:
        """Change a setting that the next request does not write."""
        if self.noun in DELETES:
            return self._on_data("other")
        describable = "description" in known_kinds()[KIND_OF[self.noun]].model.model_fields
        if describable and "Description" in self.keeper.settings and "Description" not in params:
            self.keeper.settings["Description"] = "by another client"
        else:
            self.keeper.tags[EDIT_TAG] = "was here"
        return self._touch()

    def unmark(self) -> dict[str, str]:
        """Remove our marks, and return them."""
        if self.noun in DELETES:
            return self._data_tags(MARKS)
        marks = {tag: value for tag, value in self.keeper.tags.items() if tag in MARKS}
        for tag in marks:
            del self.keeper.tags[tag]
        self._touch()
        return marks

    def mark(self, marks: Mapping[str, str]) -> None:
        """Restore the marks, if the resource still exists."""
        if self.noun in DELETES and not _current(self.harness, self.noun, self.name):
            return
        if self.noun == "Bucket":
            client = self.harness.client("s3")
            rows = [{"Key": tag, "Value": value} for tag, value in {**self._s3_tags(), **marks}.items()]
            client.put_bucket_tagging(Bucket=self.name, Tagging={"TagSet": rows})
        elif self.noun == "Table":
            rows = [{"Key": tag, "Value": value} for tag, value in marks.items()]
            self.harness.client("dynamodb").tag_resource(ResourceArn=self._table_arn(), Tags=rows)
        else:
            self.keeper.tags.update(marks)
            self._touch()

    def delete(self) -> bool:
        """Delete it like a user; return whether AWS did it."""
        try:
            if self.noun in DELETES:
                service, operation, member = DELETES[self.noun]
                getattr(self.harness.client(service), operation)(**{member: self.name})
            else:
                adapter = next(each for each in known_kinds().values() if each.kind == KIND_OF.get(self.noun))
                members = {"InstanceId": self.centre.id, self.keeper.kind.asked: self.keeper.id}
                if self.noun == PHONE_NUMBER:
                    del members["InstanceId"]
                getattr(self.harness.client("connect"), adapter.delete.operations[0])(**members)
        except ClientError:
            return False
        return True

    def recreate(self) -> Callable[[], None] | None:
        """Delete it and create one with the same name; return a function that removes it, or None if AWS refused."""
        if self.noun in DELETES or not self.delete():
            return None
        record = self.keeper
        made = self.centre.add(record.kind, record.name, deepcopy(record.settings), scope=record.scope)
        return lambda: self.remove_unless_adopted(made)

    def remove_unless_adopted(self, made: Any) -> None:
        """Remove a resource of another client, unless it was adopted."""
        if self.centre.store(made.kind).get(made.id) is made and not MARKS & made.tags.keys():
            foreign = Target(self.harness, self.noun, made.name, made, self.centre)
            if not foreign.delete():
                self.centre.forget(made)

    def _touch(self) -> None:
        if hasattr(self.keeper, "modified"):
            self.keeper.modified = self.harness.plane().tick()

    def _table_arn(self) -> str:
        reply = self.harness.client("dynamodb").describe_table(TableName=self.name)
        return str(reply["Table"]["TableArn"])

    def _s3_tags(self) -> dict[str, str]:
        try:
            rows = self.harness.client("s3").get_bucket_tagging(Bucket=self.name)["TagSet"]
        except ClientError:
            return {}
        return {row["Key"]: row["Value"] for row in rows}

    def _data_tags(self, gone: frozenset[str]) -> dict[str, str]:
        if self.noun == "Table":
            client, arn = self.harness.client("dynamodb"), self._table_arn()
            rows = client.list_tags_of_resource(ResourceArn=arn)["Tags"]
            found = {row["Key"]: row["Value"] for row in rows if row["Key"] in gone}
            if found:
                client.untag_resource(ResourceArn=arn, TagKeys=[*found])
            return found
        tags = self._s3_tags()
        kept = [{"Key": tag, "Value": value} for tag, value in tags.items() if tag not in gone]
        client = self.harness.client("s3")
        client.delete_bucket_tagging(Bucket=self.name)
        if kept:
            client.put_bucket_tagging(Bucket=self.name, Tagging={"TagSet": kept})
        return {tag: value for tag, value in tags.items() if tag in gone}

    def _on_data(self, which: str) -> None:
        """Change the versioning of a bucket or the tags of a table: every workload manages them."""
        if self.noun == "Bucket":
            client = self.harness.client("s3")
            client.put_bucket_versioning(
                Bucket=self.name,
                VersioningConfiguration={"Status": "Suspended" if which == "same" else "Enabled"},
            )
        else:
            rows = [{"Key": "Project", "Value": which}]
            self.harness.client("dynamodb").tag_resource(ResourceArn=self._table_arn(), Tags=rows)


KIND_OF = {
    "HoursOfOperation": "connect.hours_of_operation",
    "Queue": "connect.queue",
    "RoutingProfile": "connect.routing_profile",
    "SecurityProfile": "connect.security_profile",
    "QuickConnect": "connect.quick_connect",
    "UserHierarchyGroup": "connect.user_hierarchy_group",
    "User": "connect.user",
    "ContactFlow": "connect.contact_flow",
    "PhoneNumber": "connect.phone_number",
}


def target(harness: Harness, service: str, params: Mapping[str, Any]) -> Target | PlatformTarget | None:
    """Our resource in a request; None for an instance and for a resource that does not exist yet."""
    if service in ADDRESSED_BY:
        resource = resource_of_request(harness, service, params)
        return PlatformTarget(harness, resource) if resource else None
    if "Bucket" in params and "CreateBucketConfiguration" not in params:
        return Target(harness, "Bucket", params["Bucket"])
    if "TableName" in params and "KeySchema" not in params:
        name = params["TableName"]
        return Target(harness, "Table", name) if _current(harness, "Table", name) else None
    named = {leaf for leaf in leaves(params) if isinstance(leaf, str)}
    for centre in harness.plane().centres.values():
        for store in centre._stores.values():
            for record in store:
                about = named & {record.id, record.arn}
                if about and record.kind.noun in KIND_OF and _is_subject(record, params):
                    return Target(harness, record.kind.noun, record.name, record, centre)
    arns = [text for text in named if ":table/" in text]
    return Target(harness, "Table", arns[0].rpartition("/")[2]) if arns else None


def _current(harness: Harness, noun: str, name: str) -> bool:
    """Whether a table or a bucket exists."""
    if noun == "Table":
        return name in harness.client("dynamodb").list_tables()["TableNames"]
    return any(each["Name"] == name for each in harness.client("s3").list_buckets()["Buckets"])


def _is_subject(record: Any, params: Mapping[str, Any]) -> bool:
    """Whether a request changes this record, rather than only referring to it."""
    about = {str(params.get(member, "")) for member in (record.kind.asked, "ResourceArn", "resourceArn")}
    return bool(about & {record.id, record.arn})
