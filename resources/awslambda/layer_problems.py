"""Finds mistakes that AWS Lambda would refuse and that depend on several fields of a layer.

Sources: PublishLayerVersion, AddLayerVersionPermission (AWS Lambda API Reference).
"""

from collections.abc import Iterator

from reconciler.contract import InFiles
from reconciler.interpolation import has_reference
from reconciler.model import Finding, Settings
from reconciler.resources.awslambda.layer_marks import is_tag
from reconciler.resources.awslambda.layer_reading import with_note

SOURCES = ("folder", "lock", "s3_bucket")
OF_LOCK = ("python", "architecture")
LONGEST = 256
"""Characters of a description."""


def problems(files: InFiles) -> Iterator[Finding]:
    """Every mistake, each with its field."""
    written = files.values
    content = written.get("content") or {}
    if content:
        yield from _content(content)
    yield from _lock(written, content)
    for number, row in enumerate(written.get("permissions") or ()):
        if is_tag(row["statement_id"]):
            yield Finding(
                "a name such as this is only for our marks; choose another one",
                ("permissions", number, "statement_id"),
            )
        if "organization_id" in row and row["principal"] != "*":
            said = "an organization goes only with the principal *; write one of them"
            yield Finding(said, ("permissions", number, "organization_id"))


def _content(content: Settings) -> Iterator[Finding]:
    given = [name for name in SOURCES if content.get(name) is not None]
    if len(given) != 1:
        yield Finding(f"write exactly one of {', '.join(SOURCES)}", ("content",))
        return
    for name in OF_LOCK:
        if given == ["lock"] and content.get(name) is None:
            yield Finding(
                f"packages are fetched for one version of Python and one architecture; write {name}",
                ("content",),
            )
        elif given != ["lock"] and name in content:
            yield Finding("it goes only with a lock file; leave it out", ("content", name))
    if given == ["s3_bucket"] and content.get("s3_key") is None:
        yield Finding("an object in S3 needs a key; write s3_key", ("content",))
    if given == ["s3_bucket"] and "sha256" not in content:
        said = "without sha256, a layer with other files than this object is not detected; write it as well"
        yield Finding(said, ("content",), warning=True)


def _lock(written: Settings, content: Settings) -> Iterator[Finding]:
    """Mistakes about a layer of packages: where it runs, and the description, which holds the digest as well."""
    lock, python, architecture = (content.get(name) for name in ("lock", *OF_LOCK))
    if lock is None or python is None or architecture is None:
        return
    runtimes, architectures = written.get("compatible_runtimes"), written.get("compatible_architectures")
    if runtimes and f"python{python}" not in runtimes:
        said = f"the packages are for Python {python}; write python{python} as well"
        yield Finding(said, ("compatible_runtimes",), warning=True)
    if architectures and architecture not in architectures:
        said = f"the packages are for {architecture}; write it as well"
        yield Finding(said, ("compatible_architectures",), warning=True)
    description = written.get("description") or ""
    whole = len(with_note(description, lock.digest, python, architecture))
    if whole > LONGEST and not has_reference(description):
        most = LONGEST - (whole - len(description))
        yield Finding(
            f"with the digest of the lock file, AWS accepts {most} characters here", ("description",)
        )
