"""Plans of faults that several tests make."""

from reconciler.sandbox.fault_injection.faults import Attempt, FaultKind, Plan


def always(kind: FaultKind) -> Plan:
    """A plan by which every call fails alike."""

    def plan(_attempt: Attempt) -> FaultKind:
        return kind

    return plan
