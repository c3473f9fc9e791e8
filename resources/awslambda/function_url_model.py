"""The settings of a function URL.

Source: CreateFunctionUrlConfig, Cors (AWS Lambda API Reference).
"""

from typing import Annotated, Literal

from pydantic import Field

from reconciler.forms import Form
from reconciler.model import Cleared, Part, Ref, Resource, Settings, Unordered, Wire
from reconciler.resources.lasting import LASTS

Header = Annotated[
    str, Form(r"\*|[A-Za-z0-9!#$%&'*+.^_`|~-]+", "the name of a header, or *"), Field(max_length=1024)
]
Headers = Annotated[list[Header] | None, Unordered(), Field(max_length=100)]
Origin = Annotated[
    str,
    Form(
        r"\*|[a-z][a-z0-9+.-]*://\S*[^\s/]", "an origin without a path, such as https://www.example.com, or *"
    ),
    Field(max_length=253),
]


class Cors(Part):
    """Which web pages of other origins may call the function; AWS changes it as a whole."""

    allow_credentials: bool | None = None
    allow_headers: Headers = None
    allow_methods: Annotated[
        list[Literal["GET", "PUT", "HEAD", "POST", "PATCH", "DELETE", "*"]] | None,
        Unordered(),
        Field(max_length=6),
    ] = None
    allow_origins: Annotated[list[Origin] | None, Unordered(), Field(max_length=100)] = None
    expose_headers: Headers = None
    max_age: Annotated[int, Field(ge=0, le=86_400)] | None = None
    """How long a browser may keep the answer about CORS, in seconds."""


class FunctionUrl(Resource):
    """A URL of a function, or of one of its aliases."""

    function: Annotated[str | None, Ref("lambda.function")] = None
    """Its function; may be left out if the stack has exactly one."""
    qualifier: Annotated[
        Annotated[
            str,
            Form(r"(.*:)?(?!\d+$)[0-9a-zA-Z-_]{1,128}", "the name of an alias"),
            Ref("lambda.alias", outside=True),
            Wire("Qualifier"),
        ]
        | None,
        LASTS,
    ] = None
    """The alias, by its name in the stack or in AWS; without it, the URL calls the unpublished code."""
    auth_type: Annotated[Literal["NONE", "AWS_IAM"] | None, LASTS] = None
    """With NONE everybody may call the function: the URL has the permission for that."""
    cors: Annotated[Cors | None, Cleared({})] = None
    invoke_mode: Annotated[Literal["BUFFERED", "RESPONSE_STREAM"] | None, LASTS] = None


DEFAULTS: Settings = {"invoke_mode": "BUFFERED"}
"""Source: CreateFunctionUrlConfig (AWS Lambda API Reference)."""
