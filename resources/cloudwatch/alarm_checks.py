"""What `reconciler smoke` checks of an alarm.

Source: DescribeAlarms (Amazon CloudWatch API Reference).
"""

from collections.abc import Mapping

from reconciler.contract import Check, Wired, state_check


def _reason(alarm: Wired) -> str:
    return str(alarm.get("StateReason", ""))


CHECKS: Mapping[str, Check] = {
    "state": state_check("StateValue", ("OK", "INSUFFICIENT_DATA"), "describe_alarms", why=_reason)
}
