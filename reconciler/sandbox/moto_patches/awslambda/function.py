"""A function of AWS Lambda with all settings."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from moto.awslambda.exceptions import UnknownLayerVersionException
from moto.awslambda.models import LambdaFunction, LayerDataType

from reconciler.sandbox.moto_patches.awslambda.permissions import FunctionPolicy
from reconciler.sandbox.moto_patches.awslambda.rules import invalid
from reconciler.sandbox.moto_patches.transitions import Transition
from reconciler.sandbox.process_state import current
from reconciler.sandbox.sandbox_error import SandboxError

Params = Mapping[str, Any]

# Shown as in the request, and omitted if they are not given or empty.
AS_GIVEN = (
    *("FileSystemConfigs", "TenancyConfig", "CapacityProviderConfig", "DurableConfig"),
    *("RuntimeConfig", "AcceleratorConfig"),
)
KEPT = (*AS_GIVEN, "DeadLetterConfig", "LoggingConfig", "SnapStart", "ImageConfig", "VpcConfig")


class Function(LambdaFunction):
    """moto's function with what moto drops: settings, revision, time of the last change, and intermediate states."""

    settings: dict[str, Any]
    life: Transition
    revision: str

    def __init__(self, account_id: str, spec: dict[str, Any], region: str, version: str | int = 1) -> None:
        super().__init__(account_id, spec, region, version)
        self.policy = FunctionPolicy(self)
        self.settings = {name: spec[name] for name in KEPT if name in spec}
        if self.settings.get("VpcConfig"):
            self.settings["VpcConfig"] = in_vpc(self.settings["VpcConfig"], account_id, region)
        self.changed("Pending")

    def changed(self, state: str = "InProgress") -> None:
        """Record a change: set a new revision, and a state that lasts for a while."""
        self.revision = str(uuid.uuid4())
        now = datetime.fromtimestamp(current().clock(), UTC)
        self.last_modified = f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03}+0000"
        self.life = Transition.begin(state)

    def published(self) -> None:
        """Make a copy of a function its own version: with its own permissions, revision and lists."""
        self.policy = FunctionPolicy(self)
        self.revision = str(uuid.uuid4())
        self.settings = dict(self.settings)

    def update_configuration(self, config_updates: dict[str, Any]) -> dict[str, Any]:
        """Set new settings; omitted ones do not change, empty ones are removed."""
        if config_updates.get("VpcConfig"):
            config_updates = {
                **config_updates,
                "VpcConfig": in_vpc(config_updates["VpcConfig"], self.account_id, self.region),
            }
        environment = config_updates.get("Environment")
        if environment is not None:
            config_updates = {
                **config_updates,
                "Environment": {"Variables": environment.get("Variables", {})},
            }
        super().update_configuration(config_updates)
        self.settings = {
            **self.settings,
            **{name: config_updates[name] for name in KEPT if name in config_updates},
        }
        if "KMSKeyArn" in config_updates:
            self.kms_key_arn = config_updates["KMSKeyArn"]
        if "TracingConfig" in config_updates:
            self.tracing_config = config_updates["TracingConfig"]
        if "EphemeralStorage" in config_updates:
            self.ephemeral_storage = config_updates["EphemeralStorage"]["Size"]
        self.changed()
        return self.get_configuration()

    def get_configuration(self, on_create: bool = False) -> dict[str, Any]:
        """Return the function in the form of replies.

        Source: https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
        """
        shown = super().get_configuration(on_create)
        given = self.settings
        state = "Active" if self.life.passed or self.life.state != "Pending" else "Pending"
        busy = not self.life.passed and self.life.state == "InProgress"
        snap = given.get("SnapStart", {}).get("ApplyOn", "None")
        published = str(self.version) != "$LATEST"
        shown |= {
            **{name: given.get(name) or None for name in AS_GIVEN},
            "RevisionId": self.revision,
            "State": state,
            "KMSKeyArn": self.kms_key_arn or None,
            "Layers": self.layers or None,
            "DeadLetterConfig": given.get("DeadLetterConfig")
            if given.get("DeadLetterConfig", {}).get("TargetArn")
            else None,
            "LoggingConfig": self._logging(),
            "SnapStart": {
                "ApplyOn": snap,
                "OptimizationStatus": "On" if published and snap == "PublishedVersions" else "Off",
            },
            "VpcConfig": given.get("VpcConfig"),
        }
        if "LastUpdateStatus" in shown:
            shown["LastUpdateStatus"] = "InProgress" if busy else "Successful"
        shown.pop("ImageConfigResponse", None)
        if given.get("ImageConfig"):
            shown["ImageConfigResponse"] = {"ImageConfig": given["ImageConfig"]}
        return {name: value for name, value in shown.items() if value is not None}

    def get_code(self) -> dict[str, Any]:
        """Return the reply of GetFunction."""
        shown = super().get_code()
        if self.reserved_concurrency is not None:
            shown["Concurrency"] = {"ReservedConcurrentExecutions": self.reserved_concurrency}
        return shown

    def invoke(self, body: str, request_headers: Any, response_headers: Any) -> str | bytes:  # noqa: ARG002  moto's
        """Return the payload of the request: functions that other services call are not run."""
        return body or "{}"

    def refuse_pending(self) -> None:
        """Refuse an invocation before the function is active."""
        if not self.life.passed and self.life.state == "Pending":
            self.refuse_busy()

    def refuse_busy(self) -> None:
        """Refuse a change while another one is in progress.

        Source: https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
        """
        if not self.life.passed:
            doing = "The function is currently in the following state: Pending"
            if self.life.state == "InProgress":
                doing = f"An update is in progress for resource: {self.function_arn}"
            text = f"The operation cannot be performed at this time. {doing}"
            raise SandboxError("ResourceConflictException", text)

    def _get_layers_data(self, layers_versions_arns: list[str]) -> list[LayerDataType]:
        try:
            return super()._get_layers_data(layers_versions_arns)
        except UnknownLayerVersionException:
            raise invalid(f"Layer version {', '.join(layers_versions_arns)} does not exist.") from None

    def _logging(self) -> Params:
        """Source: https://docs.aws.amazon.com/lambda/latest/api/API_LoggingConfig.html ."""
        given = self.settings.get("LoggingConfig", {})
        levels = (
            {"ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO"}
            if given.get("LogFormat") == "JSON"
            else {}
        )
        return {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{self.function_name}", **levels, **given}


def in_vpc(wanted: Params, account: str, region: str) -> Params:
    """Return a VPC configuration with the VPC of its subnets.

    Raises:
        SandboxError: a subnet or a security group does not exist.
    """
    subnets, groups = wanted.get("SubnetIds", []), wanted.get("SecurityGroupIds", [])
    shown = {**wanted, "SubnetIds": subnets, "SecurityGroupIds": groups, "VpcId": ""}
    if not subnets and not groups:
        return shown
    from moto.ec2.models import ec2_backends  # noqa: PLC0415  slow to import: only if a function is in a VPC

    backend = ec2_backends[account][region]
    present = {subnet.id: subnet.vpc_id for zone in backend.subnets.values() for subnet in zone.values()}
    for subnet in subnets:
        if subnet not in present:
            raise invalid(
                "Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. "
                f"EC2 Error Message: The subnet ID '{subnet}' does not exist"
            )
    known = {group for each in backend.groups.values() for group in each}
    for group in groups:
        if group not in known:
            raise invalid(
                "Error occurred while DescribeSecurityGroups. EC2 Error Code: InvalidGroup.NotFound. "
                f"EC2 Error Message: The security group '{group}' does not exist"
            )
    return {**shown, "VpcId": present[subnets[0]] if subnets else ""}
