"""Finds mistakes in the settings of a function URL that depend on several of them.

Source: CreateFunctionUrlConfig, Cors (AWS Lambda API Reference).
"""

from collections.abc import Iterator

from reconciler.contract import InFiles
from reconciler.model import Finding


def problems(files: InFiles) -> Iterator[Finding]:
    """Every mistake, each with its field."""
    written = files.values
    alias, qualifier = files.name.partition(":")[2], written.get("qualifier")
    if alias and files.lacks("qualifier"):
        yield Finding(f"its name ends with an alias; write qualifier: {alias}, or a name without a colon")
    aliases = files.every("lambda.alias")
    if qualifier and qualifier not in aliases:
        for each in [name for name in aliases if name.rpartition(":")[2] == qualifier][:1]:
            said = f"if you mean the alias {each} of the files, write that name, so that it is created first"
            yield Finding(said, ("qualifier",), warning=True)
    cors = written.get("cors") or {}
    if cors.get("allow_credentials") and "*" in (cors.get("allow_origins") or ()):
        said = "browsers send no credentials to a function that takes every origin; name the origins"
        yield Finding(said, ("cors", "allow_origins"))
