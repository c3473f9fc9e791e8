"""Folders and lock files in desired state: read whole, hashed, and never outside the root of the repository."""

from reconciler.archives import Archive, archive_of
from reconciler.desired.folders import Trees
from reconciler.desired.mistakes import Refused, ValuePath
from reconciler.desired.nodes import Node
from reconciler.desired.phrases import a_value, quoted
from reconciler.desired.text_fields import Texts
from reconciler.lock_files import BadLockError, lock_of

HOW = "expected the path of a folder, such as lambda_src/greeting"
HOW_OF_LOCKS = "expected the path of a lock file, such as lambda_src/requirements.lock"


class Archives:
    """Reads the folders that one stack names."""

    def __init__(self, trees: Trees, texts: Texts) -> None:
        self._trees = trees
        self._texts = texts
        self._known: dict[str, Archive] = {}

    def read(self, node: Node, trail: ValuePath, *, lock: bool = False) -> Archive | None:
        """The archive of a folder, or a lock file; None for an explicit null, or if there is a mistake."""
        if node.value is None:
            return None
        mistakes = self._texts.mistakes
        if not isinstance(node.value, str):
            how = HOW_OF_LOCKS if lock else HOW
            mistakes.add(node.place, f"{how}, got {a_value(node.value)}", trail)
            return None
        path = str(self._texts.variables.fill(node.value, node.place, trail))
        if mistakes.doubted(node.place):
            return None
        try:
            if path not in self._known:
                self._known[path] = self._lock(path) if lock else archive_of(path, self._trees.read(path))
        except (Refused, BadLockError) as error:
            mistakes.add(node.place, f"{quoted(path)}: {error}", trail)
            return None
        return self._known[path]

    def _lock(self, path: str) -> Archive:
        """A lock file.

        Raises:
            Refused: it cannot be read.
            BadLockError: a line of it is no package with hashes.
        """
        try:
            return lock_of(path, self._trees.read_file(path).decode())
        except UnicodeDecodeError:
            raise BadLockError("it is not UTF-8 text") from None
