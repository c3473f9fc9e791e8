"""Contents that are deleted with their parent and that we do not manage: as data and in words."""

from reconciler.planning.contents import some
from reconciler.planning.world import UnmanagedContents
from reconciler.reports.report_schema import OthersData


def others_data(others: UnmanagedContents) -> OthersData:
    """The contents of one type as data."""
    data: OthersData = {
        "noun": others.noun,
        "names": list(others.names),
        "with_defaults": others.with_defaults,
        "not_listed": others.not_listed,
    }
    if others.emptied:
        data["emptied"] = True
    if others.more:
        data["more"] = True
    return data


def in_words(data: OthersData) -> str:
    """The same on one line: how many there are, and some of their names."""
    if data["not_listed"] is not None:
        return f"{data['noun']}: not managed by us, and not listed: {data['not_listed']}"
    if data.get("emptied"):
        more = "more than " if data.get("more") else ""
        return f"{data['noun']}: {more}{len(data['names']):,}, deleted before it: {some(data['names'])}"
    defaults = " with AWS's defaults" if data["with_defaults"] else ""
    return f"{data['noun']}: {len(data['names']):,}{defaults}, not managed by us: {some(data['names'])}"
