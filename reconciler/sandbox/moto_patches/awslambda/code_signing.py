"""Code signing: configurations, and functions that have one. Signatures are never checked."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from moto.moto_api._internal import mock_random

from reconciler.sandbox.moto_patches.awslambda.permissions import Permissions, Reply
from reconciler.sandbox.moto_patches.awslambda.rules import invalid
from reconciler.sandbox.moto_patches.pages import cut
from reconciler.sandbox.process_state import current
from reconciler.sandbox.sandbox_error import SandboxError

PAGE = 50
UNTRUSTED = {"UntrustedArtifactOnDeployment": "Warn"}
"""The default policy of a configuration."""


class CodeSigning(Permissions):
    """Configurations of code signing. A function has at most one."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.signing_configs: dict[str, dict[str, Any]] = {}
        """By ARN."""
        self.signing_of_functions: dict[str, str] = {}
        """By the function's name: the ARN of its configuration."""

    def make_signing_config(self, Tags: Mapping[str, str] | None = None, **params: Any) -> Reply:
        """CreateCodeSigningConfig. Its tags are not stored.

        Source: https://docs.aws.amazon.com/lambda/latest/api/API_CreateCodeSigningConfig.html
        """
        del Tags
        identity = f"csc-{mock_random.get_random_string(17, lower_case=True)}"
        place = f"{self.region_name}:{self.account_id}"
        arn = f"arn:{self.partition}:lambda:{place}:code-signing-config:{identity}"
        self.signing_configs[arn] = {
            "CodeSigningConfigId": identity,
            "CodeSigningConfigArn": arn,
            "CodeSigningPolicies": UNTRUSTED,
        }
        return self.change_signing_config(arn, **params)

    def change_signing_config(self, CodeSigningConfigArn: str, **params: Any) -> Reply:
        """UpdateCodeSigningConfig: settings that the request omits do not change."""
        config = self._signing_config(CodeSigningConfigArn)
        config.update(params, LastModified=datetime.fromtimestamp(current().clock(), UTC).isoformat())
        return {"CodeSigningConfig": config}

    def show_signing_config(self, CodeSigningConfigArn: str) -> Reply:
        """GetCodeSigningConfig."""
        return {"CodeSigningConfig": self._signing_config(CodeSigningConfigArn)}

    def drop_signing_config(self, CodeSigningConfigArn: str) -> None:
        """DeleteCodeSigningConfig; refused if a function has it.

        Source: https://docs.aws.amazon.com/lambda/latest/api/API_DeleteCodeSigningConfig.html
        """
        self._signing_config(CodeSigningConfigArn)
        if CodeSigningConfigArn in self.signing_of_functions.values():
            text = "The code signing configuration is in use by at least one function."
            raise SandboxError("ResourceConflictException", text)
        del self.signing_configs[CodeSigningConfigArn]

    def signing_config_names(self, MaxItems: int = PAGE, Marker: str | None = None) -> Reply:
        """ListCodeSigningConfigs."""
        rows, marker = _page(list(self.signing_configs), MaxItems, Marker)
        return {"CodeSigningConfigs": [self.signing_configs[each] for each in rows], "NextMarker": marker}

    def functions_signed(
        self, CodeSigningConfigArn: str, MaxItems: int = PAGE, Marker: str | None = None
    ) -> Reply:
        """ListFunctionsByCodeSigningConfig."""
        self._signing_config(CodeSigningConfigArn)
        names = [name for name, arn in self.signing_of_functions.items() if arn == CodeSigningConfigArn]
        rows, marker = _page([self.named(name)[0].function_arn for name in names], MaxItems, Marker)
        return {"FunctionArns": rows, "NextMarker": marker}

    def put_signing(self, FunctionName: str, CodeSigningConfigArn: str) -> Reply:
        """PutFunctionCodeSigningConfig.

        Source: https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionCodeSigningConfig.html
        """
        function = self.named(FunctionName)[0]
        self.check_signing(CodeSigningConfigArn, function.package_type)
        self.signing_of_functions[function.function_name] = CodeSigningConfigArn
        return self.show_signing(FunctionName)

    def check_signing(self, arn: str, package_type: str) -> None:
        """Refuse a configuration that does not exist, or one for a function from an image."""
        if arn not in self.signing_configs:
            text = "The code signing configuration cannot be found. Check that the provided configuration is not deleted"
            raise SandboxError("CodeSigningConfigNotFoundException", f"{text}: {arn}.")
        if package_type == "Image":
            raise invalid("Code signing is not supported for functions created with container images.")

    def show_signing(self, FunctionName: str) -> Reply:
        """GetFunctionCodeSigningConfig; without an ARN if the function has none."""
        name = self.named(FunctionName)[0].function_name
        return {"FunctionName": name, "CodeSigningConfigArn": self.signing_of_functions.get(name)}

    def drop_signing(self, FunctionName: str) -> None:
        """DeleteFunctionCodeSigningConfig; the configuration itself is not deleted."""
        self.signing_of_functions.pop(self.named(FunctionName)[0].function_name, None)

    def _signing_config(self, arn: str) -> dict[str, Any]:
        if arn not in self.signing_configs:
            text = f"The Lambda code signing configuration {arn} can not be found."
            raise SandboxError("ResourceNotFoundException", text)
        return self.signing_configs[arn]


def _page(arns: list[str], size: int, marker: str | None) -> tuple[list[str], str | None]:
    return cut(arns, str, min(size, PAGE), marker, invalid("Invalid pagination token"))
