"""Finds texts with the same meaning, as far as the files show it: a reference and the ARN that it means."""

import re
from collections.abc import Mapping
from typing import Any

from reconciler.contract import Adapter
from reconciler.desired.reference_targets import Meanings
from reconciler.interpolation import Token, replaced
from reconciler.stack import Desired, Key

PARTITION = re.compile(r"arn:[^:]+:")
"""Matches the beginning of an ARN; the files do not show the partition of an account."""
ANYWHERE = "arn:*:"


class Spellings:
    """Brings texts of a stack into one spelling."""

    def __init__(
        self,
        resources: Mapping[Key, Desired],
        kinds: Mapping[str, Adapter[Any]],
        account: str,
        region: str,
    ) -> None:
        self._resources = resources
        self._kinds = kinds
        self._meanings = Meanings(kinds)
        self._place = {"account": account, "region": region}
        self.region = region

    def one(self, value: Any) -> str:
        """A common spelling of a value: values with the same meaning have the same spelling."""
        if not isinstance(value, str):
            return repr(value)
        text = replaced(value, (), self._stands_for)
        return f"{ANYWHERE}{text[found.end() :]}" if (found := PARTITION.match(text)) else text

    def _stands_for(self, token: Token) -> str:
        """The value of a reference; if only AWS knows it, the reference in a common spelling."""
        meant = self._meanings.meant(token.word, token.attribute or "arn")
        desired = self._resources.get(Key(token.word, token.name))
        adapter = self._kinds.get(token.word)
        unknown = str(token._replace(attribute=meant.by)) if meant.kind == token.word else str(token)
        if adapter is None or desired is None or desired.existing or meant.kind != token.word:
            return unknown
        called = desired.aws_name
        if called is None or meant.by == "name":
            return called or unknown
        pattern = adapter.identity.arns[0]
        if meant.by != "arn" or "{id}" in pattern or {"*", "?"} & {*pattern}:
            return unknown
        written = {
            name: desired.settings.get(name) or value for name, value in adapter.identity.unwritten.items()
        }
        return pattern.format(**self._place, **written, partition="*", name=adapter.identity.in_arn(called))
