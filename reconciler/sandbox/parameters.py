"""SSM's DescribeParameters in pages of the requested size; moto always returns ten."""

from functools import cache
from typing import Any

from moto.core.responses import ActionResult

from reconciler.sandbox.moto_patches.pages import cut_at

DEFAULT_PAGE = 50


@cache
def page_when_asked() -> None:
    """Patch moto's SSM: once, and not before somebody asks, because it brings EC2 along."""
    from moto.ssm.responses import SimpleSystemManagerResponse  # noqa: PLC0415

    # mypy takes no assignment to a method
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
    shown = [each.describe_response_object(False) for each in page]
    return ActionResult({"Parameters": shown, **({"NextToken": token} if token else {})})
