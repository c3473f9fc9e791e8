"""Fills in `${variable}` in strings with its value in this environment."""

import re
from collections.abc import Mapping
from functools import cache
from typing import TypeAlias, TypeVar

from reconciler.desired.mistakes import Mistakes, ValuePath
from reconciler.desired.nodes import Node, Scalar
from reconciler.desired.phrases import a_value, quoted, shortened
from reconciler.interpolation import has_reference
from reconciler.stack import Place

BUILT_IN = ("stack", "environment", "account", "region")
NAME = r"[A-Za-z_][A-Za-z0-9_]*"
BARE = "`${` begins a variable such as ${environment}; write $${ for the text itself"
EACH = "`${each...}` is only known in a resource with `for_each`; write $${ for the text itself"
NO_REFERENCE = "no reference is allowed here; write the value itself, or $${ for the text itself"
_USE = re.compile(rf"\$\$\{{|\$\{{({NAME})\}}|\$\{{")

MOST_FILLED = 16 * 2**20
"""Total characters that variables may add to texts: a long one in many places would fill the memory."""

Value: TypeAlias = str | int | float | bool
Values: TypeAlias = Mapping[str, Value]
V = TypeVar("V", bound=Scalar)


class Variables:
    """The variables of one environment; without values (no environment was chosen) nothing is filled in.

    `collections` are the lists and mappings among them: only `for_each` takes them.
    """

    def __init__(
        self, values: Values | None, mistakes: Mistakes, collections: Mapping[str, Node] | None = None
    ) -> None:
        self._values = values
        self._collections = collections or {}
        self._mistakes = mistakes
        self._left = MOST_FILLED

    def knows(self, name: str) -> bool:
        """Whether there is a variable of this name."""
        return self._values is not None and (name in self._values or name in self._collections)

    def collection(self, name: str, place: Place, trail: ValuePath | str) -> Node | None:
        """The list or mapping of a variable; None and a mistake if it is neither."""
        if name in self._collections:
            return self._collections[name]
        value = self._value(name, place, trail)
        if value is not None:
            said = f"the variable {quoted(name)} is {a_value(value)} in environment {self._environment()}; "
            self._mistakes.add(place, f"{said}`for_each` needs a list or a mapping", trail)
        return None

    def fill(self, text: str, place: Place, trail: ValuePath | str = "") -> Scalar:
        """The text with its variables filled in; a text that is one variable takes the variable's own value."""
        if "${" not in text:
            return text
        return self._fill(text, place, trail, {"$${": "${", "${": None})

    def fill_text(self, text: str, place: Place, trail: ValuePath | str) -> Scalar:
        """The same for texts with references: these and the escape `$${` stay, and variables cannot add new ones."""
        return self._fill(text, place, trail, {"$${": "$${", "${": "${"})

    def fill_name(self, text: str, place: Place) -> str:
        """A name or a tag's value with its variables filled in; always text, whatever type the variables have."""
        return written(self.fill(text, place))

    def _fill(
        self, text: str, place: Place, trail: ValuePath | str, kept: Mapping[str, str | None]
    ) -> Scalar:
        whole = _USE.fullmatch(text)
        if whole and whole[1]:
            value = self._value(whole[1], place, trail)
            return text if value is None else self._within(_escaped(value, kept), text, place, trail)

        @cache
        def beginning_alone() -> str:
            if "${each." in text:
                return EACH
            return NO_REFERENCE if has_reference(text) else BARE

        def replace(use: re.Match[str]) -> str:
            if use[1]:
                value = self._value(use[1], place, trail)
                filled = use[0] if value is None else written(_escaped(value, kept))
                return self._within(filled, use[0], place, trail)
            stays = kept[use[0]]
            if stays is None:
                self._mistakes.add(place, beginning_alone(), trail)
            return stays or use[0]

        return _USE.sub(replace, text)

    def _within(self, value: V, otherwise: V, place: Place, trail: ValuePath | str) -> V:
        """The value, or a mistake if too much was filled in."""
        self._left -= len(value) if isinstance(value, str) else 0
        if self._left >= 0:
            return value
        most = MOST_FILLED // 2**20
        self._mistakes.add(
            place, f"variables bring more than {most} MiB of text into the stack; shorten them", trail
        )
        return otherwise

    def _value(self, name: str, place: Place, trail: ValuePath | str) -> Value | None:
        if self._values is None:
            self._mistakes.doubt(place)
        elif name in self._collections:
            kind = a_value(self._collections[name].value)
            said = f"the variable {quoted(name)} is {kind}, which only `for_each` takes"
            self._mistakes.add(place, said, trail)
        elif name not in self._values:
            near = self._mistakes.near(name, [*self._values, *self._collections])
            said = f"no variable named {quoted(name)} in environment {self._environment()}{near}"
            self._mistakes.add(place, said, trail)
        else:
            return self._values[name]
        return None

    def _environment(self) -> str:
        return shortened(str((self._values or {})["environment"]))


def escaped(text: str) -> str:
    """A text in which nothing is read as a variable or a reference."""
    return text.replace("${", "$${")


def _escaped(value: Value, kept: Mapping[str, str | None]) -> Value:
    """A variable's value, escaped so that nothing in it is read as a reference."""
    return escaped(value) if isinstance(value, str) and kept["${"] else value


def written(value: Scalar) -> str:
    """A variable's value as it is written within a longer text."""
    return str(value).lower() if isinstance(value, bool) else str(value)
