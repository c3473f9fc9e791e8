"""Finds and parses the files of a stack: its own, those of its environments, and the documents that it names."""

import hashlib
from collections.abc import Iterable
from pathlib import PurePosixPath

from reconciler.desired.files import Folder, is_header, refuse_path
from reconciler.desired.header import FILE
from reconciler.desired.ignored_files import BESIDE
from reconciler.desired.jsontext import parse_json
from reconciler.desired.mistakes import Mistakes, Refused
from reconciler.desired.nodes import Allowance, Node
from reconciler.desired.phrases import listed
from reconciler.desired.yamltext import parse_yaml
from reconciler.stack import Place

OVERLAYS = "environments"
CHARACTERS_A_VALUE = 64


class Sources:
    """All files that one stack is read from, with a common limit on their size."""

    def __init__(self, folder: Folder, mistakes: Mistakes) -> None:
        self.base: dict[str, Node] = {}
        """The stack's own files, by path."""
        self.overlays: dict[str, Node] = {}
        """The overlay files, by environment."""
        self.paths: list[str] = []
        """The paths of all these files."""
        self.complete = True
        """Whether every file could be read completely, so that a missing name is certain to be missing."""
        self._folder = folder
        self.allowance = Allowance()
        """How many values the stack may still hold."""
        self._mistakes = mistakes
        self._overlay_paths: dict[str, str] = {}
        self._documents: dict[str, tuple[Node | None, int]] = {}
        paths = self._folder.yaml_files(mistakes)
        headers = sorted(filter(is_header, paths), key=lambda path: path != FILE)
        self.header = headers[0] if headers else FILE
        """The path of the stack's header."""
        if not headers:
            self.complete = False
            if not mistakes.doubted(self._folder.place):
                self._refuse(FILE, _no_stack(paths))
            return
        for path in headers[1:]:
            self._refuse(path, f"{self.header} is the header of this stack; merge the two files")
        for path in paths:
            if path not in headers[1:]:
                self.paths.append(path)
                self._read(path)

    def document(self, path: str) -> Node | None:
        """The document in a file; None if its text is invalid, which is noted.

        Raises:
            Refused: the file itself cannot be read.
        """
        refuse_path(path)
        known = str(PurePosixPath(path))
        if known in self._documents:
            root, cost = self._documents[known]
            self.allowance.spend(0, cost)
            return root
        text, before = self._folder.read_document(known), self.allowance.left
        try:
            root = parse_json(text, known, self._mistakes, self.allowance)
        except Refused:
            root = None
        # A file that a thousand resources refer to is filled in a thousand times: its length counts too.
        self._documents[known] = root, before - self.allowance.left + len(text) // CHARACTERS_A_VALUE
        return root

    def lines(self, path: str) -> Node:
        """The lines of a file that is no document, with their ends.

        Raises:
            Refused: the file cannot be read.
        """
        refuse_path(path)
        known = str(PurePosixPath(path))
        text = self._folder.read_document(known)
        self.allowance.spend(0, 1 + len(text) // CHARACTERS_A_VALUE)
        lines = text.splitlines(keepends=True)
        return Node([Node(line, known, number, 1) for number, line in enumerate(lines, 1)], known, 1, 1)

    def table(self, path: str) -> bytes:
        """The bytes of a CSV file of the stack.

        Raises:
            Refused: the file cannot be read.
        """
        return self._folder.read_table(path)

    def beside(self, name: str) -> Node | None:
        """The file beside desired state of this name without suffix; None if there is none, or if it cannot be read, which is noted."""
        names, key = self._folder.files_beside(name), BESIDE[name]
        for path in names[1:]:
            said = f"{names[0]} has the {key} of this stack; merge the two files"
            self._mistakes.add(Place(path, 1, 1), said)
        if names and names[0] in self.paths:
            said = f"this file declares resources; write {key} under `{key}:`, and resources in another file"
            self._mistakes.add(Place(names[0], 1, 1), said)
            return None
        return self._parsed(names[0]) if names else None

    def overlay_path(self, environment: str) -> str | None:
        """The path of the file of an environment; None if it has none."""
        return self._overlay_paths.get(environment)

    def digest(self, environment: str, beside: bytes = b"") -> str:
        """sha256 over all that was read for this environment, and over other input (`beside`)."""
        others = {path for name, path in self._overlay_paths.items() if name != environment}
        found = self._folder.digest(others)
        return hashlib.sha256(found.encode() + beside).hexdigest() if beside else found

    def _read(self, path: str) -> None:
        top, _, rest = path.partition("/")
        environment = PurePosixPath(rest).stem if top == OVERLAYS else None
        if environment is not None and "/" in rest:
            self._refuse(path, f"only {OVERLAYS}/<environment>.yaml is read here; move this file up")
            return
        if environment in self._overlay_paths:
            said = f"{self._overlay_paths[environment]} is for the same environment; merge the two files"
            self._refuse(path, said)
            return
        if environment is not None:
            self._overlay_paths[environment] = path
        root = self._parsed(path)
        if root and environment is None:
            self.base[path] = root
        elif root and environment is not None:
            self.overlays[environment] = root

    def _parsed(self, path: str) -> Node | None:
        try:
            text = self._folder.read_yaml(path)
        except Refused as error:
            self._refuse(path, str(error))
            return None
        try:
            root, whole = parse_yaml(text, path, self._mistakes, self.allowance)
        except Refused:
            self.complete = False
            return None
        self.complete &= whole
        return root if root and root.value is not None else Node({}, path, 1, 1)

    def _refuse(self, path: str, message: str) -> None:
        self._mistakes.add(Place(path, 1, 1), message)
        self.complete = False


def _no_stack(paths: Iterable[str]) -> str:
    """The advice if there is no header; it names directories below that have one."""
    found = [path.rpartition("/") for path in paths]
    stacks = [above for above, _, name in found if is_header(name)]
    below = f"; there is one in {listed(stacks)}: name that directory" if stacks else ""
    return f"there is no such file; a stack is a directory with a stack.yaml that begins with `stack: <name>`{below}"
