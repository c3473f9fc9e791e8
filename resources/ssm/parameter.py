"""ssm.parameter: a parameter of Parameter Store."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.contract import Adapter, Create, Delete, InFiles, Named, Reads, Wired
from reconciler.model import Finding, Settings
from reconciler.permissions import GrantedFor
from reconciler.resources.ssm import costs, parameter_changes, parameter_problems
from reconciler.resources.ssm.parameter_changes import GROUP, TAGGING, VALUE, compared_tier
from reconciler.resources.ssm.parameter_cloudformation import CLOUDFORMATION
from reconciler.resources.ssm.parameter_grants import for_key
from reconciler.resources.ssm.parameter_model import FIELDS, NAMES, Parameter
from reconciler.resources.ssm.service import SSM

PAGE = 50


class ParameterAdapter(Adapter[Parameter]):
    """PutParameter."""

    kind = "ssm.parameter"
    cloudformation = CLOUDFORMATION
    appearance = Appearance(sort="storage", column=3)
    granted_for: ClassVar[Mapping[str, GrantedFor]] = {"key_id": for_key}
    service = SSM
    model = Parameter
    costs = costs.PARAMETER
    summary = "a parameter of Parameter Store: text, a list, or a secret that is kept elsewhere"
    console = "https://{region}.console.aws.amazon.com/systems-manager/parameters/{name}/description?region={region}"
    identity = Named(
        name="Name",
        arns=("arn:{partition}:ssm:{region}:{account}:parameter/{name}",),
        in_arn=lambda name: name.removeprefix("/"),
        forms=NAMES,
    )
    create = Create(
        "put_parameter",
        FIELDS,
        needed=frozenset({"type"}),
        write_only=frozenset({"secure_value"}),
    )
    updates = (GROUP,)
    delete = Delete("delete_parameter")
    defaults: ClassVar[Settings] = {"tier": "Standard", "data_type": "text", "key_id": "alias/aws/ssm"}
    reads = Reads(
        list="describe_parameters",
        list_with={"MaxResults": PAGE},
        named=lambda name: {"ParameterFilters": [{"Key": "Name", "Option": "Equals", "Values": [name]}]},
        alone={"value": VALUE},
        listed=frozenset(FIELDS) - {"value", "secure_value"},
        page=PAGE,
    )
    compared: ClassVar[Mapping[str, Callable[..., Any]]] = {"tier": compared_tier}
    tagging = TAGGING
    tagging_api_type = "ssm:parameter"
    impossible = staticmethod(parameter_changes.impossible)

    def shown(self, row: Any) -> Wired:
        # Each policy is the text of a JSON object; a request has the list of all as one text.
        policies = [json.loads(each["PolicyText"]) for each in row.get("Policies") or ()]
        shown: Wired = row | {"Policies": json.dumps(policies) if policies else None}
        return shown

    def problems(self, files: InFiles) -> Iterable[Finding]:
        return parameter_problems.problems(files)
