"""The rules of a security group: one row each in the files, grouped by protocol and ports in requests and replies."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from reconciler.contract import Calls, Change, Request, Sighting, Wired, row_changes

PORTS = ("IpProtocol", "FromPort", "ToPort")


class Peer(NamedTuple):
    """A type of peer: its member in a rule, the list in a permission, and its member there."""

    member: str
    listed: str
    there: str


PEERS = (
    Peer("CidrIpv4", "IpRanges", "CidrIp"),
    Peer("CidrIpv6", "Ipv6Ranges", "CidrIpv6"),
    Peer("PrefixListId", "PrefixListIds", "PrefixListId"),
    Peer("ReferencedGroupId", "UserIdGroupPairs", "GroupId"),
)
KEY = (*PORTS, *(peer.member for peer in PEERS))
"""The members that identify a rule: all except the description and the account of the peer."""


def rules_in(permissions: Iterable[Wired]) -> list[dict[str, Any]]:
    """The rules in permissions, with the member names of SecurityGroupRuleRequest (EC2 API Reference)."""
    return [
        {
            **{name: permission[name] for name in PORTS if permission.get(name) is not None},
            peer.member: each[peer.there],
            **{name: each[name] for name in ("UserId", "Description") if each.get(name)},
        }
        for permission in permissions
        for peer in PEERS
        for each in permission.get(peer.listed) or ()
    ]


def permissions_of(rules: Iterable[Wired], *, described: bool = True) -> list[dict[str, Any]]:
    """Rules in the form of requests, grouped by protocol and ports (IpPermission, EC2 API Reference)."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    kept = ("UserId", "Description") if described else ("UserId",)
    for rule in rules:
        ports = {name: rule[name] for name in PORTS if name in rule}
        permission = found.setdefault(tuple(ports.items()), ports)
        peer = next(peer for peer in PEERS if rule.get(peer.member))
        row = {peer.there: rule[peer.member], **{name: rule[name] for name in kept if name in rule}}
        permission.setdefault(peer.listed, []).append(row)
    return list(found.values())


def changes_of(word: str) -> Calls:
    """The calls that change the rules of one direction: new rules first, then descriptions, then deletes."""
    member = word.capitalize()

    def requests(change: Change) -> Iterator[Request]:
        rules = row_changes(change, member, _key)
        told = [rule for key, rule in rules.changed.items() if _told(rule) != _told(rules.found[key])]
        yield from _all_of(f"authorize_security_group_{word}", change.address, [*rules.new.values()])
        if told:
            named = {**change.address, "IpPermissions": permissions_of(told)}
            yield Request(f"update_security_group_rule_descriptions_{word}", named)
        yield from revoked(word, change.address, [*rules.gone.values()])

    verbs = ("authorize_security_group", "update_security_group_rule_descriptions", "revoke_security_group")
    return Calls(requests, (word,), tuple(f"{verb}_{word}" for verb in verbs))


def revoked(word: str, address: Mapping[str, str], rules: Sequence[Wired]) -> Iterator[Request]:
    """The request that revokes rules."""
    yield from _all_of(f"revoke_security_group_{word}", address, rules, described=False)


def without_peer(referring: Sighting, peer: Sighting) -> Iterator[Request]:
    """The requests that remove a group's references to another one."""
    for member, word in (("Ingress", "ingress"), ("Egress", "egress")):
        rules = referring.settings.get(member) or ()
        named = [rule for rule in rules if rule.get("ReferencedGroupId") == peer.id]
        yield from revoked(word, referring.address, named)


def _all_of(
    operation: str, address: Mapping[str, str], rules: Sequence[Wired], *, described: bool = True
) -> Iterator[Request]:
    """One request for all of these rules. If AWS refuses it because one rule is already done, one request for each rule."""

    def of(some: Sequence[Wired]) -> Request:
        return Request(operation, {**address, "IpPermissions": permissions_of(some, described=described)})

    if rules:
        apart = tuple(of([rule]) for rule in rules) if len(rules) > 1 else ()
        whole = of(rules)
        yield Request(whole.operation, whole.parameters, apart=apart)


def _key(rule: Wired) -> tuple[Any, ...]:
    return tuple(rule.get(member) for member in KEY)


def _told(rule: Wired) -> str:
    return str(rule.get("Description") or "")
