"""What botocore's models say of one operation: its members, their limits, and the page of AWS about it."""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.aws.botocore_names import service_and_operation, service_model, spellings

LISTED = 12
"""How many words of an enum are listed."""


@dataclass(frozen=True)
class MemberFacts:
    """One member of a request."""

    name: str
    """Its name in AWS: `OutboundCallerConfig.OutboundCallerIdName`."""
    limits: tuple[str, ...]
    """Its limits, a phrase each: `1 to 127 characters`."""
    summary: str
    """The first sentence of AWS about it; empty if there is none."""


class Operation:
    """One operation of a service, as botocore's model describes it."""

    def __init__(self, service: str, operation: str) -> None:
        self._service, spelled = service_and_operation(service, operation)
        self.name = spellings(self._service)[spelled]
        """AWS's spelling of its name."""

    @property
    def page(self) -> str:
        """The address of AWS's page about it."""
        uid = service_model(self._service)["metadata"]["uid"]
        return f"https://docs.aws.amazon.com/goto/WebAPI/{uid}/{self.name}"

    def member(self, wires: Sequence[str]) -> MemberFacts | None:
        """A member of the request by AWS's names from the outside in; a list or a map stands for its items. None if there is none."""
        shapes: Mapping[str, Any] = service_model(self._service)["shapes"]
        taken = service_model(self._service)["operations"][self.name].get("input", {}).get("shape")
        reference: Mapping[str, Any] = {"shape": taken}
        for wire in (part for each in wires for part in each.split(".")):
            shape = shapes.get(reference["shape"], {})
            while shape.get("type") in ("list", "map"):
                shape = shapes[shape["member" if shape["type"] == "list" else "value"]["shape"]]
            reference = shape.get("members", {}).get(wire)
            if reference is None:
                return None
        shape = shapes[reference["shape"]]
        limits = list(_limits(shape))
        if shape["type"] == "list":
            limits += [f"each: {limit}" for limit in _limits(shapes[shape["member"]["shape"]])]
        said = reference.get("documentation") or shape.get("documentation") or ""
        return MemberFacts(".".join(wires), tuple(limits), _first_sentence(said))


def _limits(shape: Mapping[str, Any]) -> list[str]:
    """The limits of one shape in words."""
    counted = {"string": " characters", "list": " items", "map": " entries", "blob": " bytes"}
    unit = counted.get(shape["type"], "")
    least, most = shape.get("min"), shape.get("max")
    limits = []
    if least is not None and most is not None:
        limits.append(f"{least} to {most}{unit}")
    elif least is not None or most is not None:
        limits.append(f"at least {least}{unit}" if most is None else f"at most {most}{unit}")
    if "enum" in shape:
        words = shape["enum"]
        more = f" and {len(words) - LISTED} more" if len(words) > LISTED else ""
        limits.append(f"one of {', '.join(words[:LISTED])}{more}")
    if shape.get("pattern", ".*") not in (".*", "^.*$"):
        limits.append(f"pattern {shape['pattern']}")
    return limits


def _first_sentence(documentation: str) -> str:
    """The first sentence of a text in HTML, without its marks."""
    text = " ".join(html.unescape(re.sub("<[^>]+>", " ", documentation)).split())
    text = re.sub(r" ([.,;:])", r"\1", text)
    return re.split(r"(?<=[.!?]) (?=[A-Z])", text, maxsplit=1)[0]
