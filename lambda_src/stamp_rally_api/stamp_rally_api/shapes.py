"""The documents of the API. They are checked on the way in and out, and the OpenAPI document is made of them.

They are typed dictionaries, whose members can be left out but are never null: API Gateway's models have no `anyOf`.
"""

from typing import Annotated, Literal, NotRequired

from pydantic import AfterValidator, Field
from pydantic.json_schema import SkipJsonSchema
from typing_extensions import TypedDict

NAME = "[A-Za-z0-9_-]{1,64}"
MOMENT = "20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z"
ID, TIME = f"^{NAME}$", f"^{MOMENT}$"
PLACES = 7
"""Decimal places of a degree that are kept: about a centimetre."""


def _to_a_centimetre(degrees: float) -> float:
    return round(degrees, PLACES)


StampId = Annotated[str, Field(pattern=ID, description="The id of a stamp")]
RallyId = Annotated[str, Field(pattern=ID, description="The id of a rally")]
LocationId = Annotated[str, Field(pattern=ID, description="The id of a place")]
Time = Annotated[str, Field(pattern=TIME, description="A time in UTC, such as 2026-04-01T09:00:00Z")]
Latitude = Annotated[
    float, Field(ge=-90, le=90, description="Degrees to the north"), AfterValidator(_to_a_centimetre)
]
Longitude = Annotated[
    float, Field(ge=-180, le=180, description="Degrees to the east"), AfterValidator(_to_a_centimetre)
]
Metres = Annotated[int, Field(ge=1, le=50_000, description="Metres")]
Limit = Annotated[int, Field(ge=1, le=100, description="How many rows a page has at most")]
AfterStamp = Annotated[str, Field(pattern=rf"^{NAME}\.{NAME}$", description="A place and a stamp")]
AfterMyStamp = Annotated[str, Field(pattern=ID, description="A stamp")]
AfterCollection = Annotated[str, Field(pattern=rf"^{MOMENT}\.{NAME}$", description="A time and a visitor")]
"""Where a page ends; each list has tokens of its own form, so that no other list takes them."""
OF_PAGE_BEFORE = Field(description="`next_token` of the page before; none for the first page")
NextStamps = Annotated[AfterStamp | SkipJsonSchema[None], OF_PAGE_BEFORE]
NextOfMyStamps = Annotated[AfterMyStamp | SkipJsonSchema[None], OF_PAGE_BEFORE]
NextCollections = Annotated[AfterCollection | SkipJsonSchema[None], OF_PAGE_BEFORE]
"""Parameters that can be missing; with `None` itself the document would say `anyOf`."""
PhotoState = Annotated[
    Literal["none", "awaited", "approved", "rejected"],
    Field(description="`awaited` until the picture has arrived and has been checked"),
]
ContentType = Literal["image/jpeg", "image/png"]


class NewStamp(TypedDict):
    """What an administrator writes of a stamp."""

    rally_id: RallyId
    location_id: LocationId
    title: Annotated[str, Field(min_length=1, max_length=100)]
    description: NotRequired[Annotated[str, Field(max_length=1000)]]
    latitude: Latitude
    longitude: Longitude
    radius_metres: Annotated[Metres, Field(description="How near a visitor must be")]
    asks_for_photo: NotRequired[Annotated[bool, Field(description="Whether the app asks for a picture")]]
    opens_at: NotRequired[Time]
    closes_at: NotRequired[Time]
    expires_after_days: NotRequired[
        Annotated[int, Field(ge=1, le=3650, description="For trial rallies: when collected stamps vanish")]
    ]


class Stamp(NewStamp):
    """A stamp that can be collected."""

    stamp_id: StampId


class NearbyStamp(Stamp):
    """A stamp and how far away it is."""

    distance_metres: Annotated[int, Field(ge=0)]


class NearbyStamps(TypedDict):
    """Stamps around a position, the nearest first."""

    stamps: list[NearbyStamp]


class StampPage(TypedDict):
    """A page of the stamps of a rally, place by place."""

    stamps: list[Stamp]
    next_token: NotRequired[AfterStamp]


class Position(TypedDict):
    """Where the visitor is."""

    latitude: Latitude
    longitude: Longitude


class CollectedStamp(TypedDict):
    """A stamp that a visitor has collected."""

    stamp_id: StampId
    rally_id: RallyId
    title: str
    collected_at: Time
    photo: PhotoState


class CollectedStampPage(TypedDict):
    """A page of the stamps that a visitor has collected."""

    stamps: list[CollectedStamp]
    next_token: NotRequired[AfterMyStamp]


class PhotoRequest(TypedDict):
    """What kind of picture the visitor uploads."""

    content_type: ContentType


class FormField(TypedDict):
    """A field of the form."""

    name: str
    value: str


class SignedUpload(TypedDict):
    """A form that uploads one picture: a POST of `multipart/form-data` with all `fields`, and `file` as the last one."""

    url: str
    fields: list[FormField]
    largest_bytes: int
    expires_at: Time


class NewProfile(TypedDict):
    """What a visitor writes of himself or herself."""

    display_name: Annotated[str, Field(min_length=1, max_length=50)]
    language: NotRequired[Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")]]


class Profile(NewProfile):
    """A visitor."""

    user_id: str
    created_at: Time
    updated_at: Time


class Collection(TypedDict):
    """That somebody has collected a stamp."""

    user_id: str
    collected_at: Time


class CollectionPage(TypedDict):
    """A page of the collectors of a stamp, in order of time."""

    collections: list[Collection]
    next_token: NotRequired[AfterCollection]


class Mistake(TypedDict):
    """A part of a request that is wrong."""

    where: Annotated[str, Field(description="Such as `body.title` or `query.limit`")]
    reason: str


class Problem(TypedDict):
    """Why a request was not carried out (RFC 9457)."""

    type: Annotated[str, Field(description="Names the problem, for programs")]
    title: str
    status: NotRequired[Annotated[int, Field(description="Missing where API Gateway itself answers")]]
    detail: NotRequired[str]
    mistakes: NotRequired[list[Mistake]]
