"""Finds mistakes that Cognito would refuse and that depend on several fields of a client.

Sources: CreateUserPoolClient (API Reference); "Application-specific settings with app clients" (Amazon Cognito Developer Guide).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.contract import InFiles
from reconciler.interpolation import has_reference
from reconciler.model import Finding

SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400}
UNITS = {"access_token": "hours", "id_token": "hours", "refresh_token": "days"}
"""The units where none is written."""
RANGES = {
    "access_token": (300, 86_400, "5 minutes to 1 day"),
    "id_token": (300, 86_400, "5 minutes to 1 day"),
    "refresh_token": (3600, 315_360_000, "1 hour to 10 years"),
}
STANDARD = frozenset({"phone", "email", "openid", "profile", "aws.cognito.signin.user.admin"})


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes in the settings of one client."""
    values = files.values
    yield from _validity(values)
    yield from _oauth(files, values)
    flows = values.get("explicit_auth_flows") or ()
    new, old = ([each for each in flows if each.startswith("ALLOW_") is allow] for allow in (True, False))
    if new and old:
        yield Finding(
            f"AWS takes no {old[0]} beside {new[0]}; write only ALLOW_ flows", ("explicit_auth_flows",)
        )
    rotation = (values.get("refresh_token_rotation") or {}).get("feature")
    if rotation == "ENABLED" and "ALLOW_REFRESH_TOKEN_AUTH" in flows:
        said = "a client with refresh_token_rotation takes no ALLOW_REFRESH_TOKEN_AUTH; leave it out"
        yield Finding(said, ("explicit_auth_flows",))
    if values.get("client_secret") and values.get("generate_secret"):
        yield Finding(
            "a client has client_secret or generate_secret; leave out one of them", ("client_secret",)
        )


def _validity(values: Mapping[str, Any]) -> Iterator[Finding]:
    units = values.get("token_validity_units") or {}
    for token, (least, most, words) in RANGES.items():
        number, unit = values.get(f"{token}_validity"), units.get(token) or UNITS[token]
        if number and not has_reference(unit) and not least <= number * SECONDS[unit] <= most:
            said = f"a token is valid for {words}, and this is in {unit}; write token_validity_units as well"
            yield Finding(said, (f"{token}_validity",))


def _oauth(files: InFiles, values: Mapping[str, Any]) -> Iterator[Finding]:
    flows, scopes = (values.get(f"allowed_oauth_{each}") or () for each in ("flows", "scopes"))
    switch = "allowed_oauth_flows_user_pool_client"
    on = values.get(switch)
    if (flows or scopes) and not on and (files.new or switch in files.settings):
        yield Finding(
            f"AWS takes flows and scopes only with {switch}: true",
            ("allowed_oauth_flows" if flows else "allowed_oauth_scopes",),
        )
    for name in ("allowed_oauth_flows", "allowed_oauth_scopes"):
        if on and not values.get(name) and (files.new or name in files.settings):
            yield Finding(f"a client with {switch}: true needs {name}", (switch,))
    for number, scope in enumerate(scopes):
        if "/" not in scope and scope not in STANDARD and not has_reference(scope):
            said = f"AWS has no such scope; its own are {', '.join(sorted(STANDARD))}, one of a resource server is NAME/SCOPE"
            yield Finding(said, ("allowed_oauth_scopes", number))
    if "client_credentials" in flows:
        if len(flows) > 1:
            yield Finding("client_credentials takes no other flow beside it", ("allowed_oauth_flows",))
        if STANDARD & set(scopes):
            said = "client_credentials takes only scopes of resource servers"
            yield Finding(said, ("allowed_oauth_scopes",))
    urls = values.get("callback_urls")
    if {"code", "implicit"} & set(flows) and not urls and (files.new or "callback_urls" in files.settings):
        yield Finding(
            "the flows code and implicit need callback_urls",
            ("callback_urls" if "callback_urls" in files.settings else "allowed_oauth_flows",),
        )
    default = values.get("default_redirect_uri")
    known = urls or []
    decided = urls is not None or files.new or "callback_urls" in files.settings
    if default and decided and default not in known and not any(map(has_reference, (default, *known))):
        yield Finding("the default must be one of callback_urls", ("default_redirect_uri",))
