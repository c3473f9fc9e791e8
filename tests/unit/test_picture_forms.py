"""SVG and Mermaid: names are escaped, every state is marked, and the style does not affect other parts of a page."""

import re
from xml.etree import ElementTree as ET

import pytest

from reconciler.aws.redaction import SECRETS
from reconciler.pictures.layout.placement import Box
from reconciler.pictures.model import SIGNS, Edge, Group, Node, Picture, State
from reconciler.pictures.render import mermaid, svg
from reconciler.pictures.render.style import SCOPE, stylesheet

HOSTILE = [
    *(
        "end",
        'a "quoted" name',
        "a|b",
        "[x](y)",
        "{z}",
        "1. list",
        "- item",
        "`md`",
        "**b**",
        "x-->y",
        "graph TD;",
    ),
    *(
        "<script>alert(1)</script>",
        "a\nb",
        "%%{init}%%",
        "&amp; #quot;",
        "日本語",
        ":::create",
        "\x00\x1b[31m",
        "]]>",
    ),
]
SVG = "{http://www.w3.org/2000/svg}"


def hostile() -> Picture:
    states: list[State] = list(SIGNS)
    nodes = tuple(
        Node(str(at), name, "queue", "Queue", (name,), states[at % len(states)], name, quiet=at % 5 == 0)
        for at, name in enumerate(HOSTILE)
    )
    edges = tuple(Edge(str(at), str(at + 1), name, quiet=at % 2 == 0) for at, name in enumerate(HOSTILE[:-2]))
    return Picture("<the> & title", nodes[:-1], edges, (Group('a "group"', nodes[-1:]),), note="<note>")


def texts(document: str) -> list[str]:
    return [each.text or "" for each in ET.fromstring(document).iter(f"{SVG}text")]


def test_any_name_is_safe_in_svg() -> None:
    document = svg.draw(hostile())
    root = ET.fromstring(document)
    assert {each.tag.removeprefix(SVG) for each in root.iter()} <= {
        *("svg", "title", "style", "g", "rect", "path", "text", "circle")
    }
    assert "<script>alert(1)</script>" in texts(document)
    assert "a b" in texts(document)


def test_a_picture_says_what_it_is_to_those_who_cannot_see_it() -> None:
    root = ET.fromstring(svg.draw(hostile()))
    assert (root.get("role"), root.get("aria-label")) == ("img", "<the> & title")
    assert root.findtext(f"{SVG}title") == "<the> & title"


def test_the_whole_name_of_a_cut_node_is_there_for_whoever_points_at_it() -> None:
    name = "a-very-long-name-" * 12
    document = svg.draw(Picture("t", (Node("n", name, "queue", "Queue"),)))
    assert name not in texts(document)
    titles = [each.text for each in ET.fromstring(document).iter(f"{SVG}title")]
    assert f"Queue, {name}" in titles


def test_every_state_has_its_sign_and_its_line_in_the_legend() -> None:
    for state, sign in SIGNS.items():
        node = Node("n", "Sales", "queue", state=state)
        document = svg.draw(Picture("t", (node,)))
        assert texts(document).count(sign) == (2 if sign else 0), state
        assert (f"z-{state}" in document.split("</style>")[1]) == bool(sign)
        shown = f"{sign} Sales" if sign else '"Sales"'
        assert (
            re.sub(r"#(\d+);", lambda at: chr(int(at[1])), mermaid.draw(Picture("t", (node,)))).count(shown)
            == 1
        )


def test_the_picture_begins_below_its_title() -> None:
    document = svg.draw(Picture("t", (Node("n", "Sales", "queue"),)))
    (title,) = re.findall(r'<text class="t" x="[\d.]+" y="([\d.]+)"', document)
    tops = [
        float(top) for top in re.findall(r"translate\([-\d.]+[ ,]([-\d.]+)\)", document.split("</style>")[1])
    ]
    assert min(tops[:1]) > float(title)


def test_every_sign_and_shape_has_its_colours_in_both_modes() -> None:
    properties = re.findall(r"\.\S+ ([^{}]+)\{([a-z-]+):#", stylesheet())
    assert {name for _, name in properties} == {"fill", "stroke"}
    assert properties.count((".m", "fill")) == 2


def test_the_style_keeps_to_the_pictures_of_a_page() -> None:
    rules = re.findall(r"([^{}]+)\{", stylesheet().replace("@media (prefers-color-scheme:dark){", ""))
    assert len(rules) > 50
    assert all(rule.lstrip("}").startswith(f".{SCOPE} ") for rule in rules)
    assert "prefers-color-scheme:dark" in stylesheet()
    assert " id=" not in svg.draw(hostile()), "two pictures in one page would share their ids"


@pytest.mark.parametrize(("quiet", "head"), [(True, "aq"), (False, "a")])
def test_the_head_of_an_edge_looks_like_its_line(*, quiet: bool, head: str) -> None:
    nodes = tuple(Node(name, name, "queue") for name in "ab")
    drawn = svg.draw(Picture("x", nodes, (Edge("a", "b", quiet=quiet),)))
    heads = {each.get("class") for each in ET.fromstring(drawn).iter() if each.get("class") in ("a", "aq")}
    assert heads == {head}


def test_a_node_is_drawn_around_the_centre_of_its_box() -> None:
    drawn = ET.fromstring(svg.draw_node(Node("a", "a", "queue"), Box(100, 200, 60, 40)))
    assert drawn.get("transform") == "translate(70 180)"


def test_the_same_picture_is_always_the_same_bytes() -> None:
    assert svg.draw(hostile()) == svg.draw(hostile())


LABEL = r'"(?:[\w ,?!-]|#\d+;|<br/>)*"'
CLASS = r"(?::::(?:is_[a-z]+|quiet))?"
LINE = re.compile(
    rf"flowchart (?:LR|TD)|%% [^{{}}]*|end|direction TB|p0 ~~~ p1"
    rf"|\w+\[{LABEL}\]{CLASS}|\w+ (?:-->|-\.->)(?:\|{LABEL}\|)? \w+|subgraph \w+\[{LABEL}\]"
    rf"|classDef \w+ [a-z0-9:#, -]+"
)


@pytest.mark.parametrize("both", [False, True], ids=["one", "both versions"])
def test_any_name_is_safe_in_mermaid(*, both: bool) -> None:
    chart = mermaid.side_by_side(hostile(), hostile()) if both else mermaid.draw(hostile(), HOSTILE)
    lines = chart.splitlines()
    assert len(lines) > 30
    assert "classDef quiet stroke-dasharray:4 3" in lines[-1]
    assert [line for line in lines if not LINE.fullmatch(line.strip())] == []


def test_markdown_holds_the_chart_whatever_is_in_it() -> None:
    document = mermaid.fenced(mermaid.draw(hostile()))
    assert document.count("```") == 2
    assert mermaid.plain("*a* [b](c)\n# d") == "\\*a\\* \\[b\\]\\(c\\) \\# d"


@pytest.mark.parametrize(("length", "shown"), [(120, "x" * 120), (121, "x" * 119 + "…")])
def test_a_long_name_is_cut_in_mermaid(length: int, shown: str) -> None:
    chart = mermaid.draw(Picture("t", (Node("n", "x" * length, "queue"),)))
    assert re.findall(r'"(.*)"', chart.replace(f"#{ord('…')};", "…")) == [shown]


def test_a_node_that_leads_to_itself_says_so_in_words_only() -> None:
    picture = Picture("t", (Node("a", "Menu", "flow", details=("↻ Press *",)),), (Edge("a", "a", "Press *"),))
    assert "-->" not in mermaid.draw(picture)
    assert 'class="e"' not in svg.draw(picture).split("</style>")[1]


def test_no_secret_is_drawn() -> None:
    SECRETS.keep("Sentinel-4711")
    try:
        node = Node("n", "the Sentinel-4711 queue", "queue", "k", ("Sentinel-4711",), title="Sentinel-4711")
        picture = Picture(
            "Sentinel-4711", (node,), (), (Group("Sentinel-4711", (node,)),), note="Sentinel-4711"
        )
        for drawn in (
            svg.draw(picture),
            svg.side_by_side("Sentinel-4711", picture, picture),
            mermaid.draw(picture, ["Sentinel-4711"]),
            mermaid.plain("Sentinel-4711"),
        ):
            assert "4711" not in drawn
    finally:
        SECRETS.forget()


def test_both_versions_stand_at_the_same_place() -> None:
    both = (Node("a", "A", "flow"), Node("b", "B", "flow"))
    before = Picture("before", both, (Edge("a", "b"),), way="down")
    after = Picture(
        "after", (*both, Node("c", "C", "flow", state="create")), (Edge("a", "c"), Edge("c", "b")), way="down"
    )
    document = svg.side_by_side("t", before, after)
    places = {
        name: re.findall(
            rf'<g class="s-flow" transform="translate\(([^)]*)\)"><title>{name}</title>', document
        )
        for name in "AB"
    }
    assert all(len(found) == 2 and found[0] == found[1] for found in places.values())


def test_a_chart_stays_within_what_github_draws() -> None:
    nodes = tuple(
        Node(str(at), f"({at})", "flow", "Play prompt", ("“" + "word, " * 40 + "”",)) for at in range(250)
    )
    edges = tuple(
        Edge(
            str(at), str((at + step) % 250), "Error", quiet=step > 1, state="create" if at == 7 else "settled"
        )
        for at in range(250)
        for step in (1, 2, 3)
    )
    chart = mermaid.draw(Picture("large", nodes, edges))
    assert len(chart) <= 50_000
    assert chart.count("-->") == 250
    assert chart.count("-.->") == 2, "what changed is still there"
    assert chart.startswith("%% Less important lines are left out")
