"""Parameters of SSM with all settings, and DescribeParameters in pages of the requested size; moto always returns ten.

Known-lossy: policies are stored, but no parameter expires; the pattern of an older version is not applied to a new value.
"""

import inspect
import json
from functools import cache
from typing import Any

from moto.core.responses import ActionResult

from reconciler.sandbox.moto_patches.pages import cut_at
from reconciler.sandbox.parameter_rules import DATA_TYPES, check_name, check_value, policies_in, tier_of

DEFAULT_PAGE = 50


@cache
def mend_parameters() -> None:
    """Patch moto's SSM: once, and not before somebody asks, because it brings EC2 along."""
    from moto.ssm import models  # noqa: PLC0415
    from moto.ssm.responses import SimpleSystemManagerResponse  # noqa: PLC0415

    moto_put = models.SimpleSystemManagerBackend.put_parameter

    signature = inspect.signature(moto_put)

    def put(*args: Any, **kwargs: Any) -> Any:
        """PutParameter; an empty text removes the description or the pattern.

        Source: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
        """
        asked = signature.bind(*args, **kwargs).arguments
        check_name(asked["name"])
        versions = asked["self"]._parameters.get(asked["name"])  # noqa: SLF001  moto's own
        before = versions[-1] if versions else None
        value, type_ = asked["value"] or "", asked["parameter_type"] or (before and before.parameter_type)
        check_value(value, type_, asked["allowed_pattern"], asked["keyid"])
        if asked["policies"] is None:
            asked["policies"] = before and before.policies
        policies = policies_in(asked["policies"])
        asked["tier"] = tier_of(asked["tier"], before and before.tier, value, policies)
        made = moto_put(**asked)
        made.policies = asked["policies"] if policies else None
        made.keyid = made.keyid if type_ == "SecureString" else None
        return made

    # mypy takes no assignment to a method
    setattr(models.SimpleSystemManagerBackend, "put_parameter", put)  # noqa: B010
    setattr(models, "_valid_parameter_data_type", lambda data_type: data_type in DATA_TYPES)  # noqa: B010
    setattr(SimpleSystemManagerResponse, "describe_parameters", _described)  # noqa: B010


def _described(asked: Any) -> ActionResult:
    """Answer DescribeParameters.

    Source: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html
    """
    from moto.ssm.exceptions import SSMException  # noqa: PLC0415  it brings EC2 along, too

    member = asked._get_param  # noqa: SLF001  moto's way of reading a request
    found = asked.ssm_backend.describe_parameters(member("Filters"), member("ParameterFilters"))
    size = int(member("MaxResults") or DEFAULT_PAGE)
    wrong_token = SSMException("InvalidNextToken", "The specified token is not valid.")
    page, token = cut_at(found, size, member("NextToken"), wrong_token)
    shown = [{**each.describe_response_object(False), "Policies": _policies(each)} for each in page]
    return ActionResult({"Parameters": shown, **({"NextToken": token} if token else {})})


def _policies(parameter: Any) -> list[dict[str, str]]:
    """The policies of a parameter as DescribeParameters shows them."""
    return [
        {"PolicyText": json.dumps(each), "PolicyType": each["Type"], "PolicyStatus": "Pending"}
        for each in policies_in(parameter.policies)
    ]
