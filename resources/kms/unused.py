"""When keys are candidates for removal.

Source: KeyMetadata (AWS KMS API Reference).
"""

from collections.abc import Iterator

from reconciler.contract import Considered, Evidence, Unused, day


def _disabled(look: Considered) -> Iterator[Evidence]:
    shown = look.describe()
    if shown.get("KeyState") == "Disabled":
        yield Evidence(f"Disabled; created {day(shown.get('CreationDate'))}; what it encrypted needs it")


KEY = Unused("it is disabled", _disabled, ("describe_key",))
