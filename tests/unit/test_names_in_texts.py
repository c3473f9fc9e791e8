"""A text that takes the name of a resource: the name means a reference to it."""

from pathlib import Path
from typing import Annotated, Any

import pytest

from reconciler.contract import Adapter, Create, Delete, Named, Reads
from reconciler.desired import InvalidStack
from reconciler.desired.loader import load
from reconciler.forms import Form
from reconciler.model import Means, Resource
from reconciler.service import Service

TOY = Service(name="toy")
ARN = Form(r"arn:toy:.+|[a-z]+", "the name of a lamp, or an ARN")


class Lamp(Resource):
    """A lamp."""

    colour: str | None = None


class Switch(Resource):
    """A switch of lamps."""

    lamps: list[Annotated[str, ARN, Means("toy.lamp", by_name=True)]] | None = None


class LampAdapter(Adapter[Lamp]):
    """Lamps."""

    kind = "toy.lamp"
    service = TOY
    model = Lamp
    identity = Named(name="Name", arns=("arn:toy:{name}",))
    create = Create("create_lamp", ("colour",))
    delete = Delete("delete_lamp")
    reads = Reads(list="list_lamps", get="get_lamp")


class SwitchAdapter(Adapter[Switch]):
    """Switches."""

    kind = "toy.switch"
    service = TOY
    model = Switch
    identity = Named(name="Name", arns=("arn:toy:{name}",))
    create = Create("create_switch", ("lamps",))
    delete = Delete("delete_switch")
    reads = Reads(list="list_switches", get="get_switch")


KINDS: dict[str, Adapter[Any]] = {each.kind: each() for each in (LampAdapter, SwitchAdapter)}
HEADER = (
    'stack: home\nenvironments: {dev: {account: "123456789012", region: eu-west-2, variables: {one: desk}}}\n'
)


def lamps_of(tmp_path: Path, written: str) -> Any:
    (tmp_path / "stack.yaml").write_text(HEADER, encoding="utf-8")
    text = f"toy.lamp: {{desk: {{}}, floor: {{}}}}\ntoy.switch:\n  wall:\n    lamps: [{written}]\n"
    (tmp_path / "home.yaml").write_text(text, encoding="utf-8")
    stack = load(tmp_path, None, KINDS)
    (found,) = (each for key, each in stack.resources.items() if key.kind == "toy.switch")
    return found.settings["lamps"], [str(key) for key in found.references.get("lamps", ())]


WRITTEN = {
    "a name": ("desk", "${toy.lamp:desk}", ["toy.lamp/desk"]),
    "a variable": ('"${one}"', "${toy.lamp:desk}", ["toy.lamp/desk"]),
    "a reference": ('"${toy.lamp:floor}"', "${toy.lamp:floor}", ["toy.lamp/floor"]),
    "an ARN": ('"arn:toy:other"', "arn:toy:other", []),
}


@pytest.mark.parametrize(("written", "text", "keys"), WRITTEN.values(), ids=WRITTEN.keys())
def test_a_name_means_the_reference(tmp_path: Path, written: str, text: str, keys: list[str]) -> None:
    assert lamps_of(tmp_path, written) == ([text], keys)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("dsk", 'no lamp of the stack is named "dsk"; did you mean "desk"?'),
        ("ceiling", 'no lamp of the stack is named "ceiling"; of one outside write the ARN'),
    ],
)
def test_an_unknown_name_is_one_mistake(tmp_path: Path, written: str, said: str) -> None:
    with pytest.raises(InvalidStack) as raised:
        lamps_of(tmp_path, written)
    assert str(raised.value) == f"home.yaml:4:13: toy.switch/wall.lamps[0]: {said}"
