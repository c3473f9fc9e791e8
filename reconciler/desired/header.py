"""The header of a stack, `stack.yaml`: its name, tags, defaults and environments."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, Field

from reconciler.desired.mistakes import Mistakes, ValuePath
from reconciler.desired.nodes import Node, plain
from reconciler.desired.phrases import listed, quoted
from reconciler.desired.validation import WrittenFields, validate
from reconciler.desired.variables import BUILT_IN, NAME, Value, Values, Variables, escaped, written
from reconciler.forms import (
    ACCOUNT_ID,
    ENVIRONMENT_NAME,
    REGION,
    STACK_NAME,
    Day,
    Form,
    tag_problem,
    without,
)
from reconciler.model import Part
from reconciler.stack import Place, Role

FILE = "stack.yaml"
LONGEST_TAG = 256
"""Characters of a tag's value."""


_Account: TypeAlias = Annotated[str, Form(ACCOUNT_ID.pattern, f"{ACCOUNT_ID.words}, in quotes")]
_Variable: TypeAlias = Annotated[
    str,
    Form(
        rf"(?!({'|'.join(BUILT_IN)})$){NAME}",
        f"letters, digits and _, no digit first, and none of the built-in {', '.join(BUILT_IN)}",
    ),
]
ROLE_ARN = r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]{1,576}"
LONGEST_SESSION = 64
"""Characters of the name of a session."""
_Output: TypeAlias = Annotated[str, Form(NAME, "letters, digits and _, no digit first")]
_TagKey: TypeAlias = Annotated[
    str,
    Form(
        r"(?![aA][wW][sS]:|reconciler:).{1,128}",
        "1 to 128 characters, not beginning with aws: or reconciler:",
    ),
    without(tag_problem),
]


class RolePart(Part):
    """An IAM role; its ARN alone may be written instead."""

    arn: Annotated[
        str, Form(ROLE_ARN, "the ARN of a role, such as arn:aws:iam::111111111111:role/reconciler")
    ]
    """The ARN of the role, which is in the account of the environment."""
    session_name: (
        Annotated[str, Form(r"[A-Za-z0-9_+=,.@-]{2,64}", "2 to 64 of letters, digits and _+=,.@-")] | None
    ) = None
    """The name of the session in CloudTrail; without it `reconciler-STACK-ENVIRONMENT`."""
    external_id: (
        Annotated[str, Form(r"[A-Za-z0-9_+=,.@:/-]{2,1224}", "2 to 1,224 of letters, digits and _+=,.@:/-")]
        | None
    ) = None
    """The external id that the trust policy of the role requires."""


def _role_of(written: Any) -> Any:
    """A role whose ARN alone is written.

    Raises:
        ValueError: it is neither text nor a mapping.
    """
    if isinstance(written, str):
        return {"arn": written}
    if written is not None and not isinstance(written, dict | RolePart):
        raise ValueError("expected the ARN of a role, or a mapping with `arn` and `external_id`")
    return written


def _also_text(schema: dict[str, Any]) -> None:
    schema["anyOf"].insert(0, {"type": "string", "pattern": f"^{ROLE_ARN}$"})


class EnvironmentPart(Part):
    """One environment: an account, a Region, and its own variables and tags."""

    account: _Account
    """The 12 digits of the AWS account, in quotes."""
    region: Annotated[str, REGION]
    """The AWS Region, such as eu-west-2."""
    variables: dict[_Variable, Value | list[Any] | dict[str, Any]] = Field(default_factory=dict)
    """The values of `${variable}` in this environment; they may contain the built-in variables; lists and mappings are for `for_each`."""
    role: Annotated[RolePart | None, BeforeValidator(_role_of), Field(json_schema_extra=_also_text)] = None
    """The IAM role that passes assume before any other call: its ARN, or a mapping."""
    tags: dict[_TagKey, str] = Field(default_factory=dict)
    """Tags of every resource in this environment; they override the stack's tags."""


class GuardPart(Part):
    """How much one pass may delete or replace without approval."""

    max_percent: Annotated[int, Field(ge=0, le=100)] = 30
    """Percent of the owned resources, of all together and of each kind; a single delete is always allowed."""
    max_deletes: Annotated[int | None, Field(ge=0)] = None
    """The most deleted resources in total, with their contents; without it only the percentage counts."""


class IgnorePart(Part):
    """What lives beside the stack and is not reported."""

    resource: Annotated[
        str,
        Form(r"[^/]+/.+", "KIND/NAME; * and ? are wildcards"),
    ]
    """`KIND/NAME` with the name in AWS; `*` and `?` are wildcards."""
    field: Annotated[str, Form(r".+", "the name of a field")] | None = None
    """A field of a resource of the stack, or `tags.NAME`; without it the resource and all its fields are meant."""
    reason: Annotated[str, Form(r".*\S.*", "a reason")]
    """Why it is not reported."""
    until: Day | None = None
    """The last day on which the entry has an effect, as YYYY-MM-DD in UTC; without it the entry has no end."""


class HeaderPart(Part):
    """The keys of `stack.yaml` besides its resources."""

    stack: Annotated[str, STACK_NAME]
    """The stack's name, which is part of the mark of its resources."""
    tags: dict[_TagKey, str] = Field(default_factory=dict)
    """Tags of every resource of the stack."""
    prune: bool = False
    """Delete what has our mark and is no longer desired."""
    release: list[str] = Field(default_factory=list)
    """`kind/name` of resources that are no longer desired and are released, not deleted."""
    ignore: list[IgnorePart] = Field(default_factory=list)
    """What `--extra` does not report: live resources beside the stack, and unmanaged fields."""
    guard: GuardPart = GuardPart()
    """How much one pass may delete or replace without approval."""
    defaults: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """By kind, default settings of every resource of that kind."""
    outputs: dict[_Output, str] = Field(default_factory=dict)
    """Values for other programs, by name: texts with references, such as `${connect.phone_number:main#phone_number}`."""
    root: str | None = None
    """The root of the repository, relative to the stack's directory, such as `../..`: folders are read only below it."""
    environments: Annotated[dict[Annotated[str, ENVIRONMENT_NAME], EnvironmentPart], Field(min_length=1)]
    """The environments of the stack, by name."""


KEYS = tuple(HeaderPart.model_fields)


@dataclass(frozen=True, slots=True)
class Header:
    """The header as far as it could be read; `part` is None if it has a mistake."""

    part: HeaderPart | None
    nodes: Mapping[str, Node] = field(default_factory=dict)
    file: str = FILE

    @property
    def environments(self) -> tuple[str, ...]:
        """The names of the environments, in the order written."""
        return tuple(self.nodes["environments"].members) if "environments" in self.nodes else ()

    @property
    def defaults(self) -> Mapping[str, Mapping[str, Node]]:
        """The default settings by kind."""
        kinds = self.nodes["defaults"].members if "defaults" in self.nodes else {}
        return {kind: fields.members for kind, fields in kinds.items()}


@dataclass(frozen=True, slots=True)
class ChosenEnvironment:
    """The environment that the stack is loaded for."""

    name: str
    account: str
    region: str
    variables: Variables
    tags: Mapping[str, str]
    role: Role | None = None


def read_header(root: Node | None, mistakes: Mistakes) -> Header:
    """Read the header from `stack.yaml`."""
    if root is None:
        return Header(None)
    nodes = {key: node for key, node in root.members.items() if key in KEYS}
    about = WrittenFields(nodes, Place(root.file, 1, 1), lambda _: "")
    part = validate(HeaderPart, {key: plain(node) for key, node in nodes.items()}, about, mistakes)
    return Header(part, nodes, root.file)


def choose(header: Header, name: str | None, mistakes: Mistakes) -> ChosenEnvironment | None:
    """The environment of this name, or the only environment."""
    names = header.environments
    place = header.nodes["environments"].key_place if names else Place(header.file, 1, 1)
    if name is None and len(names) > 1:
        mistakes.add(place, f"there are several environments; say which one: {listed(names)}")
    elif names and name is not None and name not in names:
        near = mistakes.near(name, names) or f"; there are {listed(names)}"
        mistakes.add(place, f"no environment named {quoted(name)}{near}")
    elif names:
        return _chosen(header, name or names[0], mistakes)
    return None


def _chosen(header: Header, name: str, mistakes: Mistakes) -> ChosenEnvironment:
    """The environment as far as it could be read, so that the resources can be checked in any case."""
    nodes = header.nodes["environments"].members[name].members
    stack, account, region = (
        _text(fields[key]) if key in fields else ""
        for key, fields in (("stack", header.nodes), ("account", nodes), ("region", nodes))
    )
    built_in = dict(zip(BUILT_IN, (stack, name, account, region), strict=True))
    variables = Variables(*_variables(nodes, built_in, name, mistakes))
    tags: dict[str, str] = {}
    environment = ValuePath(ValuePath("", "environments"), name)
    for fields, above in ((header.nodes, ""), (nodes, environment)):
        for key, node in fields["tags"].members.items() if "tags" in fields else ():
            trail = ValuePath(ValuePath(above, "tags"), key)
            tags[key] = written(variables.fill(_text(node), node.place, trail))
            _check_tag(tags[key], node.place, trail, mistakes)
    role = _role(nodes["role"], stack, name) if "role" in nodes else None
    doubted = any(key not in nodes or mistakes.doubted(nodes[key].place) for key in ("account", "role"))
    if role and not doubted and f"::{account}:" not in role.arn:
        said = f"this role is in another account than the environment, which is account {account}; name a role of that account"
        mistakes.add(nodes["role"].place, said, ValuePath(environment, "role"))
    return ChosenEnvironment(name, account, region, variables, tags, role)


def _role(node: Node, stack: str, environment: str) -> Role | None:
    """The role of an environment, as far as it could be read."""
    members = {"arn": node} if isinstance(node.value, str) else node.members
    arn, session, external = (
        _text(members[name]) if name in members and members[name].value is not None else None
        for name in ("arn", "session_name", "external_id")
    )
    if arn is None:
        return None
    return Role(arn, session or f"reconciler-{stack}-{environment}"[:LONGEST_SESSION], external)


def _check_tag(value: str, place: Place, trail: ValuePath, mistakes: Mistakes) -> None:
    """Note a tag's value that AWS does not take, once its variables are filled in."""
    long = f"expected {LONGEST_TAG} or fewer characters" if len(value) > LONGEST_TAG else ""
    problem = long or tag_problem(value)
    if problem and not mistakes.doubted(place):
        mistakes.add(place, problem, trail)


def _text(node: Node) -> str:
    """A value as text; empty for a list or a mapping, which is reported as a mistake elsewhere."""
    return "" if isinstance(node.value, dict | list) else str(node.value)


def _variables(
    nodes: Mapping[str, Node], built_in: Values, environment: str, mistakes: Mistakes
) -> tuple[Values, Mistakes, Mapping[str, Node]]:
    """Built-in variables and the environment's own, which may refer to those; and the lists and mappings among them."""
    known = Variables(built_in, mistakes)
    values = dict(built_in)
    collections = {}
    above = ValuePath(ValuePath(ValuePath("", "environments"), environment), "variables")
    for name, node in nodes["variables"].members.items() if "variables" in nodes else ():
        trail = ValuePath(above, name)
        if isinstance(node.value, str):
            filled = known.fill(node.value, node.place, trail)
            values[name] = node.value if filled is None else filled
        elif isinstance(node.value, bool | int | float):
            values[name] = node.value
        elif node.value is not None:
            collections[name] = _literal(node, known, trail)
    return values, mistakes, collections


def _literal(node: Node, known: Variables, trail: ValuePath) -> Node:
    """A list or mapping with its variables filled in; what they bring is read as it is."""
    value = node.value
    if isinstance(value, str) and "${" in value:
        copy = Node(escaped(written(known.fill(value, node.place, trail))), *node.place)
    elif isinstance(value, list):
        items = [_literal(item, known, ValuePath(trail, index)) for index, item in enumerate(value)]
        copy = Node(items, *node.place)
    elif isinstance(value, dict):
        members = {
            escaped(written(known.fill(key, member.key_place, trail))): _literal(
                member, known, ValuePath(trail, key)
            )
            for key, member in value.items()
        }
        copy = Node(members, *node.place)
    else:
        return node
    copy.key_line, copy.key_column = node.key_line, node.key_column
    return copy


def check_defaults(header: Header, fields: Mapping[str, tuple[str, ...]], mistakes: Mistakes) -> None:
    """Note defaults of unknown kinds and unknown fields; `fields` are the fields of every kind."""
    for kind, node in header.nodes["defaults"].members.items() if "defaults" in header.nodes else ():
        trail = ValuePath("defaults", kind)
        if kind not in fields:
            near = mistakes.near(kind, fields)
            mistakes.add(node.key_place, f"no kind named {quoted(kind)} is known{near}", trail)
            continue
        for name, value in node.members.items():
            if name == "for_each":
                said = "`for_each` belongs to one resource; write it below its name"
                mistakes.add(value.key_place, said, ValuePath(trail, name))
            elif name not in fields[kind]:
                near = mistakes.near(name, fields[kind]) or f"; the fields are {listed(fields[kind])}"
                mistakes.add(value.key_place, f"there is no such field{near}", ValuePath(trail, name))
