"""Writes the outputs of a stack in the forms that other programs read."""

import hashlib
import shlex
from collections.abc import Mapping

BEGINNING = "# Outputs of stack "
"""The beginning of each file that `env_file` makes."""


def env_file(mark: str, values: Mapping[str, str]) -> str:
    """The outputs as a file for the shell: `NAME=value` lines; values with other than plain characters are in quotes."""
    lines = [f"{BEGINNING}{mark}, written by reconciler"]
    lines += [f"{name}={shlex.quote(value)}" for name, value in values.items()]
    return "\n".join(lines) + "\n"


def github_output(values: Mapping[str, str]) -> str:
    """The outputs in the form of the file `$GITHUB_OUTPUT`.

    Source: "Workflow commands for GitHub Actions", "Setting an output parameter" and "Multiline strings".
    """
    return "".join(_for_github(name, value) for name, value in values.items())


def _for_github(name: str, value: str) -> str:
    if "\n" not in value and "\r" not in value:
        return f"{name}={value}\n"
    end = f"end_{hashlib.sha256(value.encode()).hexdigest()[:16]}"  # no line of the value is this
    return f"{name}<<{end}\n{value}\n{end}\n"


def plain_lines(values: Mapping[str, str]) -> list[str]:
    """One line for each output: `name=value`."""
    return [f"{name}={value}" for name, value in values.items()]
