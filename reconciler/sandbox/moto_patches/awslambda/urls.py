"""URLs of functions and of their aliases. They answer no requests."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from moto.moto_api._internal import mock_random

from reconciler.sandbox.moto_patches.awslambda.mappings import Mappings
from reconciler.sandbox.moto_patches.awslambda.permissions import Reply, missing
from reconciler.sandbox.moto_patches.awslambda.rules import invalid
from reconciler.sandbox.moto_patches.pages import cut
from reconciler.sandbox.process_state import current
from reconciler.sandbox.sandbox_error import SandboxError

URLS_PAGE = 50
LATEST = "$LATEST"


class Urls(Mappings):
    """The operations on URLs: one for the function, and one for each alias."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.function_urls: dict[tuple[str, str], dict[str, Any]] = {}
        """By function and alias; an empty alias means the function itself."""

    def make_url(self, FunctionName: str, Qualifier: str | None = None, **params: Any) -> Reply:
        """CreateFunctionUrlConfig; refused if there is one.

        Source: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunctionUrlConfig.html
        """
        place = self._place(FunctionName, Qualifier)
        _check_cors(params.get("Cors", {}))
        if place in self.function_urls:
            raise SandboxError(
                "ResourceConflictException",
                f"Failed to create function url config for [functionArn = {self._arn_at(place)}]. Error message:  "
                "FunctionUrlConfig exists for this Lambda function",
            )
        now = _now()
        host = mock_random.get_random_string(32, lower_case=True)
        self.function_urls[place] = {
            "InvokeMode": "BUFFERED",
            **params,
            "FunctionUrl": f"https://{host}.lambda-url.{self.region_name}.on.aws/",
            "FunctionArn": self._arn_at(place),
            "CreationTime": now,
            "LastModifiedTime": now,
        }
        return _shown(self.function_urls[place])

    def show_url(self, FunctionName: str, Qualifier: str | None = None) -> Reply:
        """GetFunctionUrlConfig."""
        return _shown(self._url(self._place(FunctionName, Qualifier)))

    def change_url(self, FunctionName: str, Qualifier: str | None = None, **params: Any) -> Reply:
        """UpdateFunctionUrlConfig: settings that the request omits do not change; CORS is replaced as a whole.

        Source: https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionUrlConfig.html
        """
        url = self._url(self._place(FunctionName, Qualifier))
        _check_cors(params.get("Cors", {}))
        url.update(params, LastModifiedTime=_now())
        return _shown(url)

    def drop_url(self, FunctionName: str, Qualifier: str | None = None) -> None:
        """DeleteFunctionUrlConfig."""
        place = self._place(FunctionName, Qualifier)
        self._url(place)
        del self.function_urls[place]

    def url_names(self, FunctionName: str, MaxItems: int = URLS_PAGE, Marker: str | None = None) -> Reply:
        """ListFunctionUrlConfigs: the URLs of one function and of its aliases.

        Source: https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionUrlConfigs.html
        """
        function = self.named(FunctionName)[0].function_name
        rows = [_shown(url) for place, url in self.function_urls.items() if place[0] == function]
        wrong = invalid("Invalid pagination token")
        page, marker = cut(rows, lambda row: str(row["FunctionArn"]), min(MaxItems, URLS_PAGE), Marker, wrong)
        return {"FunctionUrlConfigs": page, "NextMarker": marker}

    def drop_alias(self, FunctionName: str, Name: str) -> None:
        """DeleteAlias, with the URL of the alias."""
        super().drop_alias(FunctionName, Name)
        self.function_urls.pop((self.named(FunctionName)[0].function_name, Name), None)

    def forget_urls(self, name: str) -> None:
        """Drop the URLs of a deleted function."""
        self.function_urls = {place: url for place, url in self.function_urls.items() if place[0] != name}

    def _place(self, name: str, qualifier: str | None) -> tuple[str, str]:
        function, found = self.named(name, qualifier)
        if found in (None, LATEST):
            return function.function_name, ""
        if str(found).isdecimal():
            raise invalid("A function URL belongs to a function or an alias, not to a version.")
        return function.function_name, str(found)

    def _arn_at(self, place: tuple[str, str]) -> str:
        arn = f"arn:{self.partition}:lambda:{self.region_name}:{self.account_id}:function:{place[0]}"
        return f"{arn}:{place[1]}" if place[1] else arn

    def _url(self, place: tuple[str, str]) -> dict[str, Any]:
        if place not in self.function_urls:
            raise missing("The resource you requested does not exist.")
        return self.function_urls[place]


def _shown(url: Mapping[str, Any]) -> Reply:
    return {name: value for name, value in url.items() if name != "Cors" or value}


def _now() -> str:
    return datetime.fromtimestamp(current().clock(), UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _check_cors(cors: Mapping[str, Any]) -> None:
    if cors.get("AllowCredentials") and "*" in cors.get("AllowOrigins", ()):
        raise invalid("AllowCredentials cannot be true when AllowOrigins contains *.")
