"""Reads a managed policy with its versions."""

from collections.abc import Iterable

from reconciler.contract import Address, Api, Wired


def shown(row: Wired, versions: Iterable[Wired]) -> Wired:
    """A policy from a reply, with the member names of requests; `Versions` holds all versions."""
    documents = [each.get("Document") for each in versions if each["IsDefaultVersion"]]
    return {**plain(row), "PolicyDocument": next(iter(documents), None), "Versions": list(versions)}


def plain(row: Wired) -> Wired:
    """The settings of a policy that do not depend on its versions."""
    return {name: row[name] for name in ("Path", "Description") if name in row}


def version(row: Wired) -> Wired:
    """One version of a policy, with only the members that are compared."""
    document = {"Document": row["Document"]} if row.get("Document") is not None else {}
    return {"VersionId": row["VersionId"], "IsDefaultVersion": row["IsDefaultVersion"], **document}


def default_document(api: Api, policy: Wired, at: Address) -> Wired:
    """The policy that GetPolicy shows, with the document of its default version and the ids of the others."""
    which = {**at, "VersionId": policy["DefaultVersionId"]}
    default = version(api.call("get_policy_version", **which)["PolicyVersion"])
    others = map(version, api.pages("list_policy_versions", **at))
    return shown(policy, [*(each for each in others if not each["IsDefaultVersion"]), default])
