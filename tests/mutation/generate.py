"""`python -m tests.mutation.generate < request.json > mutants.json`: draws mutants and writes their code.

It runs in an environment of its own, which has mutmut and nothing else of ours. mutmut brings the operators. It leaves out decorated
functions, because it plays all mutants of a file in one process; here each mutant is a file of its own, so they take part.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import libcst as cst  # type: ignore[import-not-found]  # installed for `make mutation` alone
from libcst.metadata import MetadataWrapper, PositionProvider  # type: ignore[import-not-found]
from mutmut.mutation.file_mutation import (  # type: ignore[import-not-found]
    NEVER_MUTATE_FUNCTION_CALLS,
    deep_replace,
)
from mutmut.mutation.mutators import mutation_operators  # type: ignore[import-not-found]

from tests.mutation.mutants import Mutant, drawn, numbered

UNTOUCHED_CALLS = NEVER_MUTATE_FUNCTION_CALLS | {"cast"}
"""`cast` does nothing when the program runs."""
LOGS = {"log", "logger"}
"""The words of the log are nobody's contract: calls of these are left alone."""
Site = tuple[Mutant, cst.CSTNode, cst.CSTNode]


class Sites(cst.CSTVisitor):  # type: ignore[misc]  # of a type that mypy does not know
    """All mutants of a file. Only the bodies of functions take part: what runs on import belongs to no test."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, file: str, module: cst.Module) -> None:
        super().__init__()
        self.found: list[Site] = []
        self._file = file
        self._module = module
        self._lines = module.code.splitlines()
        self._depth = 0
        self._statements: list[int] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Annotation | cst.Decorator | cst.Parameters) or _is_untouched(node):
            return False
        if isinstance(node, cst.BaseSmallStatement | cst.BaseCompoundStatement):
            self._statements.append(self._line(node))
        if self._depth:
            self._mutate(node)
        if isinstance(node, cst.FunctionDef):
            self._depth += 1
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if isinstance(original_node, cst.Annotation | cst.Decorator | cst.Parameters):
            return
        if isinstance(original_node, cst.FunctionDef):
            self._depth -= 1
        if isinstance(original_node, cst.BaseSmallStatement | cst.BaseCompoundStatement):
            self._statements.pop()

    def _line(self, node: cst.CSTNode) -> int:
        return int(self.get_metadata(PositionProvider, node).start.line)

    def _mutate(self, node: cst.CSTNode) -> None:
        for kind, operator in mutation_operators:
            if not isinstance(node, kind):
                continue
            for changed in operator(node):
                line = self._line(node)
                mutant = Mutant(
                    self._file,
                    line,
                    self._statements[-1],
                    operator.__name__.removeprefix("operator_"),
                    self._lines[line - 1].strip(),
                    self._module.code_for_node(node).strip(),
                    self._module.code_for_node(changed).strip(),
                )
                self.found.append((mutant, node, changed))


def _is_untouched(node: cst.CSTNode) -> bool:
    if not isinstance(node, cst.Call):
        return False
    match node.func:
        case cst.Name(value=name):
            return name in UNTOUCHED_CALLS
        case cst.Attribute(value=cst.Name(value=name)):
            return name in LOGS
    return False


def sites(file: str, code: str) -> tuple[cst.Module, list[Site]]:
    """The module, and its mutants with the nodes that they exchange."""
    wrapper = MetadataWrapper(cst.parse_module(code))
    visitor = Sites(file, wrapper.module)
    wrapper.visit(visitor)
    mutants = numbered(mutant for mutant, _, _ in visitor.found)
    return wrapper.module, [
        (mutant, before, after) for mutant, (_, before, after) in zip(mutants, visitor.found, strict=True)
    ]


def written(root: Path, chosen: list[Mutant]) -> Iterator[dict[str, Any]]:
    """Each chosen mutant with the whole text of its file, in the order in which they were drawn."""
    code = {}
    for file in {each.file for each in chosen}:
        module, found = sites(file, (root / file).read_text(encoding="utf-8"))
        for mutant, before, after in found:
            if mutant in chosen:
                changed = deep_replace(module, before, after)
                assert isinstance(changed, cst.Module)
                code[mutant] = changed.code
    for mutant in chosen:
        yield {**asdict(mutant), "code": code[mutant]}


def main() -> None:
    """Answer one request: `root`, `lines` that tests run by file, `sample`, `seed`."""
    request = json.load(sys.stdin)
    root = Path(request["root"])
    everything = (
        mutant
        for file in sorted(request["lines"])
        for mutant, _, _ in sites(file, (root / file).read_text(encoding="utf-8"))[1]
    )
    chosen = drawn(everything, request["lines"], request["sample"], request["seed"])
    json.dump(list(written(root, chosen)), sys.stdout)


if __name__ == "__main__":
    main()
