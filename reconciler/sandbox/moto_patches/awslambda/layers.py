"""Layers of functions: versions with their content, permissions and pages."""

import base64
import io
import json
import re
import uuid
import zipfile
from collections.abc import Mapping
from typing import Any

from moto.awslambda.models import LayerStorage, LayerVersion

from reconciler.sandbox.moto_patches.awslambda.code_signing import CodeSigning
from reconciler.sandbox.moto_patches.awslambda.permissions import Reply, changed_meanwhile, missing
from reconciler.sandbox.moto_patches.awslambda.rules import invalid
from reconciler.sandbox.moto_patches.pages import cut
from reconciler.sandbox.moto_patches.policies import is_there
from reconciler.sandbox.sandbox_error import SandboxError

PAGE = 50
NAME = re.compile(r"(arn:[\w-]+:lambda:[\w-]+:\d{12}:layer:)?(?P<name>[\w-]+)")
VERSION_ARN = re.compile(r"arn:[\w-]+:lambda:[\w-]+:\d{12}:layer:(?P<name>[\w-]+):(?P<version>\d+)")


class Layers(CodeSigning):
    """The operations on layers. A number of a version is never used again, also after all versions are deleted."""

    _layers: LayerStorage

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.deleted_layers: dict[str, bytes] = {}
        """By ARN of a version: its content, because functions that have it keep it."""
        self.layer_policies: dict[str, dict[str, Any]] = {}
        """By ARN of a version: `RevisionId`, and `Statement` with the statements by their ids."""

    def make_layer_version(self, LayerName: str, Content: Mapping[str, Any], **params: Any) -> Reply:
        """PublishLayerVersion.

        Source: https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html
        """
        if ("ZipFile" in Content) == ("S3Bucket" in Content and "S3Key" in Content):
            raise invalid("Please provide either a ZipFile or an S3Bucket and S3Key.")
        raw = Content.get("ZipFile")
        if raw is not None and not zipfile.is_zipfile(io.BytesIO(raw)):
            raise invalid("Could not unzip uploaded file. Please check your file, then try to upload again.")
        content = dict(Content) if raw is None else {"ZipFile": base64.b64encode(raw).decode()}
        made = self.publish_layer_version({**params, "LayerName": _name(LayerName), "Content": content})
        return _shown(made)

    def show_layer_version(self, LayerName: str, VersionNumber: int) -> Reply:
        """GetLayerVersion."""
        return _shown(self._layer_version(LayerName, VersionNumber))

    def show_layer_version_of_arn(self, Arn: str) -> Reply:
        """GetLayerVersionByArn."""
        found = VERSION_ARN.fullmatch(Arn)
        if not found:
            raise invalid(f"{Arn} is no ARN of a version of a layer.")
        return _shown(self._layer_version(found["name"], int(found["version"])))

    def layer_names(self, MaxItems: int = PAGE, Marker: str | None = None, **asked: Any) -> Reply:
        """ListLayers: each layer with its newest version that fits; at most 50 a page.

        Source: https://docs.aws.amazon.com/lambda/latest/api/API_ListLayers.html
        """
        newest = [
            (layer, [each for each in layer.layer_versions.values() if _fits(each, asked)])
            for layer in self._layers._layers.values()  # noqa: SLF001  moto's own
        ]
        rows = [
            {
                "LayerName": layer.name,
                "LayerArn": layer.layer_arn,
                "LatestMatchingVersion": _row(max(versions, key=lambda each: each.version)),
            }
            for layer, versions in newest
            if versions
        ]
        page, marker = cut(
            rows, lambda row: str(row["LayerName"]), min(MaxItems, PAGE), Marker, _wrong_marker()
        )
        return {"Layers": page, "NextMarker": marker}

    def layer_versions(
        self, LayerName: str, MaxItems: int = PAGE, Marker: str | None = None, **asked: Any
    ) -> Reply:
        """ListLayerVersions: the newest first; none for a layer that does not exist; at most 50 a page.

        Source: https://docs.aws.amazon.com/lambda/latest/api/API_ListLayerVersions.html
        """
        found = [each for each in self._layers.get_layer_versions(_name(LayerName)) if _fits(each, asked)]
        page, marker = cut(
            [_row(each) for each in found],
            lambda row: f"{10**9 - int(row['Version']):010}",
            min(MaxItems, PAGE),
            Marker,
            _wrong_marker(),
        )
        return {"LayerVersions": page, "NextMarker": marker}

    def drop_layer_version(self, LayerName: str, VersionNumber: int) -> None:
        """DeleteLayerVersion: also of one that is not there. Functions that have it keep it.

        Source: https://docs.aws.amazon.com/lambda/latest/api/API_DeleteLayerVersion.html
        """
        found = self._find(LayerName, VersionNumber)
        if found is not None:
            self.deleted_layers[found.arn] = found.code_bytes
            self.layer_policies.pop(found.arn, None)
            self._layers.delete_layer_version(_name(LayerName), str(VersionNumber))

    def permit_layer(
        self,
        LayerName: str,
        VersionNumber: int,
        StatementId: str,
        RevisionId: str | None = None,
        **params: Any,
    ) -> Reply:
        """AddLayerVersionPermission.

        Source: https://docs.aws.amazon.com/lambda/latest/api/API_AddLayerVersionPermission.html
        """
        version = self._layer_version(LayerName, VersionNumber)
        policy = self.layer_policies.get(version.arn, {"RevisionId": None, "Statement": {}})
        if RevisionId not in {None, policy["RevisionId"]}:
            raise changed_meanwhile()
        if StatementId in policy["Statement"]:
            text = f"The statement id ({StatementId}) provided already exists. Please provide a new statement id, or "
            raise SandboxError("ResourceConflictException", f"{text}remove the existing statement.")
        statement = {
            "Sid": StatementId,
            "Effect": "Allow",
            "Principal": self._principal_of_layer(params["Principal"]),
            "Action": params["Action"],
            "Resource": version.arn,
        }
        if "OrganizationId" in params:
            if params["Principal"] != "*":
                raise invalid("OrganizationId can be specified only with the principal *.")
            statement["Condition"] = {"StringEquals": {"aws:PrincipalOrgID": params["OrganizationId"]}}
        revision = str(uuid.uuid4())
        statements = {**policy["Statement"], StatementId: statement}
        self.layer_policies[version.arn] = {"RevisionId": revision, "Statement": statements}
        return {"Statement": json.dumps(statement), "RevisionId": revision}

    def forbid_layer(
        self, LayerName: str, VersionNumber: int, StatementId: str, RevisionId: str | None = None
    ) -> None:
        """RemoveLayerVersionPermission."""
        version = self._layer_version(LayerName, VersionNumber)
        policy = self.layer_policies.get(version.arn, {"RevisionId": None, "Statement": {}})
        if RevisionId not in {None, policy["RevisionId"]}:
            raise changed_meanwhile()
        if StatementId not in policy["Statement"]:
            raise missing(f"Statement {StatementId} is not found in resource policy.")
        left = {name: each for name, each in policy["Statement"].items() if name != StatementId}
        self.layer_policies[version.arn] = {"RevisionId": str(uuid.uuid4()), "Statement": left}

    def show_layer_policy(self, LayerName: str, VersionNumber: int) -> Reply:
        """GetLayerVersionPolicy."""
        version = self._layer_version(LayerName, VersionNumber)
        policy = self.layer_policies.get(version.arn)
        if policy is None or not policy["Statement"]:
            raise missing("No policy is associated with the given resource.")
        document = {"Version": "2012-10-17", "Id": "default", "Statement": [*policy["Statement"].values()]}
        return {"Policy": json.dumps(document), "RevisionId": policy["RevisionId"]}

    def content_of_layer(self, arn: str) -> bytes:
        """The content of a version of a layer that a function has."""
        found = VERSION_ARN.fullmatch(arn)
        version = self._find(found["name"], int(found["version"])) if found else None
        content: bytes = version.code_bytes if version is not None else self.deleted_layers[arn]
        return content

    def _principal_of_layer(self, principal: str) -> Any:
        if principal == "*":
            return "*"
        if re.fullmatch(r"\d{12}", principal):
            return {"AWS": f"arn:{self.partition}:iam::{principal}:root"}
        if not is_there(principal, self.account_id):
            raise invalid("The provided principal was invalid. Please check the principal and try again.")
        return {"AWS": principal}

    def _find(self, name: str, number: int) -> LayerVersion | None:
        versions = self._layers.get_layer_versions(_name(name))
        return next((each for each in versions if each.version == int(number)), None)

    def _layer_version(self, name: str, number: int) -> LayerVersion:
        found = self._find(name, number)
        if found is None:
            raise missing("The resource you requested does not exist.")
        return found


def _name(name_or_arn: str) -> str:
    found = NAME.fullmatch(name_or_arn)
    if not found:
        raise invalid(f"{name_or_arn} is neither the name nor the ARN of a layer.")
    return found["name"]


def _fits(version: LayerVersion, asked: Mapping[str, Any]) -> bool:
    runtime, architecture = asked.get("CompatibleRuntime"), asked.get("CompatibleArchitecture")
    return (runtime is None or runtime in version.compatible_runtimes) and (
        architecture is None or architecture in version.compatible_architectures
    )


def _shown(version: LayerVersion) -> dict[str, Any]:
    """Return a version in the form of replies, without members that were not given."""
    shown: dict[str, Any] = version.get_layer_version()
    return {name: value for name, value in shown.items() if value not in ("", None)}


def _row(version: LayerVersion) -> dict[str, Any]:
    """Return a version in the form of lists: without its content."""
    return {name: value for name, value in _shown(version).items() if name not in ("Content", "LayerArn")}


def _wrong_marker() -> SandboxError:
    return invalid("Invalid pagination token")
