"""When secrets are candidates for removal.

Source: SecretListEntry (AWS Secrets Manager API Reference).
"""

from collections.abc import Iterator

from reconciler.contract import Considered, Evidence, Unused, day


def _never_read(look: Considered) -> Iterator[Evidence]:
    shown = look.sighting.settings
    made, read = shown.get("CreatedDate"), shown.get("LastAccessedDate")
    if not look.sighting.deletion and look.is_before(made) and look.is_before(read):
        last = f"last read {day(read)}" if read else "never read"
        yield Evidence(f"{last}; created {day(made)}")


SECRET = Unused("nobody read its value in the period, and it is older", _never_read)
