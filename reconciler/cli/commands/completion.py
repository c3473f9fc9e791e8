"""`reconciler completion`: prints a script with which a shell completes the command line."""

from enum import Enum
from typing import Annotated

import typer

BASH = """\
_reconciler() {
    local IFS=$'\\n' word
    COMPREPLY=()
    while read -r word; do
        COMPREPLY+=("$(printf '%q' "$word")")
    done < <(reconciler complete-words -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _reconciler reconciler
"""
ZSH = """\
#compdef reconciler
_reconciler() {
    local -a found
    found=("${(@f)$(reconciler complete-words -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
    if [[ -n "$found[1]" ]]; then compadd -a found; else _files; fi
}
compdef _reconciler reconciler
"""
FISH = """\
function __reconciler_words
    set -l before (commandline -opc)
    set -l current (string unescape -- (commandline -ct); or commandline -ct)
    set -l found (reconciler complete-words -- $before[2..-1] "$current" 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\\n' $found
    else
        __fish_complete_path "$current"
    end
end
complete -c reconciler -f -a '(__reconciler_words)'
"""


class Shell(Enum):
    """A shell for which there is a script."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


SCRIPTS = {Shell.BASH: BASH, Shell.ZSH: ZSH, Shell.FISH: FISH}


def completion(
    shell: Annotated[Shell, typer.Argument(show_default=False, help="The shell: bash, zsh or fish.")],
) -> None:
    """Print a script for your shell that completes commands, options, kinds, stacks and names."""
    from reconciler import console

    console.deliver(SCRIPTS[shell])


def complete_words(
    words: Annotated[
        list[str] | None, typer.Argument(help="The words after `reconciler`, the last one unfinished.")
    ] = None,
) -> None:
    """Print what the last word can be, a line each; called by the scripts of `completion`."""
    import sys

    from reconciler.cli.completing import candidates

    sys.stdout.write("".join(f"{each}\n" for each in candidates(words or [""])))
