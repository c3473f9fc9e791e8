"""The names of bundles: a size, perhaps `ipv6` or `win`, and a generation.

Source: GetBundles, StartInstance (Amazon Lightsail API Reference).
"""

import re
from collections.abc import Sequence
from difflib import get_close_matches

from reconciler.lightsail_offers import Row, known, table

BUNDLES, BUNDLE_ID = "bundles", "bundle_id"
BLUEPRINTS, BLUEPRINT_ID = "blueprints", "blueprint_id"
V6 = "ipv6"
FORM = re.compile(r"(?P<size>[0-9a-z]+)(?P<sort>(?:_win)?(?:_ipv6)?)_(?P<generation>\d+)_(?P<place>\d+)")
WITH_VERSION = re.compile(r"(?P<family>[a-z][a-z_]*?)_(?P<version>\d+(?:_\d+)*)")


def bundle(id_: str) -> Row | None:
    """The row of a bundle; None if the table does not have it."""
    return known(BUNDLES, BUNDLE_ID, id_)


def blueprint(id_: str) -> Row | None:
    """The row of a blueprint; None if the table does not have it."""
    return known(BLUEPRINTS, BLUEPRINT_ID, id_)


def other_generation(live: str, wanted: str) -> bool:
    """Whether two bundles are the same size of two generations, between which StartInstance changes."""
    here, there = FORM.fullmatch(live), FORM.fullmatch(wanted)
    if here is None or there is None or live == wanted:
        return False
    same = (here["size"], here["sort"]) == (there["size"], there["sort"])
    return same and here["generation"] != there["generation"]


def twin(id_: str) -> str:
    """The bundle of the same size and generation with a public IPv4 address, if this has none; without one, if it has."""
    found = FORM.fullmatch(id_)
    if found is None:
        return ""
    ending = f"_{found['generation']}_{found['place']}"
    sort = found["sort"]
    other = sort.removesuffix(f"_{V6}") if sort.endswith(V6) else f"{sort}_{V6}"
    return f"{found['size']}{other}{ending}"


def is_smaller(wanted: str, live: str) -> bool:
    """Whether the disk of a bundle is smaller than that of another one, as far as both are known."""
    here, there = bundle(wanted), bundle(live)
    return bool(here and there and here["disk_size_in_gb"] < there["disk_size_in_gb"])


def unknown_bundle(id_: str) -> str:
    """Why there is no such bundle; empty if it is known, or a known size of a newer generation or of a single Region."""
    found = FORM.fullmatch(id_)
    rows = [each for row in table(BUNDLES) if (each := FORM.fullmatch(row[BUNDLE_ID]))]
    known_sizes = {(each["size"], each["sort"]) for each in rows}
    if found and (found["size"], found["sort"]) in known_sizes:
        newest = max(int(each["generation"]) for each in rows)
        if bundle(id_) or int(found["generation"]) > newest or found["place"] != "0":
            return ""
    return unknown(f"bundle {id_}", id_, [row[BUNDLE_ID] for row in table(BUNDLES)], "get-bundles")


def unknown_blueprint(id_: str) -> str:
    """Why there is no such blueprint; empty if it is known, or a newer version of a known one."""
    found = WITH_VERSION.fullmatch(id_)
    if blueprint(id_):
        return ""
    rows = [each for row in table(BLUEPRINTS) if (each := WITH_VERSION.fullmatch(row[BLUEPRINT_ID]))]
    versions = [_numbers(each["version"]) for each in rows if found and each["family"] == found["family"]]
    version = _numbers(found["version"]) if found else ()
    same_form = [each for each in versions if len(each) == len(version)]
    if same_form and version > max(same_form):
        return ""
    return unknown(
        f"blueprint {id_}", id_, [row[BLUEPRINT_ID] for row in table(BLUEPRINTS)], "get-blueprints"
    )


def is_later(id_: str, ids: Sequence[str]) -> bool:
    """Whether an id is one of these sizes in a later generation: `micro_3_0`, if there is `micro_2_0`."""
    (size, generation), known_ones = _generation(id_), [_generation(each) for each in ids]
    earlier = [each for name, each in known_ones if name == size]
    return bool(earlier) and generation > max(earlier)


def _generation(id_: str) -> tuple[str, tuple[int, ...]]:
    """The size of a bundle, and the numbers of its generation; an id of another form has none."""
    size, *numbers = id_.rsplit("_", 2)
    return (size, tuple(map(int, numbers))) if all(each.isdecimal() for each in numbers) else (id_, ())


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split("_")))


def unknown(what: str, id_: str, ids: Sequence[str], command: str) -> str:
    """Why AWS offers no such thing (a bundle, a TLS policy), with the nearest id, or the command of `aws lightsail` that lists them."""
    near = get_close_matches(id_, ids, 1)
    hint = f"did you mean {near[0]}?" if near else f"`aws lightsail {command}` lists them"
    return f"there is no {what}; {hint}"
