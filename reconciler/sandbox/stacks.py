"""CloudFormation refuses types that the sandbox does not have; moto would create nothing and report CREATE_COMPLETE."""

import inspect
import warnings
from collections.abc import Callable, Mapping
from functools import cache, wraps
from typing import Any

# Operations of moto's backend that take a template, and look at it before they change anything.
TAKERS = (
    "create_stack",
    "update_stack",
    "create_change_set",
    "create_stack_set",
    "update_stack_set",
    "validate_template",
)
# CDK writes this one into every template; it stands for nothing in AWS, either.
BEYOND = frozenset({"AWS::CDK::Metadata"})
# The stacks of moto know only its own REST APIs, in whose place the sandbox has others.
NOT_OURS = "AWS::ApiGateway::"


@cache
def install_when_asked() -> None:
    """Patch moto's stacks: once, and not before somebody asks, because they bring all of moto along."""
    from moto.cloudformation.models import CloudFormationBackend, Stack  # noqa: PLC0415
    from moto.cloudformation.parsing import NULL_MODELS, get_model_map  # noqa: PLC0415

    models = {name for name in map(str, get_model_map()) if not name.startswith(NOT_OURS)}
    known = frozenset({*NULL_MODELS, *models, *BEYOND})
    read: Callable[[str], Mapping[str, Any]] = Stack.parse_template
    for name in TAKERS:
        setattr(CloudFormationBackend, name, _checked(getattr(CloudFormationBackend, name), read, known))

    def read_checked(template: str) -> Mapping[str, Any]:
        """Read a template, that of a nested stack as well."""
        parsed = read(template)
        refuse_unknown(parsed, known)
        return parsed

    setattr(Stack, "parse_template", staticmethod(read_checked))  # noqa: B010  mypy takes no assignment to a method


def _checked(
    take: Callable[..., Any], read: Callable[[str], Mapping[str, Any]], known: frozenset[str]
) -> Callable[..., Any]:
    signature = inspect.signature(take)

    @wraps(take)
    def checked(*given: Any, **named: Any) -> Any:
        template = signature.bind(*given, **named).arguments.get("template")
        if template:
            refuse_unknown(read(template), known)
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # of wait conditions, which are nothing in moto and need not be more
            return take(*given, **named)

    return checked


def refuse_unknown(template: Mapping[str, Any], known: frozenset[str]) -> None:
    """Raise ValidationError, in CloudFormation's own words, for types that there are not.

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html
    """
    from moto.cloudformation.exceptions import ValidationError  # noqa: PLC0415  see install_when_asked

    resources = template.get("Resources") if isinstance(template, Mapping) else None
    types = {str(each.get("Type")) for each in (resources or {}).values() if isinstance(each, Mapping)}
    unknown = sorted(each for each in types - known if not each.startswith("Custom::"))
    if unknown:
        text = f"Template format error: Unrecognized resource types: [{', '.join(unknown)}]"
        raise ValidationError(message=text)
