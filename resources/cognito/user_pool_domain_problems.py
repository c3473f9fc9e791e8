"""Finds mistakes in a domain of a user pool that Cognito would refuse.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain.html
"""

from collections.abc import Iterator

from reconciler.contract import InFiles
from reconciler.model import Finding

RESERVED = ("aws", "amazon", "cognito")


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes in one domain: a prefix has no dots and no certificate, a custom domain has both."""
    custom = files.values.get("custom_domain_config")
    reserved = next((each for each in RESERVED if each in files.name), None)
    if custom is None and reserved:
        yield Finding(f"AWS takes no prefix with {reserved}; choose another name")
    if "." not in files.name and custom is not None:
        said = "a custom domain has dots, such as id.example.com; leave this out for a prefix"
        yield Finding(said, ("custom_domain_config",))
    if "." in files.name and custom is None:
        said = "a domain with dots is custom, and needs custom_domain_config with its certificate"
        yield Finding(said)
    arn = (custom or {}).get("certificate_arn", "")
    if arn.startswith("arn:") and arn.split(":")[2:4] != ["acm", "us-east-1"]:
        said = "it must be a certificate of ACM in us-east-1, whatever the Region of the pool"
        yield Finding(said, ("custom_domain_config", "certificate_arn"))
