"""What desired state is made of: resources, their parts, and the marks on a field that say what its value means.

One name serves everywhere: a field `phone_config` is `phone_config` in desired state and `PhoneConfig` in AWS's
requests and replies. `Wire` names the exceptions.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler
from pydantic.alias_generators import to_camel, to_pascal
from pydantic_core import CoreSchema, core_schema

from reconciler.forms import tag_key_problem, tag_problem, without

Settings: TypeAlias = Mapping[str, Any]
"""Managed values by field, in the words of desired state: snake_case, references by name."""


@dataclass(frozen=True)
class Wire:
    """AWS's name for a field, where it is not the field's own name in the service's spelling (`Part.wire_name`).

    A dotted name lies within a structure that only AWS has: `Wire("QueueReference.QueueId")`.
    """

    name: str


@dataclass(frozen=True)
class Codec:
    """A value that AWS spells otherwise: "09:00" here is `{"Hours": 9, "Minutes": 0}` there."""

    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any]


@dataclass(frozen=True)
class Ref:
    """The value is the name of another resource; requests carry its id, its ARN, or another of its attributes.

    AWS's name for a field that carries ids is told by that: `queue` is `QueueId`, and a list `queues` is `QueueIds`.

    `outside`: it may be no resource of the stack as well; then it is sent as written, so that where requests carry the
    ARN it is one. `settled`: AWS asks for the settings of the other, not only that it exists: they are sent first.
    """

    kind: str
    by: str = "id"
    outside: bool = False
    settled: bool = False


@dataclass(frozen=True)
class Means:
    """What a reference stands for that is all of a text: this attribute of a resource of this kind; of any where it is None.

    A field has one mark for each; without any, its texts take every reference. Nobody has to have built the kind: the
    attributes of other kinds say what they are (`Attribute.means`). A text that says more than one reference is AWS's to
    check.
    """

    kind: str | None
    by: str = "arn"


@dataclass(frozen=True)
class Unique:
    """A text that AWS gives to one resource of the kind alone: the alias of a key, a phone number."""


@dataclass(frozen=True)
class Rows:
    """A list whose order means nothing: each row is singled out by these of its fields.

    `nothing` says of a row, in the words of desired state, whether it says the same as no row at all.
    """

    by: tuple[str, ...]
    nothing: Callable[[Mapping[str, Any]], bool] | None = None


@dataclass(frozen=True)
class Unordered:
    """A list of plain values whose order means nothing."""


@dataclass(frozen=True)
class Whole:
    """A structure or a map that is always sent as written: what was observed fills nothing in.

    Of any other map only the entries that an author wrote are managed, and null takes one out.
    """


@dataclass(frozen=True)
class AtLeast:
    """A number that is a floor: a live value above the written one is no difference, and no request lowers it."""


@dataclass(frozen=True)
class NoReferences:
    """A text that takes no references, because it has to be known before AWS is asked for anything: a name, say."""


@dataclass(frozen=True)
class Supplied:
    """What we send for a member of a structure that nobody wrote and AWS does not show, because AWS wants to be told.

    `value` is in the words of desired state. A plan that sends the structure shows it.
    """

    value: Any


@dataclass(frozen=True)
class Cleared:
    """What a request carries to clear the field; without this mark the field is left out of the request."""

    value: Any


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a document, and where in it."""

    message: str
    path: tuple[str | int, ...] = ()
    """Keys and places in lists on the way to it; empty for the document as a whole."""
    warning: bool = False
    """Whether it may be meant: it is told, and the document is used all the same."""


@dataclass(frozen=True, slots=True)
class DocumentContext:
    """What a document belongs to."""

    settings: Settings
    """The fields of its resource."""
    account: str = ""
    """Twelve digits; empty where no environment could be chosen, as is the Region."""
    region: str = ""


@dataclass(frozen=True)
class Document:
    """A JSON document that AWS holds as text; desired state writes it inline or as `{file: path}`.

    `tokens` are short forms of references in it: `{"queue": Ref("connect.queue", "arn")}` for `${queue:CustomerService}`.
    References to kinds may stand in any document. Where there are short forms, any other `${` is a mistake, and ids and
    ARNs that AWS shows are told by them. Two documents are the same when `canonical` of both is; where a kind gives none,
    they are compared member by member. `check` returns what is wrong with one. `own` says what stands for what the
    resource lives in: `{"instance": "instance"}` for `${instance}` as `${instance:NAME}`; None for its name alone.
    """

    canonical: Callable[[Any], Any] = lambda content: content
    tokens: Mapping[str, Ref] = field(default_factory=dict)
    check: Callable[[Any, DocumentContext], Iterable[Finding]] = lambda _document, _context: ()
    text: bool = True
    own: Mapping[str, str | None] = field(default_factory=dict)

    def __hash__(self) -> int:
        return id(self)


SECRET_SCHEMA = {
    "type": "object",
    "properties": {
        "secret": {
            "type": "object",
            "properties": {
                "ssm": {"type": "string", "description": "the path of a SecureString parameter"},
                "secretsmanager": {"type": "string", "description": "the id of a secret"},
                "member": {"type": "string", "description": "one member of a secret that is a JSON object"},
            },
            "additionalProperties": False,
        }
    },
    "required": ["secret"],
    "additionalProperties": False,
}


@dataclass(frozen=True)
class Secret:
    """Where a secret value is kept; the value itself is fetched at the moment of sending and never held.

    `store` is `ssm` (Systems Manager Parameter Store, GetParameter) or `secretsmanager` (GetSecretValue); `member`
    picks one member of a secret that is a JSON object.
    """

    store: Literal["ssm", "secretsmanager"]
    name: str
    member: str | None = None

    def __str__(self) -> str:
        return f"(secret {self.store}:{self.name})"

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        written = core_schema.dict_schema(metadata={"pydantic_js_updates": SECRET_SCHEMA})
        return core_schema.json_or_python_schema(written, core_schema.is_instance_schema(cls))


TagKey: TypeAlias = Annotated[str, Field(min_length=1, max_length=128), without(tag_key_problem)]
TagValue: TypeAlias = Annotated[str, Field(max_length=256), without(tag_problem)]


class Part(BaseModel):
    """A structure within a resource. Only the fields that the author wrote are managed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

    @classmethod
    def wire_name(cls, field: str) -> str:
        """AWS's spelling of a field's name: `phone_config` is `PhoneConfig`."""
        return to_pascal(field)


class CamelPart(Part):
    """A structure of a service that spells its members in camelCase."""

    @classmethod
    def wire_name(cls, field: str) -> str:
        return to_camel(field)


class Resource(Part):
    """One kind of resource, as desired state writes it."""

    tags: Annotated[dict[TagKey, TagValue | None] | None, Field(max_length=45)] = None
    """Tags by key; only the keys written here are managed, and `null` removes one."""
