"""lightsail.certificate: an SSL/TLS certificate of a distribution or a container service."""

from collections.abc import Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    FREE,
    Address,
    Api,
    Attribute,
    Check,
    Create,
    Delete,
    Reads,
    Sighting,
    own_fields,
    state_check,
)
from reconciler.model import Settings
from reconciler.resources.lightsail import unused
from reconciler.resources.lightsail.certificate_model import DEFAULTS, Certificate, problems
from reconciler.resources.lightsail.certificate_reading import (
    DETAIL,
    DETAILS,
    GET,
    ISSUED,
    ROWS,
    remarks,
    shown,
)
from reconciler.resources.lightsail.common import identity
from reconciler.resources.lightsail.listed import ListedAdapter, tagging_of_rows

FIELDS = own_fields(Certificate)


class CertificateAdapter(ListedAdapter[Certificate]):
    """CreateCertificate, DeleteCertificate."""

    kind = "lightsail.certificate"
    cloudformation = CloudFormation(type="AWS::Lightsail::Certificate", called={"CertificateName": "name"})
    appearance = Appearance(sort="network", column=3)
    attributes: ClassVar[Mapping[str, Attribute]] = {
        "record_name": Attribute("the name of the DNS record for its domain", "recordName"),
        "record_value": Attribute("the value of this record, whose type is CNAME", "recordValue"),
        "records": Attribute("the DNS records for all its domains, as lines of a zone file", "records"),
    }
    model = Certificate
    costs = FREE
    unused = unused.CERTIFICATE
    summary = "an SSL/TLS certificate of a distribution or a container service of Lightsail"
    defaults: ClassVar[Settings] = DEFAULTS
    identity = identity("Certificate", "certificateName")
    create = Create("create_certificate", FIELDS, needed=frozenset({"domain_name"}), fixed=frozenset(FIELDS))
    delete = Delete("delete_certificate")
    reads = Reads(
        list=GET,
        list_with=DETAILS,
        rows_in=ROWS,
        get=GET,
        shown_in=ROWS,
        listed=frozenset(FIELDS),
        gets_one=True,
    )
    tagging = tagging_of_rows(GET, ROWS)
    checks: ClassVar[Mapping[str, Check]] = {"issued": state_check("status", (ISSUED,), GET)}
    problems = staticmethod(problems)
    remarks = staticmethod(remarks)
    shown = staticmethod(shown)

    def seen(self, api: Api, scope: Address, row: Any) -> Sighting:
        return super().seen(api, scope, row.get(DETAIL, row))

    def _got(self, api: Api, address: Address) -> Any:
        return super()._got(api, address)[DETAIL]
