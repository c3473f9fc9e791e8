"""Resolves names to keys: every reference must lead to a resource of the stack."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from reconciler.appearance import noun_of
from reconciler.contract import Attribute
from reconciler.desired.mistakes import Mistakes, Pasted, ValuePath
from reconciler.desired.phrases import listed, quoted
from reconciler.field_schema import referred
from reconciler.interpolation import ALWAYS, KIND, Token
from reconciler.model import Ref, Settings
from reconciler.stack import Key, Place

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Use(NamedTuple):
    """A reference to an attribute that not every resource of its kind has."""

    key: Key
    attribute: str
    place: Place
    trail: ValuePath | str


class References:
    """Every name of the stack, by kind, and the attributes of the kinds.

    `complete` is false if a file could not be read or no environment could be chosen: then a missing name is not a
    mistake.
    """

    def __init__(
        self,
        names: Mapping[str, Collection[str]],
        left_out: Mapping[Key, Place],
        mistakes: Mistakes,
        attributes: Mapping[str, Mapping[str, Attribute]],
    ) -> None:
        self.complete = True
        self.open_kinds: frozenset[str] = frozenset()
        """Kinds of which not all names are known, because a CSV file could not be read."""
        self._attributes = attributes
        self._uses: list[Use] = []
        self._names = names
        self._left_out = left_out
        self._mistakes = mistakes
        self._hints: dict[Key, str] = {}

    def knows(self, key: Key) -> bool:
        """Whether the stack has this resource."""
        return key.name in self._names.get(key.kind, ())

    def names(self, kind: str) -> Collection[str]:
        """The names of all resources of a kind."""
        return self._names.get(kind, ())

    def leaves_out(self, key: Key) -> bool:
        """Whether the chosen environment leaves a resource out that the stack has otherwise."""
        return key in self._left_out

    def target(self, ref: Ref, name: str, place: Place, trail: ValuePath | str) -> Key | None:
        """The resource that a name refers to; None if the reference or the name has a mistake."""
        if ref.outside:
            return self._perhaps(ref, name, place, trail)
        key, problem = self._find(Key(ref.kind, name))
        if problem and not self._mistakes.doubted(place):
            self._mistakes.add(place, problem, trail, _pasted(ref.kind, name, trail))
        return key

    def targets(
        self, tokens: Collection[Token], words: Mapping[str, Ref], place: Place, trail: ValuePath | str
    ) -> Iterator[Key]:
        """The resources that the references of one text lead to; each unknown one is a separate mistake."""
        doubted = self._mistakes.doubted(place)
        for token in tokens:
            ref = referred(words, token)
            key, problem = self._find(Key(ref.kind, token.name))
            if ref.kind not in self._names:
                problem = f"no reference begins with {quoted(token.word)}{self._nearest(token.word, words)}"
            problem = problem or self._unknown_attribute(ref.kind, token)
            if problem and not doubted:
                pasted = _pasted(ref.kind, token.name, trail, token) if ref.kind in self._names else None
                self._mistakes.add(place, problem, trail, pasted)
            elif key:
                if token.attribute and token.attribute not in ALWAYS:
                    self._uses.append(Use(key, token.attribute, place, trail))
                yield key

    def check(self, settings: Mapping[Key, Settings]) -> None:
        """Note references to attributes that a resource does not have in the files; `settings` are the known ones."""
        for use in self._uses:
            declared = self._attributes.get(use.key.kind, {}).get(use.attribute)
            missing = declared.missing(settings[use.key]) if declared and use.key in settings else ""
            if missing and not self._mistakes.doubted(use.place):
                said = f"{use.key} has no {use.attribute}: {missing}"
                self._mistakes.add(use.place, said, use.trail)

    def _find(self, key: Key) -> tuple[Key | None, str]:
        """The key if the stack has it, or the problem; neither if this is not known yet."""
        if key.kind not in self._names:
            return None, f"no kind named {quoted(key.kind)} is known, to which this refers"
        if key.name in self._names[key.kind]:
            return key, ""
        if not self.complete or key.kind in self.open_kinds:
            return None, ""
        return None, _not_a_name(key) or f"no {noun_of(key.kind)} named {quoted(key.name)}{self._hint(key)}"

    def _unknown_attribute(self, kind: str, token: Token) -> str:
        """The problem of the attribute of a reference; empty if there is none."""
        known = (*ALWAYS, *self._attributes.get(kind, ()))
        if token.attribute is None or token.attribute in known:
            return ""
        near = self._mistakes.near(token.attribute, known) or f"; the attributes are {listed(known)}"
        return f"{kind} has no attribute {quoted(token.attribute)}{near}"

    def _nearest(self, word: str, words: Mapping[str, Any]) -> str:
        """A suggestion for the first word of a reference."""
        same = next((kind for kind in self._names if kind.rpartition(".")[2] == word), None)
        if same and not words:
            return f"; did you mean {quoted(same)}?"
        near = self._mistakes.near(word, [*words, *self._names])
        if near or not words or KIND.fullmatch(word):
            return (
                near or f"; a reference is written ${{kind:name}}, with one of {listed(sorted(self._names))}"
            )
        return f"; it may be one of {listed(words)}, or a kind"

    def _perhaps(self, ref: Ref, name: str, place: Place, trail: ValuePath | str) -> Key | None:
        """The resource of the stack that a name or an ARN means; None if it is outside the stack."""
        own = name.rpartition(":")[2].rpartition("/")[2] if name.startswith("arn:") else name
        if own in self._names.get(ref.kind, ()):
            return Key(ref.kind, own)
        if ref.by == "arn" and own == name and self.complete and not self._mistakes.doubted(place):
            near = self._hint(Key(ref.kind, name)) if ref.kind in self._names else ""
            outside = near or "; of one outside write the ARN"
            said = f"no {noun_of(ref.kind)} of the stack is named {quoted(name)}{outside}"
            self._mistakes.add(place, said, trail)
        return None

    def only(self, kind: str, place: Place, subject: str) -> Key | None:
        """The only resource of a kind; None and a mistake if there is none or more than one."""
        names = self._names.get(kind, ())
        if len(names) == 1:
            return Key(kind, *names)
        word = noun_of(kind)
        field = word.replace(" ", "_")
        if names:
            said = f"the stack has several of {kind}; write `{field}:` with one of {listed(names)}"
            self._mistakes.add(place, said, subject)
        elif kind not in self._names:
            self._mistakes.add(place, f"no kind named {quoted(kind)} is known, in which this lives", subject)
        elif self.complete and kind not in self.open_kinds:
            said = f"the stack has no {word} for this resource; add one under {kind} and write `{field}:` with its name"
            self._mistakes.add(place, said, subject)
        return None

    def _hint(self, key: Key) -> str:
        if key in self._left_out:
            return f"; {self._left_out[key]} leaves it out"
        if key not in self._hints:
            self._hints[key] = self._mistakes.near(key.name, self._names[key.kind])
        return self._hints[key]


def _form(text: str) -> Literal["ARN", "id"] | None:
    """Whether a text is an ARN or an id, as AWS's console shows them; None for a name."""
    if text.startswith("arn:"):
        return "ARN"
    return "id" if _ID.fullmatch(text) else None


def _not_a_name(key: Key) -> str:
    """What to write instead of an ARN or an id; empty for a name."""
    form = _form(key.name)
    if form is None:
        return ""
    return (
        f"expected the name of a {key.kind}, and this is an {form}; write the name that AWS shows for it, and under "
        f"{key.kind} `NAME: {{existing: true}}` unless the files have it"
    )


def _pasted(kind: str, text: str, trail: ValuePath | str, token: Token | None = None) -> Pasted | None:
    """An ARN or an id in the place of a name, in a field or in a reference of a text; None for a name."""
    form = _form(text)
    if form is None:
        return None
    before, after = "", ""
    if token is not None:
        before, after = f"${{{token.word}:", f"#{token.attribute}}}" if token.attribute else "}"
    elif isinstance(trail, ValuePath):
        before = f"{trail.step}: " if isinstance(trail.step, str) else "- "
    return Pasted(kind, text, form, str(trail), before, after)
