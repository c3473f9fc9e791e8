"""Converts replies about function URLs to the form of requests, and says what identifies one."""

from dataclasses import dataclass, replace
from typing import Any

from reconciler.contract import Address, Api, Named, Sighting, Wired
from reconciler.forms import Form
from reconciler.model import Settings

PLACE = "arn:{partition}:lambda:{region}:{account}:function"
"""The beginning of the ARN of a function."""


@dataclass(frozen=True, kw_only=True)
class OfFunction(Named):
    """A URL is identified by its function, or by `function:alias`.

    AWS has no ARN for it, so ours is that of the function or the alias, and `/url`.
    """

    def sighting(self, api: Api, scope: Address, name: str, **shown: Any) -> Sighting:
        made = super().sighting(api, scope, name, **shown)
        return replace(made, arn=f"{made.arn}/url")


IDENTITY = OfFunction(
    name="FunctionName",
    arns=(f"{PLACE}:{{name}}", f"{PLACE}:{{function}}"),
    unwritten={"function": "*"},
    forms=(
        Form(
            r"(?=.{1,140}$)[a-zA-Z0-9-_]{1,64}(:(?!\d+$)[a-zA-Z0-9-_]+)?",
            "1 to 64 of a-z, A-Z, 0-9, - and _, and after a colon an alias, if you like",
        ),
    ),
)


def alias_of(qualifier: str) -> str:
    """The name in AWS of an alias, which the files may call `function:alias`."""
    return qualifier.rpartition(":")[2]


def name_of(row: Any) -> str:
    """The function of a URL, with the alias after a colon."""
    return str(row["FunctionArn"].partition(":function:")[2])


def shown(row: Any) -> Any:
    """A URL with its alias in the member that requests use."""
    return row | {"Qualifier": name_of(row).partition(":")[2] or None}


def as_called(live: Any, written: Settings, reported: Wired) -> Any:
    """The live alias as the files call it: aliases of several functions may have one name in AWS."""
    wanted = written.get("qualifier")
    return wanted if wanted and alias_of(wanted) == reported.get("Qualifier") else live
