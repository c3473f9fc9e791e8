"""The layout: nothing overlaps, edges lead forward, and the result is deterministic."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.pictures.layout.placement import Box, Placed, place
from reconciler.pictures.layout.ranks import backward, ranks
from reconciler.pictures.model import Edge, Node, Picture
from reconciler.pictures.render.node_text import label_sizes, text_of_node
from reconciler.pictures.render.text_metrics import cut, width_of, wrapped


@st.composite
def drawn(draw: st.DrawFn) -> Picture:
    """Any graph: cycles, isolated nodes, long labels, both directions, columns."""
    many = draw(st.integers(1, 14))
    columns = draw(st.sampled_from([1, 4]))
    label = st.text("abc W.", max_size=40)
    nodes = tuple(Node(f"n{at}", draw(label) or "x", "queue", column=at % columns) for at in range(many))
    ends = draw(
        st.lists(st.tuples(st.integers(0, many - 1), st.integers(0, many - 1)), max_size=30, unique=True)
    )
    edges = tuple(
        Edge(
            f"n{source}",
            f"n{target}",
            draw(st.sampled_from(["", "Error", "Press 1,\nTimeout"])),
            draw(st.booleans()),
        )
        for source, target in ends
    )
    return Picture("any", nodes, edges, way=draw(st.sampled_from(["right", "down"])))


def placed(picture: Picture) -> Placed:
    faces = {node.id: text_of_node(node) for node in picture.nodes}
    sizes = {name: (face.width, face.height) for name, face in faces.items()}
    return place(picture, sizes, label_sizes(picture.edges))


def overlap(one: Box, other: Box) -> bool:
    across = abs(one.x - other.x) < (one.width + other.width) / 2 - 0.2
    return across and abs(one.y - other.y) < (one.height + other.height) / 2 - 0.2


@settings(max_examples=80, deadline=None)
@given(drawn())
def test_neither_nodes_nor_labels_overlap(picture: Picture) -> None:
    found = placed(picture)
    assert found.boxes.keys() == {node.id for node in picture.nodes}
    boxes = [*found.boxes.values(), *found.labels.values()]
    assert not [pair for pair in combinations(boxes, 2) if overlap(*pair)]
    for box in boxes:
        assert box.x - box.width / 2 >= -0.2
        assert box.x + box.width / 2 <= found.width + 0.2
        assert box.y - box.height / 2 >= -0.2
        assert box.y + box.height / 2 <= found.height + 0.2


@settings(max_examples=80, deadline=None)
@given(drawn())
def test_every_edge_joins_its_two_nodes(picture: Picture) -> None:
    found = placed(picture)
    for edge in picture.edges:
        if edge.source == edge.target:
            continue
        points = found.routes[edge.ends]
        for (x, y), name in ((points[0], edge.source), (points[-1], edge.target)):
            box = found.boxes[name]
            along, across = (y - box.y, x - box.x) if picture.way == "down" else (x - box.x, y - box.y)
            depth, breadth = (box.height, box.width) if picture.way == "down" else (box.width, box.height)
            assert abs(abs(along) - depth / 2) < 0.2
            assert abs(across) <= breadth / 2


@settings(max_examples=40, deadline=None)
@given(drawn())
def test_the_same_picture_is_always_placed_the_same(picture: Picture) -> None:
    assert placed(picture) == placed(picture)


def test_edges_lead_onward_and_rings_are_cut_once() -> None:
    nodes = ["a", "b", "c", "d"]
    edges = [("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")]
    assert backward(nodes, edges) == {("c", "a")}
    onward = [each for each in edges if each != ("c", "a")]
    assert ranks(dict.fromkeys(nodes, 0), onward) == {"a": 0, "b": 1, "c": 2, "d": 3}


def test_a_higher_column_stands_behind_all_of_a_lower_one() -> None:
    columns = {"number": 0, "main": 1, "after": 1, "queue": 2, "lonely": 2}
    edges = [("number", "main"), ("main", "after"), ("number", "queue")]
    found = ranks(columns, edges)
    assert found["after"] < found["queue"] == found["lonely"]


def test_a_chain_stands_in_line() -> None:
    nodes = tuple(Node(name, name * 8, "flow") for name in "abcd")
    edges = tuple(Edge(*pair) for pair in ("ab", "bc", "cd"))
    found = placed(Picture("chain", nodes, edges, way="down"))
    assert len({box.x for box in found.boxes.values()}) == 1
    assert [box.y for box in found.boxes.values()] == sorted(box.y for box in found.boxes.values())


def test_a_chain_fills_the_picture_from_edge_to_edge() -> None:
    nodes = tuple(Node(name, name, "flow") for name in "ab")
    found = placed(Picture("chain", nodes, (Edge("a", "b"),), way="down"))
    first, last = found.boxes["a"], found.boxes["b"]
    assert first.y - first.height / 2 == 0
    assert last.y + last.height / 2 == found.height


def test_a_picture_without_nodes_has_no_size() -> None:
    assert placed(Picture("empty", (), ())) == Placed(0.0, 0.0, {}, {}, {})


def test_no_layer_is_left_empty_by_a_node_that_moves_to_its_follower() -> None:
    columns = {"number": 0, "first": 1, "second": 1, "third": 1}
    edges = [("number", "third"), ("first", "second"), ("second", "third")]
    assert ranks(columns, edges) == {"first": 0, "number": 1, "second": 1, "third": 2}


def test_the_room_of_a_label_that_no_edge_has_is_only_a_gap() -> None:
    nodes = (*(Node(name, name, "flow") for name in "ab"), Node("c", "c", "queue", column=1))
    labelled = Edge("a", "b", "Error")
    apart = placed(Picture("apart", nodes, (labelled,)))
    joined = placed(Picture("joined", nodes, (labelled, Edge("b", "c"))))
    assert [box.x for box in apart.boxes.values()] == [box.x for box in joined.boxes.values()]


def test_edges_of_one_node_leave_it_at_places_apart() -> None:
    nodes = tuple(Node(name, name, "flow") for name in "abc")
    found = placed(Picture("fork", nodes, (Edge("a", "b"), Edge("a", "c"))))
    first, second = (found.routes["a", name][0] for name in "bc")
    assert first[0] == second[0]
    assert abs(first[1] - second[1]) > 8


def test_quiet_edges_to_the_same_node_run_together() -> None:
    nodes = tuple(Node(name, name, "flow") for name in "abcde")
    chain = [Edge(*pair) for pair in ("ab", "bc", "cd", "de")]
    errors = [Edge(source, "e", quiet=True) for source in "ab"]
    found = placed(Picture("bus", nodes, (*chain, *errors), way="down"))
    assert found.routes["a", "e"][-3:] == found.routes["b", "e"][-3:]


def test_a_long_text_is_wrapped_and_cut() -> None:
    lines = wrapped("the quick brown fox jumps over the lazy dog and on and on", 10, 80, 2)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert all(width_of(line, 10) <= 80 for line in lines)
    assert wrapped("stamp-rally-dev-UserStamps", 10, 100, 2) == ["stamp-rally-dev-", "UserStamps"]
    assert wrapped("x" * 100_000, 10, 100, 1)[0].endswith("…")
    assert wrapped("", 10, 100, 2) == []


def test_of_a_long_name_the_middle_is_cut() -> None:
    name = "customer-service-queue-of-the-north-1"
    short = cut(name, 10, 120)
    assert width_of(short, 10) <= 120
    assert short.startswith("customer")
    assert short.endswith("-1")
    assert cut("short", 10, 120) == "short"


JAPANESE = (
    "お電話ありがとうございます。「カスタマーサービス」でございます。ただいま、すべての回線が混み合っております。"
    "恐れ入りますが、しばらくお待ちいただくか、「メッセージ」を残してください。"
)


@pytest.mark.parametrize("start", range(24))
def test_no_line_begins_with_a_closing_mark_nor_ends_with_an_opening_one(start: int) -> None:
    lines = wrapped(JAPANESE[start:], 11.5, 200, 6)
    assert len(lines) > 3
    assert not any(line[0] in "。、」ー" for line in lines[1:])
    assert not any(line[-1] in "「（" for line in lines[:-1])  # noqa: RUF001 -- Japanese brackets
    assert "".join(lines) == JAPANESE[start:]
    assert all(width_of(line, 11.5) <= 200 for line in lines)


def test_a_text_of_closing_marks_alone_is_broken_all_the_same() -> None:
    lines = wrapped("。" * 60, 11.5, 200, 6)
    assert "".join(lines) == "。" * 60
