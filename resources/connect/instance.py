"""connect.instance: a contact centre, with its attributes, storage and integrations."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.contract import (
    Adapter,
    Address,
    Api,
    Assigned,
    Attribute,
    Create,
    Delete,
    Reads,
    Sends,
    Sighting,
)
from reconciler.model import Means, Settings
from reconciler.resources.connect import checks, costs, instance_functions, terraform
from reconciler.resources.connect.common import IN_INSTANCE, TAGGING
from reconciler.resources.connect.helpers import of_instance
from reconciler.resources.connect.instance_changes import (
    ATTRIBUTES,
    SECURITY_KEYS,
    STORAGE,
    as_asked,
    associated,
)
from reconciler.resources.connect.instance_cloudformation import CLOUDFORMATION
from reconciler.resources.connect.instance_contents import UNMANAGED
from reconciler.resources.connect.instance_grants import GRANTED_FOR
from reconciler.resources.connect.instance_model import ALIASES, Instance
from reconciler.resources.connect.instance_problems import problems
from reconciler.resources.connect.instance_reading import ALONE, FAILED, USED_TYPES, at_work
from reconciler.resources.connect.service import CONNECT, LAMBDA


class InstanceAdapter(Adapter[Instance]):
    """CreateInstance, UpdateInstanceAttribute and the associations of an instance."""

    kind = "connect.instance"
    cloudformation = CLOUDFORMATION
    appearance = Appearance(column=1, frame=True, helpers=of_instance)
    attributes: ClassVar[Mapping[str, Attribute]] = {
        "service_role": Attribute(
            "the ARN of its service-linked role", "ServiceRole", means=Means("iam.role")
        ),
        "access_url": Attribute("the address at which its users log in", "InstanceAccessUrl"),
    }
    service = CONNECT
    beside = (LAMBDA,)
    granted_for = GRANTED_FOR
    terraform = terraform.INSTANCE
    model = Instance
    costs = costs.INSTANCE
    # Source: "aws_connect_instance" (documentation of Terraform's AWS provider).
    defaults: ClassVar[Settings] = {"attributes": {"auto_resolve_best_voices": True, "early_media": True}}
    summary = "a contact centre, with its attributes, storage and integrations"
    console = (
        "https://{region}.console.aws.amazon.com/connect/v2/app/settings/overview?region={region}&id={arn}"
    )
    identity = Assigned(
        name="InstanceAlias",
        address="InstanceId",
        id_in="Id",
        arn_in="Arn",
        arns=(IN_INSTANCE,),
        forms=ALIASES,
    )
    tagging = TAGGING
    compared = {"lambda_functions": instance_functions.as_permitted, "storage_configs": as_asked}
    remarks = staticmethod(instance_functions.remarks)
    # Without a client token: an alias is unique, so AWS refuses a second instance. A token that AWS still
    # remembers would return an instance that somebody has deleted meanwhile.
    create = Create(
        "create_instance",
        ("identity_management_type", "directory_id", "inbound_calls_enabled", "outbound_calls_enabled"),
        needed=frozenset({"identity_management_type", "inbound_calls_enabled", "outbound_calls_enabled"}),
        fixed=frozenset({"identity_management_type"}),
        write_only=frozenset({"directory_id"}),
    )
    updates = (
        ATTRIBUTES,
        associated("approved_origins", "approved_origin", "Origin"),
        instance_functions.ASSOCIATIONS,
        associated("lex_bots", "bot", "LexBot"),
        associated("lex_v2_bots", "bot", "LexV2Bot", lambda alias, _: {"AliasArn": alias}),
        SECURITY_KEYS,
        STORAGE,
        Sends("update_user_hierarchy_structure", ("hierarchy_structure",)),
    )
    delete = Delete(
        "delete_instance",
        protected=True,
        before=instance_functions.permissions_of,
        calls=instance_functions.BEFORE_DELETE,
    )
    reads = Reads(
        list="list_instances",
        get="describe_instance",
        shown_in="Instance",
        alone=ALONE,
        hints=frozenset({USED_TYPES}),
        listed=frozenset({"identity_management_type", "inbound_calls_enabled", "outbound_calls_enabled"}),
    )
    unmanaged = UNMANAGED
    checks = checks.INSTANCE
    problems = staticmethod(problems)

    def list(self, api: Api, scope: Address) -> Iterable[Sighting]:
        # A failed instance stays listed for a day; its alias is free.
        return (seen for seen in super().list(api, scope) if seen.settings.get("InstanceStatus") != FAILED)

    def seen(self, api: Api, scope: Address, row: Any) -> Sighting:
        return super().seen(api, scope, row | {"InstanceAlias": row.get("InstanceAlias") or row["Id"]})

    def waiting_for(self, api: Api, sighting: Sighting) -> str | None:
        return at_work(self.describe(api, sighting))
