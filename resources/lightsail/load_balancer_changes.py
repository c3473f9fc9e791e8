"""The requests that change a load balancer, its instances and its certificates."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from reconciler.contract import Calls, Change, Request, Wired, one_request_per_member
from reconciler.model import Settings
from reconciler.resources.lightsail.certificate_reading import ISSUED
from reconciler.resources.lightsail.load_balancer_reading import (
    ATTACHED,
    INSTANCES,
    OPTIONS,
    REDIRECTS,
    ROWS,
    certificate,
    kept_for_now,
    waits,
)

UPDATE_ATTRIBUTE, SET_IP_ADDRESS_TYPE = "update_load_balancer_attribute", "set_ip_address_type"
ATTACH_INSTANCES, DETACH_INSTANCES = (
    "attach_instances_to_load_balancer",
    "detach_instances_from_load_balancer",
)
CREATE_CERTIFICATE, ATTACH_CERTIFICATE, DELETE_CERTIFICATE = (
    "create_load_balancer_tls_certificate",
    "attach_load_balancer_tls_certificate",
    "delete_load_balancer_tls_certificate",
)
NAME, DOMAIN, OTHERS = "certificateName", "certificateDomainName", "certificateAlternativeNames"
MEMBERS = (NAME, DOMAIN, OTHERS)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _attribute(name: str) -> Callable[[Any], Wired]:
    return lambda value: {"attributeName": name, "attributeValue": _text(value)}


REQUESTS: Mapping[str, Callable[[Any], Wired]] = {
    "healthCheckPath": _attribute("HealthCheckPath"),
    "tlsPolicyName": _attribute("TlsPolicyName"),
    **{member: _attribute(key) for member, key in OPTIONS.items()},
}


def change_addresses(change: Change) -> Iterator[Request]:
    """Change the type of addresses."""
    place = {"resourceType": "LoadBalancer", "resourceName": change.address["loadBalancerName"]}
    yield Request(SET_IP_ADDRESS_TYPE, {**place, "ipAddressType": change.desired["ipAddressType"]})


def change_certificates(change: Change) -> Iterator[Request]:
    """Make room, request new certificates, use one that is issued, switch the redirection, and remove old certificates.

    The certificate in use stays until another one is in use, so that HTTPS never ends in between.
    """
    live = {row[NAME]: row for row in change.observed.get(ROWS) or ()}
    wanted = {row[NAME]: row for row in change.desired.get(ROWS) or ()}
    in_use, chosen = change.reported.get(ATTACHED), change.desired.get(ATTACHED)
    kept = kept_for_now(chosen, change.reported)
    new = [name for name, row in wanted.items() if name not in live or _domains(row) != _domains(live[name])]
    gone = [name for name in live if (name not in wanted or name in new) and name != kept]
    for name in (each for each in gone if each != in_use):
        yield Request(DELETE_CERTIFICATE, {**change.address, NAME: name})
    for name in new:
        yield Request(CREATE_CERTIFICATE, {**change.address, **_sent(wanted[name])})
    issued = certificate(change.reported, chosen).get("status") == ISSUED and chosen not in gone
    if chosen != in_use and issued:
        yield Request(ATTACH_CERTIFICATE, {**change.address, NAME: chosen})
        in_use, before = chosen, in_use
    else:
        before = in_use
    redirects = bool(change.desired.get(REDIRECTS))
    if redirects != bool(change.observed.get(REDIRECTS)) and (in_use or not redirects):
        yield Request(
            UPDATE_ATTRIBUTE, {**change.address, **_attribute("HttpsRedirectionEnabled")(redirects)}
        )
    if before in gone:
        force = {"force": True} if before == in_use else {}
        yield Request(DELETE_CERTIFICATE, {**change.address, NAME: before, **force})


def _domains(row: Wired) -> tuple[Any, frozenset[str]]:
    return row[DOMAIN], frozenset(row.get(OTHERS) or ())


def _sent(row: Wired) -> Wired:
    """The members of a request for a certificate."""
    return {name: row[name] for name in MEMBERS if row.get(name)}


def with_first_certificate(parameters: dict[str, Any]) -> dict[str, Any]:
    """The parameters of the create: one certificate has members of its own, that for use before others; the others come later."""
    rows, chosen = parameters.pop(ROWS, None) or (), parameters.pop(ATTACHED, None)
    first = sorted(rows, key=lambda row: bool(row[NAME] != chosen))[:1]
    return {**parameters, **(_sent(first[0]) if first else {})}


def change_instances(change: Change) -> Iterator[Request]:
    """Put further instances behind it, then take others away."""
    before, after = (side.get(INSTANCES) or [] for side in (change.observed, change.desired))
    new, gone = (
        [each for each in one if each not in other] for one, other in ((after, before), (before, after))
    )
    for operation, names in ((ATTACH_INSTANCES, new), (DETACH_INSTANCES, gone)):
        if names:
            yield Request(operation, {**change.address, "instanceNames": names})


def compared_certificates(rows: list[Wired] | None, written: Settings, reported: Wired) -> list[Wired]:
    """The live certificates without the one that stays only until another one is in use."""
    names = {row["certificate_name"] for row in written["tls_certificates"] or ()}
    kept = kept_for_now(written.get("attached_certificate"), reported)
    return [row for row in rows or () if row["certificate_name"] in names or row["certificate_name"] != kept]


def compared_attachment(live: str | None, written: Settings, reported: Wired) -> str | None:
    """The certificate in use; one that AWS has not issued counts as if it were."""
    wanted: str | None = written["attached_certificate"]
    return wanted if waits(wanted, reported) else live


def compared_redirection(live: bool | None, written: Settings, reported: Wired) -> bool | None:
    """Whether HTTP is redirected; what waits for a certificate counts as if it were."""
    waiting = waits(written.get("attached_certificate"), reported) and not reported.get(ATTACHED)
    return written["https_redirection_enabled"] if waiting else live


def impossible(field: str, written: Settings, reported: Wired) -> str:
    """Why AWS does not change a certificate that is in use."""
    in_use = reported.get(ATTACHED)
    row = next(
        (each for each in written.get("tls_certificates") or () if each["certificate_name"] == in_use), None
    )
    if not field.startswith("tls_certificates") or not row or "${" in repr(row):
        return ""
    live = certificate(reported, in_use)
    others = row.get("certificate_alternative_names")
    same = row["certificate_domain_name"] == live[DOMAIN] and (others is None or {*others} == {*live[OTHERS]})
    return (
        ""
        if same
        else f"AWS never changes the domains of a certificate, and {in_use} is in use: write another one beside it under another name, "
        "and its name as attached_certificate"
    )


GROUPS = (
    Calls(change_addresses, ("ip_address_type",), (SET_IP_ADDRESS_TYPE,)),
    Calls(
        one_request_per_member(UPDATE_ATTRIBUTE, REQUESTS),
        (
            "health_check_path",
            "tls_policy_name",
            "session_stickiness_enabled",
            "session_stickiness_lb_cookie_duration_seconds",
        ),
        (UPDATE_ATTRIBUTE,),
    ),
    Calls(
        change_certificates,
        ("tls_certificates", "attached_certificate", "https_redirection_enabled"),
        (DELETE_CERTIFICATE, CREATE_CERTIFICATE, ATTACH_CERTIFICATE, UPDATE_ATTRIBUTE),
        whole=True,
    ),
    Calls(change_instances, ("attached_instances",), (ATTACH_INSTANCES, DETACH_INSTANCES)),
)
COMPARED: Mapping[str, Callable[..., Any]] = {
    "tls_certificates": compared_certificates,
    "attached_certificate": compared_attachment,
    "https_redirection_enabled": compared_redirection,
}
