"""The settings of a certificate of Lightsail, and mistakes in them.

Source: CreateCertificate (Amazon Lightsail API Reference). Requests name the domain once, replies also among the alternative names.
"""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from reconciler.contract import InFiles
from reconciler.forms import Form
from reconciler.model import CamelResource, Cleared, Finding, Settings, Unordered
from reconciler.resources.lasting import LASTS

DOMAIN = Form(
    r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])",
    "a domain such as example.com or www.example.com, in small letters and without a wildcard",
)
MOST_ALTERNATIVES = 9
ALTERNATIVES = "subject_alternative_names"


class Certificate(CamelResource):
    """A certificate. AWS issues it once DNS has the records that `reconciler` names, and changes none of its settings."""

    domain_name: Annotated[Annotated[str, DOMAIN] | None, LASTS] = None
    """The domain. AWS never changes it."""
    subject_alternative_names: Annotated[
        list[Annotated[str, DOMAIN]] | None, Field(max_length=MOST_ALTERNATIVES), Unordered(), Cleared([])
    ] = None
    """Further domains, without `domain_name` itself. AWS never changes them."""


DEFAULTS: Settings = {ALTERNATIVES: []}
"""What AWS gives a new certificate."""


def problems(files: InFiles) -> Iterator[Finding]:
    """A mistake if a domain is written twice."""
    seen = {files.settings.get("domain_name")}
    for number, name in enumerate(files.settings.get(ALTERNATIVES) or ()):
        if name in seen:
            yield Finding(f"{name} is in the certificate already; leave it out here", (ALTERNATIVES, number))
        seen.add(name)
