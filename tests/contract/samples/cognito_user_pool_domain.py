"""cognito.user_pool_domain."""

from reconciler.testing import Change, Drift, Sample
from tests.contract.samples.cognito_user_pool_client import POOL

UPDATE = ("UpdateUserPoolDomain",)
CERTIFICATE, OTHER = (
    f"arn:aws:acm:us-east-1:123456789012:certificate/{each * 8}-1234-1234-1234-123456789012" for each in "12"
)
FAILOVER = {"secondary_region": "eu-west-1", "primary_route53_health_check_id": "one"}
CUSTOM = "custom"

SAMPLE = Sample(
    name="rally",
    around=POOL,
    base={"managed_login_version": 2, "tags": {"Team": "rally"}},
    changes=(
        Change("managed_login_version", 1, UPDATE),
        Change("managed_login_version", None, UPDATE, "taken away"),
        Change("routing", {"failover": FAILOVER}, UPDATE),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource",)),
    ),
    drifts=(Drift("managed_login_version", "update_user_pool_domain", {"ManagedLoginVersion": 1}),),
    exempt={
        "custom_domain_config": "a domain is custom by its name, which has dots: `test_live_user_pool_parts`"
    },
    no_meaning={"routing.failover.primary_route53_health_check_id": "a health check of Route 53"},
)
