"""Names to keys: every reference leads to a resource of the stack, or is a mistake."""

from collections.abc import Collection, Mapping

from reconciler.desired.mistakes import Mistakes, Trail
from reconciler.desired.words import listed, noun, quoted
from reconciler.model import Ref
from reconciler.stack import Key, Place


class References:
    """Every name of the stack, by kind.

    `complete` is false where a file could not be read or no environment could be chosen: then a name that is not there
    is no mistake yet.
    """

    def __init__(
        self, names: Mapping[str, Collection[str]], left_out: Mapping[Key, Place], mistakes: Mistakes
    ) -> None:
        self.complete = True
        self._names = names
        self._left_out = left_out
        self._mistakes = mistakes
        self._hints: dict[Key, str] = {}

    def knows(self, key: Key) -> bool:
        """Whether the stack has this resource."""
        return key.name in self._names.get(key.kind, ())

    def target(self, ref: Ref, name: str, place: Place, trail: Trail | str) -> Key | None:
        """The resource that a name refers to; None where that is a mistake, or the name itself is one."""
        key = Key(ref.kind, name)
        if ref.outside:
            return self._perhaps(ref, name, place, trail)
        if ref.kind not in self._names:
            self._mistakes.add(
                place, f"no kind named {quoted(ref.kind)} is known, to which this refers", trail
            )
        elif name in self._names[ref.kind]:
            return key
        elif self.complete and not self._mistakes.doubted(place):
            self._mistakes.add(place, f"no {noun(ref.kind)} named {quoted(name)}{self._hint(key)}", trail)
        return None

    def _perhaps(self, ref: Ref, name: str, place: Place, trail: Trail | str) -> Key | None:
        """The resource of the stack that a name or an ARN stands for; None where it is one outside."""
        own = name.rpartition(":")[2].rpartition("/")[2] if name.startswith("arn:") else name
        if own in self._names.get(ref.kind, ()):
            return Key(ref.kind, own)
        if ref.by == "arn" and own == name and self.complete and not self._mistakes.doubted(place):
            said = f"no {noun(ref.kind)} of the stack is named {quoted(name)}; of one outside write the ARN"
            self._mistakes.add(place, said, trail)
        return None

    def only(self, kind: str, place: Place, subject: str) -> Key | None:
        """The one resource of a kind; None and a mistake where there is none or a choice."""
        names = self._names.get(kind, ())
        if len(names) == 1:
            return Key(kind, *names)
        word = noun(kind)
        field = word.replace(" ", "_")
        if names:
            said = f"the stack has several of {kind}; write `{field}:` with one of {listed(names)}"
            self._mistakes.add(place, said, subject)
        elif kind not in self._names:
            self._mistakes.add(place, f"no kind named {quoted(kind)} is known, in which this lives", subject)
        elif self.complete:
            said = f"the stack has no {word} for this to live in; add one under {kind} and write `{field}:` with its name"
            self._mistakes.add(place, said, subject)
        return None

    def _hint(self, key: Key) -> str:
        if key in self._left_out:
            return f"; {self._left_out[key]} leaves it out"
        if key not in self._hints:
            self._hints[key] = self._mistakes.near(key.name, self._names[key.kind])
        return self._hints[key]
