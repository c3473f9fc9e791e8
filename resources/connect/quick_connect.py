"""connect.quick_connect: a destination that agents transfer to or call with one click."""

from collections.abc import Iterable, Mapping
from typing import Any

from reconciler.appearance import Appearance, Names
from reconciler.cloudformation import CloudFormation
from reconciler.contract import Assigned, Create, Delete, Sends
from reconciler.resources.connect import terraform
from reconciler.resources.connect.common import IN_INSTANCE, KEPT, NAMES, ConnectAdapter, ConnectReads
from reconciler.resources.connect.quick_connect_model import QuickConnect


def _shown(settings: Mapping[str, Any], names: Names) -> Iterable[str]:
    phone = (settings.get("quick_connect_config") or {}).get("phone_config") or {}
    yield f"to {(names.get('quick_connect_config') or (phone.get('phone_number', '?'),))[0]}"


class QuickConnectAdapter(ConnectAdapter[QuickConnect]):
    """CreateQuickConnect, UpdateQuickConnectName, UpdateQuickConnectConfig."""

    kind = "connect.quick_connect"
    cloudformation = CloudFormation(type="AWS::Connect::QuickConnect")
    appearance = Appearance(
        sort="number",
        column=3,
        details=_shown,
        not_drawn={
            "quick_connect_config": frozenset({"connect.contact_flow", "connect.queue", "connect.user"})
        },
    )
    terraform = terraform.QUICK_CONNECT
    model = QuickConnect
    summary = "a destination that agents transfer to with one click"
    identity = Assigned(address="QuickConnectId", arn_in="QuickConnectARN", arns=(IN_INSTANCE,), forms=NAMES)
    create = Create(
        "create_quick_connect",
        ("description", "quick_connect_config"),
        needed=frozenset({"quick_connect_config"}),
    )
    updates = (
        Sends("update_quick_connect_name", ("name", "description")),
        Sends("update_quick_connect_config", ("quick_connect_config",)),
    )
    delete = Delete("delete_quick_connect", keeps_defaults=KEPT)
    reads = ConnectReads(
        list="search_quick_connects",
        list_versions="list_quick_connects",
        get="describe_quick_connect",
        shown_in="QuickConnect",
        listed=frozenset({"description", "quick_connect_config"}),
    )
