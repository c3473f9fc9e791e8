"""Checks names in options: an unknown name ends the program, with a suggestion."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.cli.exits import INVALID, exit_with_errors

if TYPE_CHECKING:
    from reconciler.pass_options import Options
    from reconciler.stack import Key, Stack

WILDCARDS = str.maketrans("", "", "*?[]!")


def check_only(stack: "Stack", options: "Options") -> None:
    """Exit with an error if a pattern of --only or --except names no resource of the stack, or no field of it."""
    refuse_idle(options.idle(stack.resources), stack.resources, options.but)
    from reconciler.desired.phrases import did_you_mean
    from reconciler.kinds import known_kinds
    from reconciler.planning.chosen_parts import field_problem

    lines = [
        f"--only {part.pattern}: {problem}"
        for key, parts in options.chosen(stack).items()
        for part in parts
        if (problem := field_problem(part, stack.resources[key], known_kinds()[key.kind], did_you_mean))
    ]
    if lines:
        exit_with_errors(lines, INVALID)


def with_needed(stack: "Stack", options: "Options") -> "Options":
    """Options that also select everything that the selected resources refer to or live in, at any depth."""
    selected = [key for key in stack.resources if options.selects(key)]
    needed = dict.fromkeys(selected)
    while selected:
        desired = stack.resources[selected.pop()]
        found = [each for keys in desired.references.values() for each in keys]
        found += [desired.scope] if desired.scope else []
        new = [each for each in found if each in stack.resources and each not in needed]
        needed |= dict.fromkeys(new)
        selected += new
    return replace(options, also=frozenset(needed))


def refuse_idle(patterns: Collection[str], keys: "Iterable[Key]", excepted: Collection[str] = ()) -> None:
    """Exit with an error if patterns name none of these; `excepted` are the patterns of --except."""
    if patterns:
        known = list(keys)
        options = {each: "--except" if each in excepted else "--only" for each in patterns}
        lines = [f"{option} {each}: {_nothing(each, known)}" for each, option in options.items()]
        exit_with_errors(lines, INVALID)


def _nothing(pattern: str, known: "Collection[Key]") -> str:
    """Why a pattern names nothing, with a suggestion."""
    from reconciler.planning.chosen_parts import chosen_part

    part = chosen_part(pattern)
    if part and any(str(key) == part.resource for key in known):
        return f"neither the files nor AWS have such a row of {part.field}"
    return f"the stack has no such resource{_instead(part.resource if part else pattern, known)}"


def _instead(pattern: str, keys: "Collection[Key]") -> str:
    """A suggestion: a similar name or kind, or the form of a name."""
    from reconciler.desired.phrases import did_you_mean, listed

    kind, slash, name = pattern.partition("/")
    if not slash:
        return "; write KIND/NAME"
    kinds = {each.kind for each in keys}
    if kind in kinds:
        named = [str(each) for each in keys if each.kind == kind]
        near = did_you_mean(name.translate(WILDCARDS), [each.partition("/")[2] for each in named])
        return near.replace('mean "', f'mean "{kind}/', 1) or f"; there are {listed(named)}"
    return did_you_mean(kind.translate(WILDCARDS), kinds) or f"; its kinds are {listed(sorted(kinds))}"


def refuse_unknown(option: str, word: str, known: Collection[str], what: str) -> None:
    """Exit with an error if a word is unknown; `what` is the plural noun of the known words."""
    from reconciler.desired.phrases import did_you_mean, listed

    if word not in known:
        near = did_you_mean(word, known) or (
            f"; there are {listed(sorted(known))}" if known else "; there are none"
        )
        exit_with_errors([f"{option} {word}: no such name among the {what}{near}"], INVALID)


def one_named(word: str, known: Collection[str], nothing: str, hint: str) -> str:
    """The one of these `kind/name` that a word names, as a whole or by its name; exits with an error if it is not one.

    `nothing` begins the error if there is none, and `hint` ends it if no other is similar.
    """
    from reconciler.desired.phrases import did_you_mean, listed, quoted

    by_name = {each: each.partition("/")[2] for each in known}
    exact = [word] if word in by_name else [each for each, name in by_name.items() if name == word]
    if len(exact) > 1:
        said = f"{quoted(word)} is the name of several resources; write one of {listed(exact)}"
        exit_with_errors([said], INVALID)
    if not exact:
        near = did_you_mean(word, list(by_name) if "/" in word else list(by_name.values()))
        exit_with_errors([f"{nothing} {quoted(word)}{near or f'; {hint}'}"], INVALID)
    return exact[0]
