"""Fault plans for several tests."""

from reconciler.sandbox.fault_injection.faults import Attempt, FaultKind, Plan


def always(kind: FaultKind) -> Plan:
    """A plan with the same fault for every call."""

    def plan(_attempt: Attempt) -> FaultKind:
        return kind

    return plan
