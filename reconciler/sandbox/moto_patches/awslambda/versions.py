"""Versions and aliases of functions, and their provisioned concurrency."""

import copy
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from moto.awslambda.models import LambdaFunction

from reconciler.sandbox.moto_patches.awslambda.function import Function
from reconciler.sandbox.moto_patches.awslambda.invocations import Invocations
from reconciler.sandbox.moto_patches.awslambda.permissions import Reply, changed_meanwhile, missing
from reconciler.sandbox.moto_patches.awslambda.rules import invalid
from reconciler.sandbox.moto_patches.pages import cut
from reconciler.sandbox.moto_patches.transitions import Transition
from reconciler.sandbox.process_state import current
from reconciler.sandbox.sandbox_error import SandboxError

PAGE = 50
LATEST = "$LATEST"


@dataclass
class Provisioned:
    """The provisioned concurrency of a version or an alias."""

    asked: int
    life: Transition
    changed: str


@dataclass
class Alias:
    """An alias, in the place where moto has its own: moto asks it for the version."""

    members: dict[str, Any]

    @property
    def function_version(self) -> str:
        """The version that gets most requests."""
        return str(self.members["FunctionVersion"])

    @property
    def versions(self) -> set[str]:
        """Every version that gets requests."""
        weights = (self.members.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
        return {self.function_version, *weights}

    def shown(self) -> dict[str, Any]:
        """Its members as replies show them: without an empty routing."""
        return {
            name: value
            for name, value in self.members.items()
            if name != "RoutingConfig" or value.get("AdditionalVersionWeights")
        }

    def changed(self) -> Reply:
        """Set a new revision, and return the reply to the change."""
        self.members["RevisionId"] = str(uuid.uuid4())
        return self.shown()


class Versions(Invocations):
    """The operations on versions and aliases."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.last_versions: dict[str, int] = {}
        """By function: the number of its last version; a number is never used again."""
        self.provisioned: dict[tuple[str, str], Provisioned] = {}
        """By function and qualifier."""

    def publish_latest(self, function: Function, description: str = "") -> Function:
        """Publish a version of what a function is now; the last version if nothing has changed since."""
        name = function.function_name
        versions: list[LambdaFunction] = self._lambdas._functions[name]["versions"]  # noqa: SLF001  moto's own
        number = self.last_versions.get(name, 0)
        last = next((each for each in versions if str(each.version) == str(number)), None)
        if last is not None and not function.code_or_config_updated:
            return cast("Function", last)
        made = copy.copy(function)
        made.set_version(number + 1)
        made.description = description or function.description
        made.published()
        versions.append(made)
        self._lambdas._arns[made.function_arn] = made  # noqa: SLF001
        self.last_versions[name] = number + 1
        function.code_or_config_updated = False
        return made

    def version_names(self, FunctionName: str, MaxItems: int = PAGE, Marker: str | None = None) -> Reply:
        """ListVersionsByFunction: $LATEST first, and then the oldest; at most 50 a page.

        Source: https://docs.aws.amazon.com/lambda/latest/api/API_ListVersionsByFunction.html
        """
        name = self.named(FunctionName)[0].function_name
        rows = [each.get_configuration() for each in self._lambdas.list_versions_by_function(name)]
        page, marker = cut(
            rows,
            lambda row: f"{0 if row['Version'] == LATEST else int(row['Version']):010}",
            min(MaxItems, PAGE),
            Marker,
            invalid("Invalid pagination token"),
        )
        return {"Versions": page, "NextMarker": marker}

    def drop_version(self, name: str, qualifier: str) -> None:
        """Delete one version; refused if an alias has it, also as the one that gets some of the requests."""
        if qualifier == LATEST:
            raise invalid("$LATEST version cannot be deleted without deleting the function.")
        aliases = self._aliases_of(name)
        if qualifier in aliases:
            raise invalid("Deletion of aliases is not currently supported.")
        in_use = [alias for alias, each in aliases.items() if qualifier in each.versions]
        if in_use:
            text = f"Unable to delete version because the following aliases reference it: {in_use}"
            raise SandboxError("ResourceConflictException", text)
        self.delete_function(name, qualifier)
        self.qualified.pop((name, qualifier), None)
        self.provisioned.pop((name, qualifier), None)

    def make_alias(self, FunctionName: str, Name: str, **params: Any) -> Reply:
        """CreateAlias.

        Source: https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html
        """
        function = self.named(FunctionName)[0]
        aliases = self._aliases_of(function.function_name)
        arn = f"{self._arn(function)}:{Name}"
        if Name in aliases:
            raise SandboxError("ResourceConflictException", f"Alias already exists: {arn}")
        made = {"AliasArn": arn, "Name": Name, "Description": "", **params}
        self._check_alias(function, made)
        aliases[Name] = Alias(made)
        return aliases[Name].changed()

    def change_alias(
        self, FunctionName: str, Name: str, RevisionId: str | None = None, **params: Any
    ) -> Reply:
        """UpdateAlias: settings that the request omits do not change; an empty RoutingConfig ends the routing.

        Source: https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html
        """
        function, alias = self._alias(FunctionName, Name)
        if RevisionId not in {None, alias.members["RevisionId"]}:
            raise changed_meanwhile()
        self._check_alias(function, {**alias.members, **params})
        alias.members.update(params)
        provisioned = self.provisioned.get((function.function_name, Name))
        if provisioned and "FunctionVersion" in params:
            provisioned.life = Transition.begin("IN_PROGRESS")
        return alias.changed()

    def show_alias(self, FunctionName: str, Name: str) -> Reply:
        """GetAlias."""
        return self._alias(FunctionName, Name)[1].shown()

    def drop_alias(self, FunctionName: str, Name: str) -> None:
        """DeleteAlias: also of one that is not there.

        Source: https://docs.aws.amazon.com/lambda/latest/api/API_DeleteAlias.html
        """
        name = self.named(FunctionName)[0].function_name
        self._aliases_of(name).pop(Name, None)
        self.qualified.pop((name, Name), None)
        self.provisioned.pop((name, Name), None)

    def alias_names(
        self,
        FunctionName: str,
        FunctionVersion: str | None = None,
        MaxItems: int = PAGE,
        Marker: str | None = None,
    ) -> Reply:
        """ListAliases, of the whole function or of one version."""
        name = self.named(FunctionName)[0].function_name
        rows = [
            each.shown()
            for each in self._aliases_of(name).values()
            if FunctionVersion in {None, each.function_version}
        ]
        page, marker = cut(
            rows,
            lambda row: str(row["Name"]),
            min(MaxItems, PAGE),
            Marker,
            invalid("Invalid pagination token"),
        )
        return {"Aliases": page, "NextMarker": marker}

    def put_provisioned(
        self, FunctionName: str, Qualifier: str, ProvisionedConcurrentExecutions: int
    ) -> Reply:
        """PutProvisionedConcurrencyConfig.

        Source: https://docs.aws.amazon.com/lambda/latest/api/API_PutProvisionedConcurrencyConfig.html
        """
        function, _ = self.named(FunctionName, Qualifier)
        name = function.function_name
        if str(function.version) == LATEST:
            text = "Provisioned Concurrency Configs cannot be applied to unpublished function versions."
            raise invalid(text)
        reserved = self.named(name)[0].reserved_concurrency
        if reserved is not None and ProvisionedConcurrentExecutions > int(reserved):
            raise invalid(
                "Requested Provisioned Concurrency should not be greater than the "
                "reservedConcurrentExecution for function"
            )
        now = datetime.fromtimestamp(current().clock(), UTC)
        self.provisioned[name, Qualifier] = Provisioned(
            ProvisionedConcurrentExecutions,
            Transition.begin("IN_PROGRESS"),
            f"{now:%Y-%m-%dT%H:%M:%S}+0000",
        )
        return self.show_provisioned(FunctionName, Qualifier)

    def show_provisioned(self, FunctionName: str, Qualifier: str) -> Reply:
        """GetProvisionedConcurrencyConfig."""
        name = self.named(FunctionName, Qualifier)[0].function_name
        found = self.provisioned.get((name, Qualifier))
        if found is None:
            text = "No Provisioned Concurrency Config found for this function"
            raise SandboxError("ProvisionedConcurrencyConfigNotFoundException", text)
        ready = found.asked if found.life.passed else 0
        return {
            "RequestedProvisionedConcurrentExecutions": found.asked,
            "AvailableProvisionedConcurrentExecutions": ready,
            "AllocatedProvisionedConcurrentExecutions": ready,
            "Status": "READY" if found.life.passed else "IN_PROGRESS",
            "LastModified": found.changed,
        }

    def drop_provisioned(self, FunctionName: str, Qualifier: str) -> None:
        """DeleteProvisionedConcurrencyConfig: also of one that is not there."""
        name = self.named(FunctionName, Qualifier)[0].function_name
        self.provisioned.pop((name, Qualifier), None)

    def provisioned_names(self, FunctionName: str, MaxItems: int = PAGE, Marker: str | None = None) -> Reply:
        """ListProvisionedConcurrencyConfigs."""
        function = self.named(FunctionName)[0]
        rows = [
            {
                "FunctionArn": f"{self._arn(function)}:{qualifier}",
                **self.show_provisioned(FunctionName, qualifier),
            }
            for name, qualifier in self.provisioned
            if name == function.function_name
        ]
        page, marker = cut(
            rows,
            lambda row: str(row["FunctionArn"]),
            min(MaxItems, PAGE),
            Marker,
            invalid("Invalid pagination token"),
        )
        return {"ProvisionedConcurrencyConfigs": page, "NextMarker": marker}

    def forget_versions(self, name: str) -> None:
        """Forget what a deleted function leaves behind."""
        self.last_versions.pop(name, None)
        for key in [each for each in self.provisioned if each[0] == name]:
            del self.provisioned[key]

    def _alias(self, function_name: str, name: str) -> tuple[LambdaFunction, Alias]:
        function = self.named(function_name)[0]
        alias = self._aliases_of(function.function_name).get(name)
        if alias is None:
            raise missing(f"Cannot find alias arn: {self._arn(function)}:{name}")
        return function, alias

    def _aliases_of(self, name: str) -> dict[str, Alias]:
        return cast("dict[str, Alias]", self._lambdas._get_function_aliases(name))  # noqa: SLF001  moto's own

    def _check_alias(self, function: LambdaFunction, alias: Mapping[str, Any]) -> None:
        """Refuse versions that do not exist, and a second version that AWS refuses.

        Source: https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
        """
        version = alias["FunctionVersion"]
        self._require_version(function, version)
        weights = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
        if len(weights) > 1:
            raise invalid("Number of items in AdditionalVersionWeights cannot be greater than 1.")
        for other in weights:
            if LATEST in (version, other):
                raise invalid("$LATEST is not supported for an alias pointing to more than 1 version.")
            if other == version:
                raise invalid(
                    f"Invalid function version {other}. Function version {other} is already included in routing "
                    "configuration."
                )
            self._require_version(function, other)

    def _require_version(self, function: LambdaFunction, version: str) -> None:
        if version != LATEST and self._lambdas._get_version(function.function_name, version) is None:  # noqa: SLF001
            raise missing(f"Function not found: {self._arn(function)}:{version}")
