"""The base classes of models: resources, their parts, and the marks that give the meaning of a field.

A field `phone_config` is `phone_config` in desired state and `PhoneConfig` in AWS's requests and replies. `Wire` names the
exceptions.
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
    """AWS's name for a field, if it differs from the field's name in the service's spelling (`Part.wire_name`).

    A name with dots is within a structure that only AWS has: `Wire("QueueReference.QueueId")`.
    """

    name: str


@dataclass(frozen=True)
class Codec:
    """A value with another form in AWS: "09:00" in the files is `{"Hours": 9, "Minutes": 0}` in AWS."""

    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any]


@dataclass(frozen=True)
class Ref:
    """The value is the name of another resource; requests contain its id, its ARN, or another of its attributes.

    AWS's name for a field with ids follows from this: `queue` becomes `QueueId`, and a list `queues` becomes `QueueIds`.

    `outside`: the resource may be outside the stack; then the value is sent as written, so it must be an ARN if requests
    contain the ARN. `settled`: AWS requires the settings of the other resource, not only that it exists: they are sent
    first.
    """

    kind: str
    by: str = "id"
    outside: bool = False
    settled: bool = False


@dataclass(frozen=True)
class Means:
    """The meaning of a reference that is a whole text: this attribute of a resource of this kind; None: of any kind.

    A field has one mark for each allowed meaning; without a mark, its texts take every reference. The kind need not exist
    here: attributes of other kinds declare their meaning (`Attribute.means`). Texts with more than one reference are
    checked by AWS.

    `by_name`: a text that is not an ARN is the name of a resource of this kind, and means the reference to it.
    `settled` is as in `Ref`.
    """

    kind: str | None
    by: str = "arn"
    by_name: bool = field(default=False, compare=False)
    settled: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Mentions:
    """A text in a language of AWS's own that names resources of these kinds, each by its name in AWS or by its ARN.

    `places` returns the start and the end of each name or ARN in a text of AWS. An export writes references there, and a
    delete waits for a resource that names the deleted one. `Adapter.problems` may report mistakes of such a text although it
    has references.
    """

    kinds: tuple[str, ...]
    places: Callable[[str], Iterable[tuple[int, int]]]


@dataclass(frozen=True)
class Unique:
    """A text that only one resource of the kind can have: the alias of a key, a phone number.

    `moves`: AWS moves it from one resource to another in one call. Then the resource that gets it is changed first, and the
    other one keeps it until then.
    """

    moves: bool = False


@dataclass(frozen=True)
class Rows:
    """A list whose order has no meaning: these fields identify each row.

    `nothing` returns whether a row, in the words of desired state, means the same as no row.
    """

    by: tuple[str, ...]
    nothing: Callable[[Mapping[str, Any]], bool] | None = None


@dataclass(frozen=True)
class Unordered:
    """A list of plain values whose order has no meaning."""


@dataclass(frozen=True)
class Whole:
    """A structure or a map that is always sent exactly as written, without observed values.

    In other maps only the written entries are managed, and null removes an entry.
    """


@dataclass(frozen=True)
class LockFile:
    """The value of an `Archive` is the path of a lock file of Python packages, and not of a folder."""


@dataclass(frozen=True)
class InFile:
    """A text that may be written as `{file: path}` too, such as a script; variables and references in the file count."""


@dataclass(frozen=True)
class AtLeast:
    """A number that is a minimum: a higher live value is not a difference, and no request lowers it."""


@dataclass(frozen=True)
class NoReferences:
    """A text without references, because it must be known before the first call: for example a name."""


@dataclass(frozen=True)
class Supplied:
    """The value to send for a member of a structure that is not written and that AWS does not show, but requires.

    `value` is in the words of desired state. A plan that sends the structure shows it.
    """

    value: Any


@dataclass(frozen=True)
class Cleared:
    """The value that a request sends to clear the field; without this mark the field is left out of the request."""

    value: Any


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem of a document, with its place."""

    message: str
    path: tuple[str | int, ...] = ()
    """The path of keys and list positions to it; empty for the document as a whole."""
    warning: bool = False
    """Whether it is only a warning: it is reported, and the document is used."""


@dataclass(frozen=True, slots=True)
class DocumentContext:
    """The surroundings of a document."""

    settings: Settings
    """The fields of its resource."""
    account: str = ""
    """The account id of 12 digits; account and Region are empty if no environment could be chosen."""
    region: str = ""


@dataclass(frozen=True)
class Document:
    """A JSON document that AWS holds as text; desired state writes it inline or as `{file: path}`.

    `tokens` are short forms of references in it: `{"queue": Ref("connect.queue", "arn")}` for `${queue:CustomerService}`.
    References to kinds are allowed in any document. If there are short forms, any other `${` is a mistake, and ids and ARNs
    that AWS shows are displayed as short forms. Two documents are equal if the results of `canonical` are; without it, they
    are compared member by member. `check` returns the problems of a document. `own` gives the short forms for the parent
    resource: `{"instance": "instance"}` allows `${instance}` for `${instance:NAME}`; None means only its name.
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
    """The place of a secret; the value itself is fetched right before it is sent, and is never stored.

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

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, defer_build=True, hide_input_in_errors=True
    )

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


class CamelResource(CamelPart, Resource):
    """A resource of a service that spells its members in camelCase."""
