"""Versions of flows and modules, and their aliases. Only the names of operations and members differ for the two kinds."""

from typing import Any

from reconciler.sandbox.connect.core.operations import Operations, Reply, Rows, lacking
from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.refusals import absent, not_allowed, taken
from reconciler.sandbox.connect.core.resource_types import CONTACT_FLOW, FLOW_MODULE, Kind
from reconciler.sandbox.connect.core.stored_records import Record, moment
from reconciler.sandbox.connect.flows.flow_contents import Version, checksum, contents, split_reference

operations = Operations()


class Versioned:
    """The operations on versions and aliases of one kind."""

    def __init__(self, kind: Kind, checksum_member: str) -> None:
        self.kind = kind
        self.checksum_member = checksum_member
        noun = kind.noun
        operations.handlers |= {
            f"Create{noun}Version": self.create_version,
            f"Delete{noun}Version": self.delete_version,
            f"Create{noun}Alias": self.create_alias,
            f"Describe{noun}Alias": self.describe_alias,
            f"Update{noun}Alias": self.update_alias,
            f"Delete{noun}Alias": self.delete_alias,
        }
        operations.paged(f"List{noun}Versions", f"{noun}VersionSummaryList", self.versions, most=1000)
        operations.paged(f"List{noun}Aliases", f"{noun}AliasSummaryList", self.aliases, most=1000)

    def _get(self, instance: Instance, asked: dict[str, Any]) -> Record:
        return instance.get(self.kind, split_reference(asked[self.kind.asked])[0])

    def _version(self, record: Record, number: int) -> Version:
        version = contents(record).versions.get(number)
        if version is None:
            raise absent(f"{self.kind.noun} version", str(number))
        return version

    def create_version(self, instance: Instance, **asked: Any) -> Reply:
        """Store the published content as the next version; refuse if the hash in the request is another."""
        record = self._get(instance, asked)
        held = contents(record)
        if held.published is None:
            raise not_allowed(f"{self.kind.noun} {record.name} has not been published.")
        if asked.get(self.checksum_member, checksum(held.published["Content"])) != checksum(
            held.published["Content"]
        ):
            raise not_allowed(f"{self.checksum_member} is not that of the published content.")
        version = held.keep_version(asked.get("Description"), instance.plane.tick())
        return {f"{self.kind.noun}Arn": f"{record.arn}:{version.number}", "Version": version.number}

    def delete_version(self, instance: Instance, **asked: Any) -> Reply:
        """Delete a version, unless an alias uses it."""
        record = self._get(instance, asked)
        version = self._version(record, asked[f"{self.kind.noun}Version"])
        if any(alias["Version"] == version.number for alias in contents(record).aliases.values()):
            raise not_allowed(f"Version {version.number} has an alias.")
        del contents(record).versions[version.number]
        return {}

    def versions(self, instance: Instance, **asked: Any) -> Rows:
        """List versions, the latest first."""
        record = self._get(instance, asked)
        versions = sorted(contents(record).versions.values(), key=lambda version: -version.number)
        return [self._version_row(record, version) for version in versions]

    def _version_row(self, record: Record, version: Version) -> dict[str, Any]:
        row: dict[str, Any] = {"Arn": f"{record.arn}:{version.number}", "Version": version.number}
        if version.description:
            row["VersionDescription"] = version.description
        if self.kind is CONTACT_FLOW:
            row |= {"LastModifiedTime": moment(version.created), "LastModifiedRegion": record.region}
        return row

    def create_alias(self, instance: Instance, AliasName: str, **asked: Any) -> Reply:
        """Create an alias for a version."""
        record = self._get(instance, asked)
        version = self._version(record, asked[f"{self.kind.noun}Version"])
        self._require_free(record, AliasName)
        alias_id = instance.plane.new_id()
        contents(record).aliases[alias_id] = {
            "AliasId": alias_id,
            "Name": AliasName,
            "Version": version.number,
            "Description": asked.get("Description", ""),
            "LastModifiedTime": moment(instance.plane.tick()),
            "LastModifiedRegion": record.region,
        }
        return {f"{self.kind.noun}Arn": f"{record.arn}:{AliasName}", "Id": alias_id}

    def _require_free(self, record: Record, name: str) -> None:
        if any(alias["Name"] == name for alias in contents(record).aliases.values()):
            raise taken("Alias", name)

    def _alias(self, record: Record, alias_id: str) -> dict[str, Any]:
        alias = contents(record).aliases.get(alias_id)
        if alias is None:
            raise absent("Alias", alias_id)
        return alias

    def describe_alias(self, instance: Instance, AliasId: str, **asked: Any) -> Reply:
        """Describe an alias."""
        record = self._get(instance, asked)
        alias = self._alias(record, AliasId)
        noun = self.kind.noun
        return {
            f"{noun}Alias": {**alias, f"{noun}Id": record.id, f"{noun}Arn": f"{record.arn}:{alias['Name']}"}
        }

    def update_alias(self, instance: Instance, AliasId: str, **asked: Any) -> Reply:
        """Change the name, description or version of an alias."""
        record = self._get(instance, asked)
        alias = self._alias(record, AliasId)
        name = asked.get("Name", alias["Name"])
        if name != alias["Name"]:
            self._require_free(record, name)
        number = asked.get(f"{self.kind.noun}Version", alias["Version"])
        alias |= {
            "Name": name,
            "Description": asked.get("Description", alias["Description"]),
            "Version": self._version(record, number).number,
            "LastModifiedTime": moment(instance.plane.tick()),
        }
        return {}

    def delete_alias(self, instance: Instance, AliasId: str, **asked: Any) -> Reply:
        """Delete an alias."""
        record = self._get(instance, asked)
        self._alias(record, AliasId)
        del contents(record).aliases[AliasId]
        return {}

    def aliases(self, instance: Instance, **asked: Any) -> Rows:
        """List aliases."""
        record = self._get(instance, asked)
        return [self._alias_row(record, alias) for alias in contents(record).aliases.values()]

    def _alias_row(self, record: Record, alias: dict[str, Any]) -> dict[str, Any]:
        row = {
            **alias,
            "Arn": f"{record.arn}:{alias['Name']}",
            "AliasName": alias["Name"],
            "AliasDescription": alias["Description"],
        }
        unknown = ("Name", "Description", *(() if self.kind is CONTACT_FLOW else ("LastModifiedRegion",)))
        return lacking(row, unknown)


FLOWS = Versioned(CONTACT_FLOW, "FlowContentSha256")
MODULES = Versioned(FLOW_MODULE, "FlowModuleContentSha256")
