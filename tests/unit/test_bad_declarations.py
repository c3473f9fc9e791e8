"""All mistakes in the declaration of a kind are reported when its class is created, with the file."""

from typing import Any

import pytest

from reconciler.contract import (
    Adapter,
    Assigned,
    Attribute,
    Create,
    Delete,
    Marked,
    Named,
    Reads,
    Restore,
    Sends,
    from_rows,
)
from reconciler.declarations import BadDeclaration
from tests.unit.plan_toys import Hours, Toy


class WithMap(Hours):
    labels: dict[str, str] | None = None


def named(arns: tuple[str, ...]) -> Named:
    """An identity by name with these patterns of ARNs."""
    return Named(name="Name", arns=arns)


MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "a misspelt declaration": (
        {"tagged": None},
        "tagged: there is no such declaration; did you mean tagging",
    ),
    "a kind without its service": ({"kind": "hours"}, "kind: 'hours' is not of the form service.kind"),
    "a service by its name alone": ({"service": "toy"}, "service: expected Service"),
    "an operation by its name alone": ({"delete": "delete_it"}, "delete: expected Delete or CannotDelete"),
    "an update where a create belongs": (
        {"create": Sends("create_it", ("zone",))},
        "create: expected Create",
    ),
    "no pattern of ARNs": ({"identity": named(())}, "identity: at least one pattern is needed"),
    "everything as a pattern": ({"identity": named(("*",))}, "identity: '*' does not begin with arn:"),
    "an unknown part of a pattern": (
        {"identity": named(("arn:{partition}:toy:{zone}:x",))},
        "{zone} is none of account, id, name, partition, region",
    ),
    "a console link that is no address": (
        {"console": "console.aws.amazon.com/toy"},
        "console: 'console.aws.amazon.com/toy' does not begin with https://",
    ),
    "an unknown part of a console link": (
        {"console": "https://console.aws.amazon.com/{zone}"},
        "{zone} is none of account, arn, id, name, name_twice, region",
    ),
    "a field that does not exist": (
        {"create": Create("create_it", ("zone",), needed=frozenset({"zones"}))},
        "create.needed: Hours has no field zones; did you mean zone",
    ),
    "a field in two groups": (
        {"updates": (Sends("update_zone", ("zone",)), Sends("update_it", ("zone",)))},
        "updates: zone is in more than one group",
    ),
    "a field that is fixed and updated": (
        {"create": Create("create_it", ("zone",), fixed=frozenset({"zone"}))},
        "create.fixed: zone is in updates too",
    ),
    "an attribute that every resource has": (
        {"attributes": {"id": Attribute("its id", lambda _api, seen: seen.id)}},
        "attributes: id is no name for one: a to z, 0 to 9 and _, and not id or name",
    ),
    "an attribute that no text could name": (
        {"attributes": {"Zone-Id": Attribute("its zone", lambda _api, seen: seen.id)}},
        "attributes: Zone-Id is no name for one",
    ),
    "an attribute of a field that does not exist": (
        {"attributes": {"zone_id": Attribute("its zone", lambda _api, seen: seen.id, ("zoned",))}},
        "attributes: Hours has no field zoned; did you mean zone",
    ),
    "an alternative that its group does not send": (
        {"updates": (Sends("update_it", ("zone",), alternatives=((("zone",), ("place",)),)),)},
        "updates: place is an alternative, but not a field of its group",
    ),
    "a field in an ARN that is none": (
        {"identity": Named(name="Name", arns=("arn:{partition}:toy:{name}",), unwritten={"zones": "/"})},
        "identity.unwritten: Hours has no field zones; did you mean zone",
    ),
    "steps before a delete without their operations": (
        {"delete": Delete("delete_it", before=lambda _api, _seen: ())},
        "delete: declare both before or after (the requests) or progress, and calls",
    ),
    "a map out of which nobody could take an entry": (
        {"model": WithMap},
        "WithMap.labels: no entry can be removed from this map",
    ),
    "a choice by what no list shows": (
        {
            "identity": Assigned(
                address="Id", arns=("arn:{partition}:toy::{id}",), chosen_by=frozenset({"zone"})
            )
        },
        "identity.chosen_by: zone is none of id, name, tags, and no field in reads.listed",
    ),
    "an upsert without a name": (
        {
            "create": Create("put_it", ("zone",), upsert=True),
            "identity": Marked(address="Id", arn_in="Arn", arns=("arn:aws:toy",)),
        },
        "create: upsert needs a name by which the engine can look",
    ),
    "a restore that nobody asks for": (
        {"delete": Delete("delete_it", restore=Restore(lambda _seen, _written: (), ()))},
        "delete: restore is declared, but the method scheduled",
    ),
    "a scheduled deletion that nobody calls off": (
        {"scheduled": lambda _self, _api, seen: seen},
        "delete: the method scheduled is called only if restore is declared",
    ),
    "a kind that nothing lists": (
        {"list": Adapter.list},
        "reads: name the operation that lists resources, or define the method list",
    ),
    "a field that no read shows": (
        {"get_fields": Adapter.get_fields},
        "reads: no read returns zone: name the operation that gets one",
    ),
    "a read of a field that does not exist": (
        {"reads": Reads(alone={"zones": from_rows("list_zones", "Zones")})},
        "reads.alone: Hours has no field zones; did you mean zone",
    ),
    "types of a list that are not named": (
        {"reads": Reads(list="list_all", types_in="Types", alone={"zone": from_rows("list_zones", "Zone")})},
        "reads: types_in needs the types of this kind in list_with['Types'], and rows_in",
    ),
    "what create does not send": (
        {"create": Create("create_it", (), needed=frozenset({"zone"}))},
        "create: zone is fixed, write_only, needed or deferrable, and create does not send it",
    ),
}


def made(**declared: Any) -> type:
    plain = {
        "kind": "toy.hours",
        "model": Hours,
        "create": Create("create_it", ("zone",)),
        "updates": (Sends("update_it", ("name", "zone")),),
    }
    return type("HoursAdapter", (Toy,), {"__module__": __name__, **plain, **declared})


def test_a_kind_without_mistakes_is_made() -> None:
    assert made().__name__ == "HoursAdapter"


@pytest.mark.parametrize(("declared", "said"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_named_with_its_file(declared: dict[str, Any], said: str) -> None:
    with pytest.raises(BadDeclaration) as raised:
        made(**declared)
    assert said in str(raised.value)
    assert str(raised.value).startswith(f"{__file__}: HoursAdapter:\n")


def test_all_mistakes_are_named_at_once() -> None:
    with pytest.raises(BadDeclaration) as raised:
        made(identity=named(("*",)), create=Create("create_it", (), needed=frozenset({"zones"})), sighted=())
    assert [line.split(":")[0].strip() for line in str(raised.value).splitlines()[1:]] == [
        "sighted",
        "identity",
        "create.needed",
        "create",
    ]
