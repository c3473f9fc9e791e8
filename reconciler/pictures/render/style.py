"""The colours of a picture in light and dark mode; every rule is scoped by a class, because pictures are part of pages."""

from collections.abc import Iterator, Mapping

SCOPE = "rcp"
"""The class of every picture."""

PAPER = ("#ffffff", "#0f1419")
CARD = ("#ffffff", "#1a2129")
BORDER = ("#c9d1d9", "#3d4752")
INK = ("#1c2430", "#e4e9ee")
MUTED = ("#5b6672", "#9aa6b2")
LINE = ("#8b96a3", "#6f7b88")
FAINT = ("#c3cad2", "#4a545f")
SHADE = ("#f5f7f9", "#151b22")

SORTS: Mapping[str, tuple[str, str]] = {
    "number": ("#0b69c7", "#5aa9f5"),
    "flow": ("#7a3fd0", "#b18cf2"),
    "queue": ("#0a7c72", "#3fc0b2"),
    "profile": ("#8a5a00", "#dba642"),
    "people": ("#b0366e", "#f088b6"),
    "compute": ("#b84a0e", "#f29559"),
    "storage": ("#3f6212", "#9ac75a"),
    "network": ("#0e6f8f", "#5cc4e0"),
    "access": ("#9f1d1d", "#f29191"),
    "other": ("#5b6672", "#9aa6b2"),
}
"""One colour for each sort of node, light and dark."""

STATES: Mapping[str, tuple[str, str]] = {
    "create": ("#1a7f37", "#3fb950"),
    "update": ("#b06000", "#e3a33b"),
    "replace": ("#cf222e", "#ff7b72"),
    "delete": ("#cf222e", "#ff7b72"),
    "adopt": ("#0e7490", "#39c5cf"),
    "release": ("#0e7490", "#39c5cf"),
    "refused": ("#cf222e", "#ff7b72"),
}
TINTS: Mapping[str, tuple[str, str]] = {
    "create": ("#eefaf1", "#12261a"),
    "update": ("#fff8ea", "#2a2210"),
    "replace": ("#fff1f0", "#2d1718"),
    "delete": ("#fff1f0", "#2d1718"),
    "adopt": ("#ecfafd", "#0e252b"),
    "release": ("#ecfafd", "#0e252b"),
    "refused": ("#fff1f0", "#2d1718"),
}
FONT = "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"

PLAIN = (
    f"text{{font:400 13px {FONT};letter-spacing:normal;word-spacing:normal;text-transform:none;text-anchor:start}}",
    *(f"{shape}{{stroke:none}}" for shape in ("text", "path", "rect", "circle")),
    ".k{font-size:10.5px;letter-spacing:.02em}",
    ".n{font-size:13px;font-weight:600}",
    ".d,.g{font-size:11.5px}",
    ".l{font-size:11px;text-anchor:middle}",
    ".t{font-size:16px;font-weight:600}",
    ".h{font-size:13px;font-weight:600}",
    ".b{stroke-width:1}",
    ".e{fill:none;stroke-width:1.4}",
    ".q{stroke-width:1;stroke-dasharray:4 3}",
    ".x .b{stroke-dasharray:4 3}",
    ".m{font-size:13px;font-weight:700;text-anchor:middle}",
    ".gone .n{text-decoration:line-through}",
)
"""Rules that do not depend on light or dark mode; they also override a page's own styles for texts and shapes."""


def stylesheet() -> str:
    """The whole style: light, and dark for users who prefer it."""
    light = "".join(_rules(0))
    dark = "".join(_rules(1))
    plain = "".join(f".{SCOPE} {rule}" for rule in PLAIN)
    return f"{plain}{light}@media (prefers-color-scheme:dark){{{dark}}}"


def _rules(theme: int) -> Iterator[str]:
    for selector, property_, colours in _coloured():
        yield f".{SCOPE} {selector}{{{property_}:{colours[theme]}}}"


def _coloured() -> Iterator[tuple[str, str, tuple[str, str]]]:
    """The coloured rules: selector, property, and its colours in light and dark mode."""
    yield from ((".p", "fill", PAPER), (".f", "fill", SHADE), (".f", "stroke", BORDER))
    yield from ((".b", "fill", CARD), (".b", "stroke", BORDER))
    yield from ((".n,.t,.h", "fill", INK), (".k,.d,.l,.g", "fill", MUTED), (".lb", "fill", PAPER))
    yield from ((".e", "stroke", LINE), (".a", "fill", LINE), (".q", "stroke", FAINT), (".aq", "fill", FAINT))
    yield from ((".m", "fill", PAPER),)
    for sort, colours in SORTS.items():
        yield f".s-{sort} .s", "fill", colours
        yield f".s-{sort} .k", "fill", colours
    for state, colours in STATES.items():
        yield f".z-{state} .b", "stroke", colours
        yield f".z-{state} .o", "fill", colours
        yield f".z-{state}.e", "stroke", colours
        yield f".z-{state}.a", "fill", colours
        yield f".z-{state}.l", "fill", colours
        yield f".z-{state} .b", "fill", TINTS[state]
