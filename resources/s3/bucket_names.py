"""The rules for names of buckets, and the domain names that S3 derives from them."""

import re

from reconciler.contract import Api, Attribute, Sighting
from reconciler.forms import Form

KEPT_PREFIXES = ("xn--", "sthree-", "amzn-s3-demo-")
KEPT_SUFFIXES = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")
NAMES = (
    Form(r".{3,63}", "a bucket name of 3 to 63 characters"),
    Form(r"[a-z0-9.-]*", "a bucket name of a-z, 0-9, . and - alone"),
    Form(r"[a-z0-9].*[a-z0-9]", "a bucket name that begins and ends with a letter or a digit"),
    Form(r"(?!.*\.\.).*", "a bucket name without two dots in a row"),
    Form(r"(?!\d+\.\d+\.\d+\.\d+$).*", "a bucket name that is not an IP address"),
    Form(
        f"(?!{'|'.join(KEPT_PREFIXES)}).*",
        f"a bucket name that begins with none of {', '.join(KEPT_PREFIXES)}, which S3 reserves",
    ),
    Form(
        f"(?!.*({'|'.join(map(re.escape, KEPT_SUFFIXES))})$).*",
        f"a bucket name that ends with none of {', '.join(KEPT_SUFFIXES)}, which S3 reserves",
    ),
)
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"""


def _domain(pattern: str, summary: str) -> Attribute:
    """An attribute with a DNS name of a bucket: https://docs.aws.amazon.com/general/latest/gr/s3.html."""

    def value(api: Api, sighting: Sighting) -> str:
        of = "amazonaws.com.cn" if api.partition == "aws-cn" else "amazonaws.com"
        return f"{pattern.format(bucket=sighting.name, region=api.region)}.{of}"

    return Attribute(summary, value)


ATTRIBUTES = {
    "domain_name": _domain("{bucket}.s3", "its domain name without a Region"),
    "regional_domain_name": _domain("{bucket}.s3.{region}", "its domain name in its Region"),
    "dual_stack_domain_name": _domain("{bucket}.s3.dualstack.{region}", "its domain name for IPv4 and IPv6"),
}
