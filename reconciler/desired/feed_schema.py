"""The form of a feed: a CSV file whose rows are resources of a kind (`users_from`)."""

from typing import Annotated, Any, Literal

from pydantic import Field, WithJsonSchema

from reconciler.forms import Form, TimeZone
from reconciler.model import Part

FEED_NAME = Form(r"[A-Za-z0-9_-]{1,64}", "1 to 64 of a-z, A-Z, 0-9, _ and -")
"""The name of a feed, which is in the mark of its resources."""
COLUMN = {
    "type": "object",
    "properties": {
        "column": {"type": "string", "description": "the name of a column in the first row of the file"},
        "default": {"description": "the value for an empty cell; without it the field is not managed then"},
        "required": {"type": "boolean", "description": "an empty cell is a mistake"},
        "values": {"type": "object", "description": "the value for each word that the column may have"},
        "otherwise": {"description": "the value for a word that is not under `values`"},
        "split": {"type": "string", "description": "the text between several values in one cell"},
    },
    "required": ["column"],
    "additionalProperties": False,
}
"""The schema of a column for editors."""


class ColumnPart(Part):
    """A value that each row has in one of its cells."""

    column: str
    """The name of the column."""
    default: Any = None
    """The value for an empty cell; without it the field is not managed then."""
    required: bool = False
    """Whether an empty cell is a mistake."""
    values: Annotated[dict[str, Any], Field(min_length=1)] | None = None
    """By word of the column: the value that it means."""
    otherwise: Any = None
    """The value for a word that is not under `values`; without it such a word is a mistake."""
    split: Annotated[str, Field(min_length=1)] | None = None
    """The text between several values in one cell; the value is a list then."""


class StatusPart(Part):
    """A column with the state of employment."""

    column: str
    """The name of the column."""
    left: Annotated[list[str], Field(min_length=1)]
    """The words for those who have left."""
    employed: list[str] | None = None
    """The words for all others; any other word is then a mistake."""


class LeaversPart(Part):
    """Who has left, and what is done with them. Without `keep_with` their rows count as not being in the file."""

    status: StatusPart | None = None
    """A column with words for those who have left."""
    last_day: str | None = None
    """The column with the last day of employment, as 2027-03-31 or 2027/03/31; empty for those who stay."""
    keep_with: Annotated[dict[str, Any] | None, Field(min_length=1)] = None
    """The fields that leavers who are in AWS get, over those of their row, such as a routing profile of their own."""


class FeedPart(Part):
    """A CSV file whose rows are resources of one kind."""

    file: str
    """The CSV file, below the stack's directory; its first row has the names of the columns."""
    encoding: Literal["utf-8", "cp932", "shift_jis", "euc_jp", "utf-16", "cp1252"] = "utf-8"
    """The encoding of the file; utf-8 may begin with a byte order mark."""
    delimiter: Literal[",", ";", "\t", "|"] = ","
    """What separates cells."""
    name: Annotated[Any, WithJsonSchema({"anyOf": [COLUMN, {"type": "string"}]})]
    """The name of the resource: `{column: NAME}`, or a text with `${each.value.NAME}`."""
    fields: dict[str, Any]
    """The settings of each resource, as below its name; `{column: NAME}` stands for a cell of the row."""
    leavers: LeaversPart | None = None
    """Who has left, and what is done with them."""
    time_zone: TimeZone = "UTC"
    """The time zone in which a last day ends."""
    max_shrink_percent: Annotated[int, Field(ge=0, le=100)] = 10
    """Percent of the resources of the feed in AWS that one pass may take away; more is refused. One is always allowed."""
    results: str | None = None
    """A CSV file below the stack's directory, which each pass writes: what was done with each row, and why."""
