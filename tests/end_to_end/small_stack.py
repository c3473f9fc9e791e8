"""A stack of three resources, for tests of what lives beside one."""

from pathlib import Path

FILES = {
    "stack.yaml": """\
# The small stack.
stack: small
tags: {Team: us}
environments:
  dev: {account: "123456789012", region: eu-west-2}
ignore:  # what others have
  - {resource: connect.queue/Known, reason: known}
""",
    "all.yaml": """\
connect.instance:
  small:
    identity_management_type: CONNECT_MANAGED
    inbound_calls_enabled: true
    outbound_calls_enabled: true
    attributes: {contact_lens: true}
connect.hours_of_operation:
  Day:
    time_zone: UTC
    config: [{day: MONDAY, start_time: "08:00", end_time: "17:00"}]
connect.queue:
  Main: {hours_of_operation: Day}  # ours
""",
}


def write_small_stack(directory: Path) -> Path:
    """Write its files into a new directory; returns that."""
    directory.mkdir()
    for path, text in FILES.items():
        (directory / path).write_text(text, "utf-8")
    return directory
