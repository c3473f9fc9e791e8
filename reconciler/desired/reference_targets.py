"""Checks that a reference has the meaning that its field takes: the id of a security group is not its ARN."""

from collections.abc import Iterable, Mapping
from typing import Any

from reconciler.appearance import noun_of
from reconciler.contract import Adapter, Assigned, Named
from reconciler.interpolation import ALWAYS, Token, parse_token
from reconciler.model import Means

WORDS = {"arn": "the ARN", "id": "the id", "name": "the name"}
SHOWN = 4
"""How many ways to write a reference a message shows."""


class Meanings:
    """The meaning of the attributes of each kind."""

    def __init__(self, kinds: Mapping[str, Adapter[Any]]) -> None:
        self._kinds = kinds

    def problem(self, text: str, taken: tuple[Means, ...]) -> str:
        """The problem of a text that is one reference, in a field that takes these meanings; empty if there is none.

        An unknown kind or attribute is reported elsewhere.
        """
        token = parse_token(text) if taken else None
        if token is None or token.word not in self._kinds:
            return ""
        meant = self.meant(token.word, token.attribute or "arn")
        if self._takes(taken, meant):
            return ""
        right = self._instead(token, taken)
        if right:
            found = f"{token} is {_told(Means(token.word, token.attribute or 'arn'))}"
            return f"expected {_listed(self._only(taken, token.word))}, and {found}; write {right}"
        examples = [self._example(each) for each in taken if each.kind in self._kinds]
        shown = f", as in {' or '.join(examples[:SHOWN])}" if examples else ""
        return f"expected {_listed(taken)}{shown}, and {token} is {_told(meant)}"

    def meant(self, kind: str, attribute: str) -> Means:
        """The meaning of an attribute, in one form: if the id of a kind is its name, it means the name."""
        adapter = self._kinds.get(kind)
        if adapter is None:
            return Means(kind, attribute)
        declared = adapter.attributes.get(attribute)
        if declared is not None:
            return declared.means or Means(kind, attribute)
        if attribute == "id":
            identity = adapter.identity
            if isinstance(identity, Named):
                return Means(kind, "name")
            if isinstance(identity, Assigned) and identity.id_in and identity.id_in == identity.arn_in:
                return Means(kind, "arn")
        return Means(kind, attribute)

    def _takes(self, taken: Iterable[Means], meant: Means) -> bool:
        of_one = (self.meant(each.kind, each.by) if each.kind else Means(None, each.by) for each in taken)
        return any(meant == each or (each.kind is None and each.by == meant.by) for each in of_one)

    def _instead(self, token: Token, taken: tuple[Means, ...]) -> str:
        """The reference to the same resource that the field takes; empty if there is none."""
        known = (*ALWAYS, *self._kinds[token.word].attributes)
        fits = (name for name in known if self._takes(taken, self.meant(token.word, name)))
        found = next(fits, None)
        return "" if found is None else str(token._replace(attribute=None if found == "arn" else found))

    def _only(self, taken: tuple[Means, ...], kind: str) -> tuple[Means, ...]:
        """The meanings of one kind that a field takes; if it takes none of that kind, all that it takes."""
        return tuple(each for each in taken if each.kind == kind) or taken

    def _example(self, means: Means) -> str:
        return f"${{{means.kind}:NAME{'' if means.by == 'arn' else f'#{means.by}'}}}"


def _told(means: Means) -> str:
    """`the ARN of a role`."""
    what = WORDS.get(means.by, f"the {means.by}")
    if means.kind is None:
        return f"{what} of anything"
    word = noun_of(means.kind)
    return f"{what} of {'an' if word[0] in 'aeiou' else 'a'} {word}"


def _listed(taken: Iterable[Means]) -> str:
    """`the ARN of a role or of a user`."""
    by: dict[str, list[str]] = {}
    for each in taken:
        what, _, whose = _told(each).partition(" of ")
        by.setdefault(what, []).append(f"of {whose}")
    return " or ".join(f"{what} {' or '.join(whose)}" for what, whose in by.items())
