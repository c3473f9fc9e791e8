"""Folders in desired state: read whole, hashed, and never outside the root of the repository."""

from reconciler.archives import Archive, archive_of
from reconciler.desired.folders import Trees
from reconciler.desired.mistakes import Refused, ValuePath
from reconciler.desired.nodes import Node
from reconciler.desired.phrases import a_value, quoted
from reconciler.desired.text_fields import Texts

HOW = "expected the path of a folder, such as lambda_src/greeting"


class Archives:
    """Reads the folders that one stack names."""

    def __init__(self, trees: Trees, texts: Texts) -> None:
        self._trees = trees
        self._texts = texts
        self._known: dict[str, Archive] = {}

    def read(self, node: Node, trail: ValuePath) -> Archive | None:
        """The archive of a folder; None for an explicit null, or if there is a mistake."""
        if node.value is None:
            return None
        mistakes = self._texts.mistakes
        if not isinstance(node.value, str):
            mistakes.add(node.place, f"{HOW}, got {a_value(node.value)}", trail)
            return None
        path = str(self._texts.variables.fill(node.value, node.place, trail))
        if mistakes.doubted(node.place):
            return None
        try:
            if path not in self._known:
                self._known[path] = archive_of(path, self._trees.read(path))
        except Refused as error:
            mistakes.add(node.place, f"{quoted(path)}: {error}", trail)
            return None
        return self._known[path]
