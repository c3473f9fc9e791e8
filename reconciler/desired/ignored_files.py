"""Which YAML files below a stack's directory are no part of it.

Left alone are hidden files and directories, what other programs install, files that another program's name stands for,
and what `.reconcilerignore` names. Every other YAML file is desired state: a mistake in it is told, never passed over.
"""

import re
from collections.abc import Iterator

from pathspec import GitIgnoreSpec

FILE = ".reconcilerignore"
"""In the stack's directory; its patterns are those of .gitignore (https://git-scm.com/docs/gitignore)."""
INSTALLED = frozenset({"node_modules", "__pycache__", "site-packages"})
"""Directories that package managers fill."""
VENV = "pyvenv.cfg"
"""In each virtual environment of Python, whatever that is called (PEP 405)."""
_OTHERS = re.compile(
    r"(docker-)?compose(\..+)?|buildspec|azure-pipelines|bitbucket-pipelines|cloudbuild|mkdocs|pnpm-(lock|workspace)"
)
"""Names, without suffix, that other programs look for."""
_A_KIND = re.compile(r"""^(\s*\{|["']?[a-z0-9_]+\.[a-z0-9_]+["']?\s*:)""", re.MULTILINE)
"""How a file begins a kind of resource; no file of those programs has such a key."""


class Ignored:
    """The patterns of one stack; `wrong` says which of them cannot be read, by line."""

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
    """Whether the name of a YAML file is one that another program looks for; overlays of the stack are its own."""
    above, _, name = path.rpartition("/")
    return above != "environments" and bool(_OTHERS.fullmatch(name.lower().rpartition(".")[0]))


def has_kinds(text: str) -> bool:
    """Whether there may be kinds of resources in a file, whoever its name belongs to."""
    return bool(_A_KIND.search(text))
