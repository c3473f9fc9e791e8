"""Decides which YAML files below a stack's directory are not part of the stack.

Ignored are: hidden files and directories, files that other programs install, files with a name that belongs to another
program, `smoke.yaml` and `cost.yaml`, and what `.reconcilerignore` names. Every other YAML file is desired state: its mistakes are always reported.
"""

import re
import warnings
from collections.abc import Iterator

from pathspec import GitIgnoreSpec

FILE = ".reconcilerignore"
"""The file with patterns in the stack's directory; they are those of .gitignore (https://git-scm.com/docs/gitignore)."""
HEADERS = ("stack.yaml", "stack.yml")
"""The names of the header, in upper or lower case."""
MOST_LINES = 10_000
"""The most lines of the file."""
MOST_WILDCARDS = 8
"""The most `*` of a pattern: the time of a match grows with the length of a path to the power of their number."""
_BACKSLASH = re.compile(r"(?<!\\)\\\w")
BESIDE = {"smoke": "checks", "cost": "volumes"}
"""The names, without suffix, of files beside desired state in the stack's directory, in upper or lower case, and the key
under which each of them says something of resources: the checks of `reconciler smoke`, the volumes of `reconciler cost`."""
_SUFFIXES = (".yaml", ".yml")
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
_IN_BRACES = r"^\s*\{{.*\b{}\b"
"""Matches a file beside desired state that is written in braces, by its key."""


def _problem(line: str) -> str:
    """What is wrong with one line; empty if it is a pattern, a comment or blank."""
    pattern = line.strip().removeprefix("!")
    if not line.strip() or line.startswith("#"):
        return ""
    if not line.isprintable() and not line.replace("\t", "").isprintable():
        return "this pattern contains a control character; remove it"
    if _BACKSLASH.search(pattern):
        return "this pattern contains a backslash before a letter; write / between folders"
    if pattern.startswith(("~", "../", "./")) or "/../" in pattern or "/./" in pattern:
        return "a pattern begins at the stack's directory and cannot lead out of it; write it without ~, . and .."
    if pattern.lstrip("/").lower() in HEADERS and not line.startswith("!"):
        return "the header of a stack is always read; remove this line"
    if pattern.count("*") > MOST_WILDCARDS:
        return f"this pattern has more than {MOST_WILDCARDS} of *; write a simpler one"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "error", FutureWarning
            )  # classes such as [[:alpha:]], which are read otherwise
            (found,) = GitIgnoreSpec.from_lines([line]).patterns
    except (ValueError, re.error, FutureWarning):
        return "this is not a .gitignore pattern; correct or remove it"
    return "this pattern matches nothing; correct or remove it" if found.regex is None else ""


class Ignored:
    """The patterns of one stack; `wrong` holds the invalid ones, by line."""

    def __init__(self, text: str) -> None:
        self.wrong: dict[int, str] = {}
        self._spec = GitIgnoreSpec.from_lines(self._readable(text))

    def _readable(self, text: str) -> Iterator[str]:
        for number, line in enumerate(text.splitlines(), 1):
            if number > MOST_LINES:
                self.wrong[number] = (
                    f"there are more than {MOST_LINES:,} lines; name folders instead of files"
                )
                return
            problem = _problem(line)
            if problem:
                self.wrong[number] = problem
            else:
                yield line

    def holds(self, path: str, *, directory: bool = False) -> bool:
        """Whether `.reconcilerignore` names a path below the stack's directory."""
        return bool(self._spec.match_file(f"{path}/" if directory else path))


def is_other_programs(path: str) -> bool:
    """Whether the name of a YAML file belongs to another program; overlays always belong to the stack."""
    above, _, name = path.rpartition("/")
    return above != "environments" and bool(_OTHERS.fullmatch(name.lower().rpartition(".")[0]))


def beside(path: str) -> str:
    """The name, without suffix, of a file beside desired state; empty if the path is none of one."""
    stem = next((path.lower().removesuffix(each) for each in _SUFFIXES if path.lower().endswith(each)), "")
    return stem if stem in BESIDE else ""


def is_beside(path: str, text: str) -> bool:
    """Whether a file of such a name has no resources."""
    name = beside(path)
    in_braces = name and re.match(_IN_BRACES.format(BESIDE[name]), text, re.DOTALL)
    return bool(name) and (bool(in_braces) or not has_kinds(text))


def has_kinds(text: str) -> bool:
    """Whether a file may contain kinds of resources, whatever its name is."""
    return bool(_A_KIND.search(text))
