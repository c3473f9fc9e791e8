"""lightsail.contact_method: where the alarms of a Region are told, by e-mail or by text message."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import FREE, Address, Check, Create, Delete, InFiles, Reads, Wired, state_check
from reconciler.forms import EMAIL, Form
from reconciler.lightsail_offers.metrics import SMS_REGIONS
from reconciler.model import CamelResource, Finding, NoReferences, Settings
from reconciler.resources.lasting import LASTS
from reconciler.resources.lightsail.common import identity
from reconciler.resources.lightsail.listed import ListedAdapter, tagging_of_rows

GET, ROWS = "get_contact_methods", "contactMethods"
MAIL, TEXT = "Email", "SMS"
PHONE = Form(r"\+[1-9][0-9]{1,14}", "a telephone number in E.164 form such as +442071838750")
FORMS = {MAIL: EMAIL, TEXT: PHONE}
FIELDS = ("protocol", "contact_endpoint")
PENDING = "PendingVerification"


class ContactMethod(CamelResource):
    """An address. A Region has one for each protocol, whatever the files call it.

    Source: CreateContactMethod (Amazon Lightsail API Reference).
    """

    protocol: Annotated[Literal["Email", "SMS"] | None, LASTS, NoReferences()] = None
    """AWS never changes it."""
    contact_endpoint: Annotated[str | None, Field(min_length=1, max_length=256), LASTS] = None
    """An e-mail address, or a telephone number such as +442071838750. AWS never changes it."""


def of_protocol(address: Address) -> Wired:
    """The parameters with which the list shows one."""
    return {"protocols": [address["protocol"]]}


def problems(files: InFiles) -> Iterator[Finding]:
    """A mistake if the address is none for the protocol, or if the Region sends no text messages."""
    protocol, endpoint = (str(files.settings.get(name) or "") for name in FIELDS)
    form = FORMS.get(protocol)
    said = form.problem(endpoint) if form and endpoint and "${" not in endpoint else None
    if said:
        yield Finding(said, ("contact_endpoint",))
    if protocol == TEXT and files.region and files.region not in SMS_REGIONS:
        yield Finding(
            f"AWS sends no text messages from {files.region}; {', '.join(SMS_REGIONS)} do", ("protocol",)
        )


def remarks(written: Settings, reported: Wired) -> Iterator[str]:
    """What the owner of an address still has to do."""
    del written
    if reported.get("status") == PENDING:
        yield "AWS tells nobody before the owner follows the link in its e-mail"


class ContactMethodAdapter(ListedAdapter[ContactMethod]):
    """CreateContactMethod, DeleteContactMethod."""

    kind = "lightsail.contact_method"
    cloudformation = CloudFormation(type="AWS::Lightsail::ContactMethod", called={"Protocol": "protocol"})
    appearance = Appearance(column=3)
    model = ContactMethod
    costs = FREE
    summary = "the e-mail address or the telephone number that gets the alarms of a Region"
    identity = replace(identity("ContactMethod", "protocol"), forms=())
    create = Create("create_contact_method", FIELDS, needed=frozenset(FIELDS), fixed=frozenset(FIELDS))
    delete = Delete("delete_contact_method")
    reads = Reads(list=GET, rows_in=ROWS, get=GET, shown_in=ROWS, listed=frozenset(FIELDS), gets_one=True)
    tagging = tagging_of_rows(GET, ROWS, of_protocol)
    checks: ClassVar[Mapping[str, Check]] = {"verified": state_check("status", ("Valid",), GET)}
    problems = staticmethod(problems)
    remarks = staticmethod(remarks)

    def aws_name(self, name: str, settings: Settings) -> str:
        return str(settings.get("protocol") or name)

    def asked(self, address: Address) -> Wired:
        return of_protocol(address)
