"""Loads a directory of desired state into a `Stack`, or names every mistake in it."""

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

from reconciler.contract import Adapter
from reconciler.desired.code_folders import Archives
from reconciler.desired.discovery import Sources
from reconciler.desired.documents import Documents
from reconciler.desired.feeds import Feeds
from reconciler.desired.files import Folder
from reconciler.desired.folders import Trees
from reconciler.desired.former_names import check_renames
from reconciler.desired.header import FILE, ChosenEnvironment, Header, check_defaults, choose, read_header
from reconciler.desired.ignored_extra import ignored_extra
from reconciler.desired.merge import Drafts
from reconciler.desired.mistakes import FilesChanging, InvalidStack, Mistakes, Refused, ValuePath
from reconciler.desired.phrases import listed, quoted
from reconciler.desired.reference_targets import Meanings
from reconciler.desired.references import References
from reconciler.desired.resource_builder import ResourceReader, fields_of_kind
from reconciler.desired.resource_checks import Checker
from reconciler.desired.settings_reader import SettingsReader
from reconciler.desired.spellings import Spellings
from reconciler.desired.surroundings import Reader, Surroundings
from reconciler.desired.text_fields import Texts
from reconciler.desired.variables import Variables, written
from reconciler.planning.graph import cycles
from reconciler.runtime.retrying import FILES_CHANGING
from reconciler.stack import Desired, GuardLimits, Key, Place, Stack

Kinds: TypeAlias = Mapping[str, Adapter[Any]]


def load(  # noqa: PLR0913 -- each says one thing of the load
    directory: Path,
    environment: str | None,
    kinds: Kinds,
    sleep: Callable[[float], None] = time.sleep,
    *,
    changed: Mapping[str, bytes] = MappingProxyType({}),
    beside: Reader | None = None,
    now: Callable[[], float] = time.time,
) -> Stack:
    """Load the stack of a directory for one environment; None means the only environment.

    Files of `changed` have this content, whatever is in the directory: the stack as it would be after a change. `beside` reads
    another file with it; the mistakes of both are reported together. `now` returns the seconds since 1970: rows of feeds
    may have a last day.

    At the end every file is read again and compared: a stack that is half of one commit and half of another is never
    returned, and neither are its mistakes.

    Raises:
        InvalidStack: with every mistake, by file, line and column.
        FilesChanging: the files changed each time that they were read.
    """
    for pause in (0.0, *FILES_CHANGING):
        if pause:
            sleep(pause)
        folder = Folder(directory, changed=changed)
        trees = Trees(folder)
        stack, wrong = None, None
        try:
            stack = _load(folder, trees, environment, kinds, beside, now)
        except InvalidStack as error:
            wrong = error
        moved = folder.moved() or trees.moved()
        if moved is None and wrong is not None:
            raise wrong
        if moved is None and stack is not None:
            return stack
    raise FilesChanging(moved or FILE, 1 + len(FILES_CHANGING))


def _load(  # noqa: PLR0913, PLR0917 -- as `load`
    folder: Folder,
    trees: Trees,
    environment: str | None,
    kinds: Kinds,
    beside: Reader | None,
    now: Callable[[], float],
) -> Stack:
    mistakes = Mistakes()
    sources = Sources(folder, mistakes)
    header = read_header(sources.base.get(sources.header), mistakes)
    check_defaults(header, {kind: fields_of_kind(adapter) for kind, adapter in kinds.items()}, mistakes)
    chosen = choose(header, environment, mistakes)
    variables = chosen.variables if chosen else Variables(None, mistakes)
    _set_root(trees, header, mistakes)
    feeds = Feeds(kinds, variables, mistakes, sources, now)
    drafts = Drafts(kinds, variables, mistakes, sources.allowance, feeds)
    _merge(drafts, sources, header, chosen)
    _check_overlays(sources, header, mistakes)
    attributes = {kind: adapter.attributes for kind, adapter in kinds.items()}
    references = References(drafts.names(), drafts.left_out, mistakes, attributes)
    references.open_kinds = frozenset(feeds.open_kinds)
    references.complete = sources.complete and drafts.complete and chosen is not None
    texts = Texts(variables, references, Meanings(kinds), mistakes)
    settings = SettingsReader(texts, Documents(sources, texts, chosen), Archives(trees, texts))
    reader = ResourceReader(settings, references, header.defaults, mistakes)
    resources = {
        key: reader.read(draft, kinds[key.kind]) for key, draft in drafts.by_key.items() if draft.readable
    }
    outputs = _outputs(header, texts, mistakes)
    if beside:
        beside.read(
            Surroundings(sources, settings, texts, header.environments, chosen.name if chosen else None)
        )
    references.check({key: each.settings for key, each in resources.items() if not each.existing})
    if chosen:  # without an environment, the names and values are not final
        spellings = Spellings(resources, kinds, chosen.account, chosen.region)
        Checker(resources, kinds, reader.sound, spellings, mistakes).check(
            chosen.tags, f"{header.part.stack if header.part else ''}/{chosen.name}"
        )
    release = tuple(_release(header, variables, references, kinds, mistakes))
    ignore = tuple(ignored_extra(header, variables, kinds, mistakes))
    check_renames(reader.renamed, resources, release, references, mistakes)
    _check_rings(resources, kinds, mistakes)
    if header.part is None or chosen is None:
        mistakes.raise_any()
        raise AssertionError("a header that is not understood is a mistake")
    stack = Stack(
        name=header.part.stack,
        environment=chosen.name,
        account=chosen.account,
        region=chosen.region,
        role=chosen.role,
        resources=resources,
        tags=chosen.tags,
        prune=header.part.prune,
        guard=GuardLimits(header.part.guard.max_percent, header.part.guard.max_deletes),
        release=release,
        ignore=ignore,
        outputs=outputs,
        warnings=tuple(map(str, mistakes.warnings)),
        feeds=tuple(feeds.found),
        files_hash=sources.digest(chosen.name, trees.digest() + feeds.digest()),
    )
    mistakes.raise_any(stack)
    return stack


def _set_root(trees: Trees, header: Header, mistakes: Mistakes) -> None:
    """Allow folders up to the root of the repository."""
    if header.part is None or header.part.root is None:
        return
    try:
        trees.begin_at(header.part.root)
    except Refused as error:
        mistakes.add(header.nodes["root"].place, str(error), ValuePath("", "root"))


def _merge(drafts: Drafts, sources: Sources, header: Header, chosen: ChosenEnvironment | None) -> None:
    for root in sources.base.values():
        drafts.add(root)
    for environment, root in sources.overlays.items():
        if chosen and environment == chosen.name:
            drafts.lay_over(root)
        elif environment in header.environments:
            drafts.kinds_of(root, header=False)
    drafts.expand()


def _check_overlays(sources: Sources, header: Header, mistakes: Mistakes) -> None:
    """Note files for environments that the header does not have."""
    names = header.environments
    for environment, root in sources.overlays.items():
        if names and environment not in names:
            near = mistakes.near(environment, names) or f"; there are {listed(names)}"
            said = f"no environment named {quoted(environment)}{near}"
            mistakes.add(Place(root.file, 1, 1), said)


def _check_rings(resources: Mapping[Key, Desired], kinds: Kinds, mistakes: Mistakes) -> None:
    """Note every cycle of references in which no member can be created first, at the place of its first member."""
    for cycle in cycles(resources, kinds):
        members = cycle[:-1]
        first = members.index(min(members, key=lambda key: resources[key].place))
        told = (*members[first:], *members[:first], members[first])
        way = " -> ".join(map(str, told))
        said = f"references form a cycle, so nothing in it can be created first: {way}; remove at least one reference"
        mistakes.add(resources[told[0]].place, said)


def _outputs(header: Header, texts: Texts, mistakes: Mistakes) -> dict[str, str]:
    """The outputs of the stack: texts whose references lead to resources and attributes that exist."""
    found = {}
    for name, node in header.nodes["outputs"].members.items() if "outputs" in header.nodes else ():
        trail = ValuePath(ValuePath("", "outputs"), name)
        if isinstance(node.value, str) and not mistakes.doubted(node.place):
            found[name] = written(texts.read(node.value, node, trail, {}).text)
    return found


def _release(
    header: Header, variables: Variables, references: References, kinds: Kinds, mistakes: Mistakes
) -> Iterator[Key]:
    """The keys of the resources that the stack releases."""
    node = header.nodes.get("release")
    entries = node.value if node and isinstance(node.value, list) else []
    for index, entry in enumerate(entries):
        trail = ValuePath(ValuePath("", "release"), index)
        text = variables.fill(entry.value, entry.place, trail) if isinstance(entry.value, str) else None
        if mistakes.doubted(entry.place) or not isinstance(text, str):
            continue
        kind, slash, name = text.partition("/")
        key = Key(kind, name)
        if not slash or not name:
            mistakes.add(entry.place, f"expected a kind, a slash and a name, as in {min(kinds)}/NAME", trail)
        elif kind not in kinds:
            mistakes.add(
                entry.place, f"no kind named {quoted(kind)} is known{mistakes.near(kind, kinds)}", trail
            )
        elif references.knows(key):
            mistakes.add(entry.place, f"{key} is still desired; remove it here or there", trail)
        else:
            yield key
