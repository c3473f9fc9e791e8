"""Values of the fields of load balancers of Lightsail: certificates that there are, and domains of one that is not in use."""

from collections.abc import Mapping
from dataclasses import replace

from reconciler.kinds import known_kinds
from tests.contract.samples.lightsail_load_balancer import SITE, SPARE
from tests.faults.field_places import FieldValues, KindValues
from tests.faults.generated_fields import kind_values_of

FOUND = kind_values_of(known_kinds()["lightsail.load_balancer"])
BARE = {"instance_port": 80, "tls_certificates": [SITE, SPARE]}
BY_PATH = {
    **FOUND.by_path,
    "tls_certificates[].certificate_alternative_names": FieldValues(
        ["www.staff.example.com"], ["help.staff.example.com"], edges=()
    ),
    "attached_certificate": FieldValues("site", "spare", edges=(), base=BARE),
    "https_redirection_enabled": FieldValues(True, False, base={**BARE, "attached_certificate": "site"}),
}
VALUES_BY_KIND: Mapping[str, KindValues] = {"lightsail.load_balancer": replace(FOUND, by_path=BY_PATH)}
