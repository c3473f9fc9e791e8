"""Decides which YAML files below a stack's directory are not part of the stack.

Ignored are: hidden files and directories, files that other programs install, files with a name that belongs to another
program, and what `.reconcilerignore` names. Every other YAML file is desired state: its mistakes are always reported.
"""

import re
from collections.abc import Iterator

from pathspec import GitIgnoreSpec

FILE = ".reconcilerignore"
"""The file with patterns in the stack's directory; they are those of .gitignore (https://git-scm.com/docs/gitignore)."""
INSTALLED = frozenset({"node_modules", "__pycache__", "site-packages"})
"""Directories that package managers fill."""
VENV = "pyvenv.cfg"
"""The file that marks a directory as a virtual environment of Python (PEP 405)."""
_OTHERS = re.compile(
    r"(docker-)?compose(\..+)?|buildspec|azure-pipelines|bitbucket-pipelines|cloudbuild|mkdocs|pnpm-(lock|workspace)"
)
"""Names, without suffix, that belong to other programs."""
_A_KIND = re.compile(r"""^(\s*\{|["']?[a-z0-9_]+\.[a-z0-9_]+["']?\s*:)""", re.MULTILINE)
"""Matches the key of a kind of resource; no file of those programs has such a key."""


class Ignored:
    """The patterns of one stack; `wrong` holds the invalid ones, by line."""

    def __init__(self, text: str) -> None:
        self.wrong: dict[int, str] = {}
        self._spec = GitIgnoreSpec.from_lines(self._readable(text))

    def _readable(self, text: str) -> Iterator[str]:
        for number, line in enumerate(text.splitlines(), 1):
            try:
                GitIgnoreSpec.from_lines([line])
            except ValueError:
                self.wrong[number] = "this is not a .gitignore pattern; correct or remove it"
            else:
                yield line

    def holds(self, path: str, *, directory: bool = False) -> bool:
        """Whether `.reconcilerignore` names a path below the stack's directory."""
        return bool(self._spec.match_file(f"{path}/" if directory else path))


def is_other_programs(path: str) -> bool:
    """Whether the name of a YAML file belongs to another program; overlays always belong to the stack."""
    above, _, name = path.rpartition("/")
    return above != "environments" and bool(_OTHERS.fullmatch(name.lower().rpartition(".")[0]))


def has_kinds(text: str) -> bool:
    """Whether a file may contain kinds of resources, whatever its name is."""
    return bool(_A_KIND.search(text))
