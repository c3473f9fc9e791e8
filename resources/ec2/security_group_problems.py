"""Finds mistakes in the rules of a security group that AWS would refuse."""

from collections.abc import Iterator

from reconciler.contract import InFiles
from reconciler.interpolation import has_reference
from reconciler.model import Finding, Settings
from reconciler.resources.ec2.security_group_model import PEERS


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes of each rule."""
    for name in ("ingress", "egress"):
        for number, rule in enumerate(files.settings.get(name) or ()):
            yield from (Finding(said, (name, number)) for said in _wrong(rule))


def _wrong(rule: Settings) -> Iterator[str]:
    """Combinations of valid members that AWS refuses or changes."""
    peers = [name for name in PEERS if rule.get(name) is not None]
    if len(peers) != 1:
        yield f"a rule needs exactly one peer; write one of {', '.join(PEERS)}"
    if rule.get("user_id") is not None and rule.get("referenced_group_id") is None:
        yield "user_id is the account of referenced_group_id; write that as well, or leave it out"
    protocol, (start, end) = rule.get("ip_protocol"), (rule.get("from_port"), rule.get("to_port"))
    if protocol in ("tcp", "udp"):
        if start is None or end is None:
            yield f"{protocol} needs from_port and to_port; write 0 and 65535 for all ports"
        elif not 0 <= start <= end:
            yield f"expected ports from 0 to 65535, and the first before the last, not {start} to {end}"
    elif protocol in ("icmp", "icmpv6"):
        if start is None or end is None:
            yield f"{protocol} needs its type in from_port and its code in to_port; write -1 for all"
        elif max(start, end) > 255:
            yield "expected a type and a code of ICMP, from 0 to 255, or -1 for all"
    elif not has_reference(protocol) and (start is not None or end is not None):
        yield f"protocol {protocol} has no ports; leave out from_port and to_port"
