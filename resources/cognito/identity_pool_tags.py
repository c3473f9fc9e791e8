"""The principal tags of an identity pool: a map of claims for each provider, read and written by calls of its own.

Source: SetPrincipalTagAttributeMap (Amazon Cognito Federated Identities API Reference)
"""

from collections.abc import Iterable, Iterator
from typing import Any

from reconciler.contract import Api, Calls, Change, FieldRead, Request, Sighting, Wired

FIELD, MAPS, TAGS = "principal_tags", "PrincipalTagMaps", "PrincipalTags"
"""`MAPS` is our name: no operation shows the tags of all providers."""
SET, GET, DESCRIBE = (
    "set_principal_tag_attribute_map",
    "get_principal_tag_attribute_map",
    "describe_identity_pool",
)
NOTHING: Wired = {"UseDefaults": False, TAGS: {}}
"""What AWS shows of a provider without tags, and what removes them."""


def _read(api: Api, sighting: Sighting) -> Wired:
    """The tags of each provider that the pool has."""
    found = {}
    for provider in _providers(api.call(DESCRIBE, **sighting.address)):
        reply = api.call(GET, **sighting.address, IdentityProviderName=provider)
        shown = {name: reply.get(name, nothing) for name, nothing in NOTHING.items()}
        if shown != NOTHING:
            found[provider] = shown
    return {MAPS: found}


def _providers(pool: Wired) -> Iterator[str]:
    """The names of the providers of a pool, each once."""
    rows = (each["ProviderName"] for each in pool.get("CognitoIdentityProviders") or ())
    others = (pool.get(name) or () for name in ("OpenIdConnectProviderARNs", "SamlProviderARNs"))
    names: list[Any] = [*rows, *(pool.get("SupportedLoginProviders") or ())]
    names += [each for group in others for each in group]
    yield from dict.fromkeys(each for each in (*names, pool.get("DeveloperProviderName")) if each)


def _write(change: Change) -> Iterable[Request]:
    """Send the tags of each provider that changes."""
    before, after = (values.get(MAPS) or {} for values in (change.observed, change.desired))
    for provider in sorted({*before, *after}):
        wanted = {**NOTHING, **(after.get(provider) or {})}
        if wanted != {**NOTHING, **(before.get(provider) or {})}:
            yield Request(SET, {**change.address, "IdentityProviderName": provider, **wanted})


READ = FieldRead(_read, (DESCRIBE, GET))
UPDATE = Calls(_write, (FIELD,), (SET,))
