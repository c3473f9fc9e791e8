"""How a kind is read, and how much of it each read shows."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Reads:
    """The operations that the methods of a kind call to read, and what `list` shows of a resource."""

    called: tuple[str, ...] = ()
    """One of another service as `kms:describe_key`."""
    listed: frozenset[str] = frozenset()
    """Fields that `list` carries in full: absent there means null."""
    partly_listed: frozenset[str] = frozenset()
    """Structures of which `list` carries only some members."""
    page: int = 100
    """How many resources one page of `list` holds."""
    joined: frozenset[str] = frozenset()
    """Operations by which `list` completes what another operation lists: a row of these that cannot be read may be
    anybody's, so that the whole look fails; of all others it costs its own resource."""
    gets_one: bool = False
    """Whether `get` shows one resource as `list` would."""

    @property
    def operations(self) -> tuple[str, ...]:
        """Every operation that reads."""
        return self.called
