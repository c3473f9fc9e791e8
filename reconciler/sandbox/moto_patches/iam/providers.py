"""IAM's OIDC providers: what moto lacks.

Sources: CreateOpenIDConnectProvider and the operations beside it (IAM API Reference);
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

import re
from collections.abc import Iterable
from hashlib import sha1
from typing import Any
from urllib.parse import urlsplit

from moto.iam.exceptions import EntityAlreadyExists
from moto.iam.models import IAMBackend, OpenIDConnectProvider

from reconciler.sandbox.sandbox_error import SandboxError

Tags = list[dict[str, str]]

MOST_PROVIDERS, MOST_CLIENTS, MOST_THUMBPRINTS, MOST_TAGS = 100, 100, 5, 50
THUMBPRINT = re.compile(r"[0-9A-Fa-f]{40}")


class Providers(IAMBackend):
    """moto's OIDC providers with AWS's checks, and with client ids that change."""

    def create_open_id_connect_provider(
        self, url: str, thumbprint_list: list[str], client_id_list: list[str], tags: Tags
    ) -> OpenIDConnectProvider:
        """CreateOpenIDConnectProvider; without thumbprints, IAM gets the one of the provider's certificate."""
        _check_url(url)
        _check_thumbprints(thumbprint_list)
        provider = url.removeprefix("https://")
        if any(each.url == provider for each in self.open_id_providers.values()):
            raise EntityAlreadyExists(f"Provider with url {url} already exists.")
        if len(self.open_id_providers) >= MOST_PROVIDERS:
            raise too_many("OpenIdConnectProvidersPerAccount", MOST_PROVIDERS)
        refuse_many_tags(tag["Key"].lower() for tag in tags)
        found = thumbprint_list or [sha1(provider.encode(), usedforsecurity=False).hexdigest()]
        clients = list(dict.fromkeys(client_id_list))
        return super().create_open_id_connect_provider(url, found, clients, tags)

    def update_open_id_connect_provider_thumbprint(self, arn: str, thumbprint_list: list[str]) -> None:
        """UpdateOpenIDConnectProviderThumbprint: replaces the whole list."""
        if not thumbprint_list:
            raise SandboxError("InvalidInput", "Thumbprint list must contain at least one entry.")
        _check_thumbprints(thumbprint_list)
        super().update_open_id_connect_provider_thumbprint(arn, thumbprint_list)

    def tag_open_id_connect_provider(self, arn: str, tags: Tags) -> None:
        """TagOpenIDConnectProvider."""
        kept = self.get_open_id_connect_provider(arn).tags.keys()
        refuse_many_tags(kept | {tag["Key"].lower() for tag in tags})
        super().tag_open_id_connect_provider(arn, tags)

    def add_client(self, OpenIDConnectProviderArn: str, ClientID: str) -> None:
        """AddClientIDToOpenIDConnectProvider; nothing changes if the provider has the id."""
        clients = self.get_open_id_connect_provider(OpenIDConnectProviderArn).client_id_list
        if ClientID in clients:
            return
        if len(clients) >= MOST_CLIENTS:
            raise too_many("ClientIdsPerOpenIdConnectProvider", MOST_CLIENTS)
        clients.append(ClientID)

    def remove_client(self, OpenIDConnectProviderArn: str, ClientID: str) -> None:
        """RemoveClientIDFromOpenIDConnectProvider; nothing changes if the provider does not have the id."""
        provider = self.get_open_id_connect_provider(OpenIDConnectProviderArn)
        provider.client_id_list = [each for each in provider.client_id_list if each != ClientID]


def too_many(what: str, most: int) -> SandboxError:
    """Return IAM's error for an exceeded quota."""
    return SandboxError("LimitExceeded", f"Cannot exceed quota for {what}: {most}")


def refuse_many_tags(keys: Iterable[str]) -> None:
    """Refuse more tags than a resource of IAM can have."""
    if len(set(keys)) > MOST_TAGS:
        raise SandboxError("LimitExceeded", "The number of tags has reached the maximum limit.")


def _check_url(url: str) -> None:
    parts: Any = urlsplit(url)
    if parts.scheme != "https" or not parts.netloc or ":" in parts.netloc or parts.query or parts.fragment:
        raise SandboxError("ValidationError", "Invalid Open ID Connect Provider URL")


def _check_thumbprints(thumbprints: list[str]) -> None:
    if len(thumbprints) > MOST_THUMBPRINTS:
        raise SandboxError("InvalidInput", "Thumbprint list must contain fewer than 5 entries.")
    if not all(map(THUMBPRINT.fullmatch, thumbprints)):
        raise SandboxError("InvalidInput", "A thumbprint must be 40 hexadecimal digits.")
