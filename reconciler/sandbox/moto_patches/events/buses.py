"""Event buses with every setting, their policies, and the tags of buses and rules."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from moto.core.resource_tagging import TaggedResource
from moto.events.models import EventBus, EventsBackend
from moto.utilities.tagging_service import TaggingService

from reconciler.sandbox.moto_patches.pages import cut
from reconciler.sandbox.process_state import current
from reconciler.sandbox.sandbox_error import SandboxError

Reply = Mapping[str, Any]
Rows = list[dict[str, str]]

DEFAULT = "default"
LONGEST_POLICY = 10_240
MOST_TAGS = 50
PAGE = 100
WRONG_TOKEN = SandboxError("ValidationException", "Provided NextToken is not valid.")


def invalid(text: str) -> SandboxError:
    """Return EventBridge's error for an invalid request."""
    return SandboxError("ValidationException", text)


def absent(text: str) -> SandboxError:
    """Return EventBridge's error for a missing resource."""
    return SandboxError("ResourceNotFoundException", text)


def name_of_bus(name: str | None) -> str:
    """Return the name of a bus, given by its name or its ARN; without one, the default bus is meant."""
    if not name:
        return DEFAULT
    return name.partition(":event-bus/")[2] if name.startswith("arn:") else name


def now() -> float:
    """Return the present time of the sandbox."""
    return current().clock()


class Buses(EventsBackend):
    """The operations on buses, and on tags."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.log_configs: dict[str, Reply] = {}
        self.policies: dict[str, dict[str, Any]] = {}

    def bus(self, name: str | None) -> EventBus:
        """Return a bus by its name or ARN; refuse one that does not exist."""
        found = self.event_buses.get(name_of_bus(name))
        if found is None:
            raise absent(f"Event bus {name_of_bus(name)} does not exist.")
        return found

    def _get_event_bus(self, name: str) -> EventBus:
        """Return a bus, for moto's operations."""
        return self.bus(name)

    def _normalize_event_bus_arn(self, event_bus_arn: str | None) -> str:
        """Return the name of a bus, for moto's operations: names of partner buses have slashes."""
        return name_of_bus(event_bus_arn)

    def make_bus(
        self, Name: str, EventSourceName: str | None = None, Tags: Rows | None = None, **settings: Any
    ) -> Reply:
        """CreateEventBus; a partner bus has the name of its event source.

        Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html
        """
        if Name in self.event_buses:
            raise SandboxError("ResourceAlreadyExistsException", f"Event bus {Name} already exists.")
        if EventSourceName is None and "/" in Name:
            raise invalid("Event bus name must not contain '/'.")
        if EventSourceName is not None and EventSourceName not in self.event_sources:
            raise absent(f"Event source {EventSourceName} does not exist.")
        if EventSourceName not in (None, Name):
            raise invalid(f"Event bus name {Name} must match event source name {EventSourceName}.")
        check_tags(Tags or [])
        bus = self.create_event_bus(Name, EventSourceName)
        bus.creation_time = now()
        self._store(bus, settings)
        if Tags:
            self.tagger.tag_resource(bus.arn, Tags)
        return {"EventBusArn": bus.arn, **self._settings(bus)}

    def change_bus(self, Name: str = DEFAULT, **settings: Any) -> Reply:
        """UpdateEventBus: removes settings that the request leaves out, except for the description.

        Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_UpdateEventBus.html
        """
        bus = self.bus(Name)
        self._store(bus, {"Description": bus.description, **settings})
        return {"Arn": bus.arn, "Name": bus.name, **self._settings(bus)}

    def show_bus(self, Name: str | None = None) -> Reply:
        """DescribeEventBus."""
        bus = self.bus(Name)
        return {**self._row(bus), **self._settings(bus)}

    def show_buses(self, NamePrefix: str = "", NextToken: str | None = None, Limit: int = PAGE) -> Reply:
        """ListEventBuses, sorted by name."""
        found = [each for name, each in self.event_buses.items() if name.startswith(NamePrefix)]
        page, token = cut(found, lambda bus: str(bus.name), Limit, NextToken, WRONG_TOKEN)
        rows = [{**self._row(each), "Description": each.description or None} for each in page]
        return {"EventBuses": rows, "NextToken": token}

    def drop_bus(self, Name: str) -> None:
        """DeleteEventBus: refuses the default bus, and a bus with rules.

        Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteEventBus.html
        """
        if Name == DEFAULT:
            raise invalid("Cannot delete event bus default.")
        if Name in self.event_buses and self.event_buses[Name].rules:
            raise invalid("EventBus can't be deleted since it has rules.")
        self.delete_event_bus(Name)

    def delete_event_bus(self, name: str) -> None:
        """Delete a bus; CloudFormation calls it too."""
        super().delete_event_bus(name)
        self.log_configs.pop(name, None)
        self.policies.pop(name, None)

    def permit(self, EventBusName: str = DEFAULT, Policy: str | None = None, **statement: Any) -> None:
        """PutPermission: replaces the whole policy, or adds a statement.

        Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutPermission.html
        """
        bus = self.bus(EventBusName)
        document = _policy(Policy) if Policy is not None else self._with_statement(bus, statement)
        if len(json.dumps(document)) > LONGEST_POLICY:
            raise SandboxError("PolicyLengthExceededException", "The event bus policy is too long.")
        self.policies[bus.name] = document

    def forbid(
        self,
        EventBusName: str = DEFAULT,
        StatementId: str | None = None,
        RemoveAllPermissions: bool = False,
    ) -> None:
        """RemovePermission: removes a statement, or the policy.

        Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RemovePermission.html
        """
        bus = self.bus(EventBusName)
        if RemoveAllPermissions:
            self.policies.pop(bus.name, None)
            return
        document = self.policies.get(bus.name)
        if document is None:
            raise absent("EventBus does not have a policy.")
        kept = [each for each in document["Statement"] if each.get("Sid") != StatementId]
        if len(kept) == len(document["Statement"]):
            raise absent("Statement with the provided id does not exist.")
        self.policies[bus.name] = {**document, "Statement": kept}
        if not kept:
            del self.policies[bus.name]

    def _with_statement(self, bus: EventBus, given: Mapping[str, Any]) -> dict[str, Any]:
        for name in ("Action", "Principal", "StatementId"):
            if given.get(name) is None:
                raise invalid(f"Parameter {name} must be specified.")
        who = given["Principal"]
        statement = {
            "Sid": given["StatementId"],
            "Effect": "Allow",
            "Principal": who if who == "*" else {"AWS": f"arn:{self.partition}:iam::{who}:root"},
            "Action": given["Action"],
            "Resource": bus.arn,
        }
        if "Condition" in given:
            condition = given["Condition"]
            statement["Condition"] = {condition["Type"]: {condition["Key"]: condition["Value"]}}
        there = self.policies.get(bus.name) or {"Version": "2012-10-17", "Statement": []}
        others = [each for each in there["Statement"] if each.get("Sid") != given["StatementId"]]
        return {**there, "Statement": [*others, statement]}

    def _store(self, bus: EventBus, settings: Mapping[str, Any]) -> None:
        """Store all settings of a bus; an empty value is none."""
        bus.description = settings.get("Description") or None
        bus.kms_key_identifier = settings.get("KmsKeyIdentifier") or None
        bus.dead_letter_config = settings.get("DeadLetterConfig") or None
        self.log_configs.pop(bus.name, None)
        if settings.get("LogConfig"):
            self.log_configs[bus.name] = settings["LogConfig"]
        bus.last_modified_time = now()

    def _settings(self, bus: EventBus) -> dict[str, Any]:
        return {
            "Description": bus.description,
            "KmsKeyIdentifier": bus.kms_key_identifier,
            "DeadLetterConfig": bus.dead_letter_config,
            "LogConfig": self.log_configs.get(bus.name),
        }

    def _row(self, bus: EventBus) -> dict[str, Any]:
        policy = self.policies.get(bus.name)
        return {
            "Name": bus.name,
            "Arn": bus.arn,
            "Policy": json.dumps(policy) if policy else None,
            "CreationTime": datetime.fromtimestamp(bus.creation_time, UTC),
            "LastModifiedTime": datetime.fromtimestamp(bus.last_modified_time, UTC),
        }

    def tag(self, ResourceARN: str, Tags: Rows) -> None:
        """TagResource; an existing key gets the new value."""
        self.tag_resource(ResourceARN, {each["Key"]: each["Value"] for each in Tags})

    def untag(self, ResourceARN: str, TagKeys: list[str]) -> None:
        """UntagResource; missing keys are accepted."""
        self.untag_resource(ResourceARN, TagKeys)

    def tags_of(self, ResourceARN: str) -> Reply:
        """ListTagsForResource."""
        self._check_tagged(ResourceARN)
        return self.tagger.list_tags_for_resource(ResourceARN)

    def tag_resource(self, arn: str, tags: dict[str, str]) -> None:
        """Add tags; the Resource Groups Tagging API calls it too."""
        self._check_tagged(arn)
        together = {**self.tagger.get_tag_dict_for_resource(arn), **tags}
        rows = TaggingService.convert_dict_to_tags_input(together)
        check_tags(rows)
        self.tagger.tag_resource(arn, rows)

    def untag_resource(self, arn: str, tag_keys: list[str]) -> None:
        """Remove tags; the Resource Groups Tagging API calls it too."""
        self._check_tagged(arn)
        self.tagger.untag_resource_using_names(arn, tag_keys)

    def iter_tagged_resources(self) -> Iterator[TaggedResource]:
        """All buses and rules with their tags."""
        for bus in self.event_buses.values():
            for kind, arn in (("event-bus", bus.arn), *(("rule", each.arn) for each in bus.rules.values())):
                tags = self.tagger.get_tag_dict_for_resource(arn)
                yield TaggedResource(arn=arn, tags=tags, resource_type=f"events:{kind}")

    def _check_tagged(self, arn: str) -> None:
        if not any(row.arn == arn for row in self.iter_tagged_resources()):
            raise absent(f"Resource {arn} does not exist.")


def check_tags(tags: Rows) -> None:
    """Refuse too many tags, and keys that AWS keeps."""
    if len({tag["Key"] for tag in tags}) > MOST_TAGS:
        raise SandboxError("LimitExceededException", f"A resource can have at most {MOST_TAGS} tags.")
    if any(tag["Key"].lower().startswith("aws:") for tag in tags):
        raise invalid("Tag keys cannot start with aws:")


def _policy(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not found.get("Statement"):
        raise invalid("This policy contains invalid Json")
    statements = found["Statement"]
    return {**found, "Statement": statements if isinstance(statements, list) else [statements]}
