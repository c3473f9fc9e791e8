"""AWS's managed views: every flow may show them, and they cannot be changed."""

import json
from collections.abc import Mapping, Sequence

from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.resource_types import VIEW
from reconciler.sandbox.connect.core.stored_records import Record
from reconciler.sandbox.connect.flows.flow_contents import Contents

ACTIONS: Mapping[str, Sequence[str]] = {
    "Cards": ("CardSelected", "NoMatchFound", "Back"),
    "Confirmation": ("Next", "Close"),
    "Detail": ("ActionSelected", "Back"),
    "Form": ("Submit", "Cancel", "Back", "Step"),
    "List": ("ActionSelected", "Back"),
}


def add_managed_views(instance: Instance) -> None:
    """Add AWS's views to an instance, so that their names do not block other views."""
    region = instance.plane.region_name
    for name, actions in ACTIONS.items():
        content = {
            "Template": json.dumps({"Head": {"Title": name}, "Body": []}),
            "Actions": list(actions),
        }
        record = Record(
            kind=VIEW,
            id=name.lower(),
            arn=f"arn:aws:connect:{region}:aws:view/{name.lower()}",
            name=name,
            region=region,
            settings={
                "Type": "AWS_MANAGED",
                "Contents": Contents(published=content),
                "ContentModified": instance.created,
            },
            tags={},
            created=instance.created,
            modified=instance.created,
            scope="AWS",
            aws_owned=True,
        )
        instance.adopt(record)
