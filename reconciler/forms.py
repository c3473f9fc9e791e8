"""Forms of texts that several fields share. A message about a wrong form uses plain words, never a pattern.

A text with a reference is valid in every form: only AWS knows its final value.
"""

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Annotated, Any, TypeAlias
from zoneinfo import available_timezones

from pydantic import AfterValidator, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from reconciler.interpolation import has_reference

NOT_ONE_OF = "not_one_of"
"""The type of pydantic's error for a text outside a closed set; its context holds `words` and `candidates`."""


LONGEST_NAME = 256
"""Characters of a resource's name: our mark holds it, and AWS takes no longer tag; no kind takes a longer name either."""


@dataclass(frozen=True)
class Form:
    """The form of a text: a pattern for the whole text, and the same in plain words, as in "expected {words}"."""

    pattern: str
    words: str

    def problem(self, text: str) -> str:
        """The problem of a text; empty if it has the form."""
        return "" if re.fullmatch(self.pattern, text, re.ASCII) else f"expected {self.words}"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "pattern": f"^(?:{self.pattern})$"}

    def _check(self, text: str) -> str:
        problem = self.problem(text)
        if problem and not has_reference(text):
            raise ValueError(problem)
        return text


@dataclass(frozen=True)
class OneOf:
    """One of a closed set of texts that is too large for a `Literal`; an empty set refuses nothing."""

    candidates: Callable[[], Collection[str]]
    words: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def _check(self, text: str) -> str:
        names = self.candidates()
        if names and text not in names and not has_reference(text):
            raise PydanticCustomError(
                NOT_ONE_OF, "expected {words}", {"words": self.words, "candidates": names}
            )
        return text


def without(problem: Callable[[str], str]) -> AfterValidator:
    """A validator that refuses a text with a problem, and uses the problem as its message."""

    def check(text: str) -> str:
        said = problem(text)
        if said and not has_reference(text):
            raise ValueError(said)
        return text

    return AfterValidator(check)


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _unreal(day: str) -> str:
    try:
        date.fromisoformat(day)
    except ValueError:
        return "the calendar has no such day; write a real one as YYYY-MM-DD"
    return ""


ACCOUNT_ID = Form("[0-9]{12}", "the 12 digits of an account id")
REGION = Form(r"[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}", "a Region such as eu-west-2")
STACK_NAME = Form(r"[a-z0-9-]{1,64}", "1 to 64 of a-z, 0-9 and -")
ENVIRONMENT_NAME = Form(r"[A-Za-z0-9_-]{1,64}", "1 to 64 of a-z, A-Z, 0-9, _ and -")
DAY = Form(r"\d{4}-\d{2}-\d{2}", "a day as YYYY-MM-DD, such as 2027-04-01")


def day_problem(text: str) -> str:
    """The problem of a day of the calendar, as YYYY-MM-DD; empty if it is one."""
    return DAY.problem(text) or _unreal(text)


TIME = Form(r"([01]\d|2[0-3]):[0-5]\d", 'a time as HH:MM, from "00:00" to "23:59"')
EMAIL = Form(
    r"[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,63}", "an e-mail address, such as ada@example.com"
)

Day: TypeAlias = Annotated[str, DAY, without(_unreal)]
"""A day of the calendar, as YYYY-MM-DD."""
E164: TypeAlias = Annotated[
    str,
    Form(r"\+[1-9]\d{1,14}", "a phone number in E.164: +, country code and number, such as +442071838750"),
]
"""A phone number with its country code, up to 15 digits (ITU-T E.164)."""
TimeZone: TypeAlias = Annotated[
    str, OneOf(_time_zones, "a time zone of the tz database, such as Europe/London")
]
"""A time zone by its name in the tz database."""
Email: TypeAlias = Annotated[str, EMAIL]
"""An address as Amazon Connect takes it (UserIdentityInfo, API reference)."""


def stack_name_from(text: str) -> str:
    """A text, such as the name of a directory, as the name of a stack; empty if nothing of it may be in one."""
    return re.sub("[^a-z0-9]+", "-", text.lower())[:64].strip("-")


def resource_name_problem(name: str) -> str:
    """What is wrong with the name of a resource in the files; empty if nothing is."""
    if len(name) > LONGEST_NAME:
        return f"has more than {LONGEST_NAME} characters"
    if name != name.strip():
        return "begins or ends with a space"
    return "" if name.isprintable() else "holds a line break or a control character"


def tag_problem(text: str) -> str:
    """The problem of a tag's key or value in AWS; empty if it is valid.

    https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
    """
    bad = sorted(
        {each for each in text if each not in "_.:/=+-@" and unicodedata.category(each)[0] not in "LZN"}
    )
    if not bad:
        return ""
    shown = " ".join(each if each.isprintable() else f"U+{ord(each):04X}" for each in bad[:5])
    return f"AWS accepts letters, digits, spaces and _ . : / = + - @ in tags; remove {shown}"


def tag_key_problem(key: str) -> str:
    """The problem of a tag's key, except for its length; empty if it is valid and neither AWS's nor our own."""
    if key.lower().startswith("aws:"):
        return f"{key[:4]} at the beginning is reserved for AWS's own tags; remove this tag, or choose another key"
    if key.startswith("reconciler:"):
        return (
            "reconciler: at the beginning is reserved for reconciler's own marks; "
            "remove this tag, or choose another key"
        )
    return tag_problem(key)
