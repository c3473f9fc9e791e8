"""Reads texts of desired state: fills in variables, resolves references, and keeps literals unchanged."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.desired.mistakes import Mistakes, ValuePath
from reconciler.desired.nodes import Node, Scalar
from reconciler.desired.reference_targets import Meanings
from reconciler.desired.references import References
from reconciler.desired.variables import BARE, EACH, NO_REFERENCE, Variables
from reconciler.interpolation import (
    ALWAYS,
    Token,
    bare,
    has_reference,
    parse_token,
    tokens_in_text,
    unescaped,
)
from reconciler.model import Means, Ref
from reconciler.stack import Key


@dataclass(frozen=True, slots=True)
class Found:
    """A text, and the resources that it refers to."""

    text: Scalar
    keys: tuple[Key, ...] = ()


@dataclass(frozen=True)
class Texts:
    """Reads the texts of one stack."""

    variables: Variables
    references: References
    meanings: Meanings
    mistakes: Mistakes

    def read(
        self, text: str, node: Node, trail: ValuePath, words: Mapping[str, Ref], *, strict: bool = True
    ) -> Found:
        """A text with its variables filled in and its references found; `words` are their short forms.

        A literal that looks like a reference keeps its escape; any other loses it. With `strict`, a text that begins like
        a variable or a reference but is not one is a mistake.
        """
        filled = self.variables.fill_text(text, node.place, trail) if "${" in text else text
        if not isinstance(filled, str) or "${" not in filled:
            return Found(filled)
        begun = bare(filled) if strict else None
        if begun and not self.mistakes.doubted(node.place):
            alone = EACH if "${each." in filled else BARE
            said = f"a reference needs a name, as in {begun[:-1]}Name}}" if begun != "${" else alone
            self.mistakes.add(node.place, said, trail)
        tokens = [each.filled for each in tokens_in_text(filled, None if strict else words)]
        keys = tuple(dict.fromkeys(self.references.targets(tokens, words, node.place, trail)))
        return Found(unescaped(filled, words), keys)

    def named(self, text: str, node: Node, trail: ValuePath, kind: str) -> Found:
        """A text of a field that also takes the name of a resource of a kind: the name becomes a reference to it."""
        filled = self.variables.fill_text(text, node.place, trail) if "${" in text else text
        if not isinstance(filled, str) or "${" in filled or filled.startswith("arn:"):
            return self.read(text, node, trail, {})
        key = self.references.target(Ref(kind, "arn", outside=True), filled, node.place, trail)
        return Found(str(Token(kind, filled)), (key,) if key else ())

    def check_meaning(self, found: Found, taken: tuple[Means, ...], node: Node, trail: ValuePath) -> None:
        """Note a reference whose meaning the field does not take."""
        problem = self.meanings.problem(found.text, taken) if taken and isinstance(found.text, str) else ""
        if problem and not self.mistakes.doubted(node.place):
            self.mistakes.add(node.place, problem, trail)

    def name(self, ref: Ref, node: Node, trail: ValuePath) -> Found:
        """The name of a resource; the file may write a reference instead."""
        filled: Scalar = str(node.value)
        written = "${" in str(filled)
        token = self._only_token(node, trail) if written else None
        if token is None:
            filled = self.variables.fill(str(node.value), node.place, trail) if written else filled
        elif token.word != ref.kind or token.attribute not in (None, *ALWAYS):
            said = f"expected the name of a {ref.kind}, and {token} is not one; write only the name"
            self.mistakes.add(node.place, said, trail)
            return Found(token.name)
        else:
            filled = token.name
        if not isinstance(filled, str):
            return Found(filled)
        key = self.references.target(ref, filled, node.place, trail)
        return Found(key.name, (key,)) if key else Found(filled)  # an ARN may have been written for it

    def _only_token(self, node: Node, trail: ValuePath) -> Token | None:
        """The single reference of a text with its variables filled in."""
        filled = self.variables.fill_text(str(node.value), node.place, trail)
        token = parse_token(filled) if isinstance(filled, str) and has_reference(filled) else None
        return token.filled if token else None

    def plain(self, node: Node, trail: ValuePath) -> Scalar:
        """A text that cannot contain references."""
        filled = self.variables.fill_text(str(node.value), node.place, trail)
        if isinstance(filled, str) and has_reference(filled) and not self.mistakes.doubted(node.place):
            self.mistakes.add(node.place, NO_REFERENCE, trail)
        return self.variables.fill(str(node.value), node.place, trail)
