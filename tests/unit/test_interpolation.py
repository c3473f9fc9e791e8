"""References in text: their syntax, their replacement, and text that only looks like a reference."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.interpolation import (
    Token,
    bare,
    has_reference,
    literal,
    parse_token,
    replaced,
    tokens_in_text,
    unescaped,
    without_references,
)

WORDS = ("queue", "hours")
TOKENS = {
    "${queue:Sales}": Token("queue", "Sales"),
    "${hours:UK Business Hours}": Token("hours", "UK Business Hours"),
    "${lambda:a:b}": Token("lambda", "a:b"),
    "${toy.queue:Sales}": Token("toy.queue", "Sales"),
    "${toy.queue:Sales#stream_arn}": Token("toy.queue", "Sales", "stream_arn"),
    "${queue:Sales #1}": Token("queue", "Sales #1"),
    "${queue:Sales #1#id}": Token("queue", "Sales #1", "id"),
    '${queue:"Sales #vip"}': Token("queue", "Sales #vip"),
    '${queue:"a } b"#id}': Token("queue", "a } b", "id"),
    '${queue:"say ""hello"""}': Token("queue", 'say "hello"'),
    '${queue:say "hello"}': Token("queue", 'say "hello"'),
    "${queue:}": None,
    '${queue:""}': Token("queue", '""'),
    "${:Sales}": None,
    "${queue}": None,
    "${two words:Sales}": None,
    "${queue:Sales} ": None,
    " ${queue:Sales}": None,
    "${queue:A}${queue:B}": None,
    "${queue:A ${b}": None,
    "${queue:A ${environment} ${b}#id}": Token("queue", "A ${environment} ${b}", "id"),
    '${queue:"A ${b"}': Token("queue", "A ${b"),
    "$${queue:A}": None,
    "$.Attributes.queue": None,
    "": None,
}


@pytest.mark.parametrize(("text", "expected"), TOKENS.items(), ids=map(repr, TOKENS))
def test_what_is_one_reference(text: str, expected: Token | None) -> None:
    assert parse_token(text) == expected


names = st.text(st.sampled_from('ab #:}{"$%.'), min_size=1, max_size=8).filter(
    lambda name: name == name.strip()
)


@given(names, st.none() | st.sampled_from(["arn", "stream_arn"]), st.sampled_from(["toy.queue", "queue"]))
def test_any_name_can_be_written(name: str, attribute: str | None, word: str) -> None:
    token = Token(word, name, attribute)
    assert parse_token(str(token)) == token
    assert list(tokens_in_text(f"a {token}, {{{token}}} b", WORDS)) == [token, token]


FOUND = {
    "${toy.queue:A}/index/*": [("toy.queue", "A", None)],
    "${toy.queue:A} and ${hours:B#id}": [("toy.queue", "A", None), ("hours", "B", "id")],
    '{"arn": ${toy.queue:A}}': [("toy.queue", "A", None)],
    "${aws:username} ${cognito-identity.amazonaws.com:sub} ${lambda:x} ${a.b.c:x} ${*} ${": [],
    "$${toy.queue:A} $$${hours:B}": [],
    "${toy.queue:A ${hours:B}": [("hours", "B", None)],
    "plain": [],
}


@pytest.mark.parametrize(("text", "expected"), FOUND.items(), ids=map(repr, FOUND))
def test_the_references_in_a_text(text: str, expected: list[tuple[str, str, str | None]]) -> None:
    assert [tuple(token) for token in tokens_in_text(text, WORDS)] == expected
    assert has_reference(text, WORDS) == bool(expected)


def test_references_are_replaced_and_literals_lose_their_escape() -> None:
    text = "${toy.queue:A}/x $${toy.queue:B} $$${queue:C} $${x} ${aws:y} ${queue:D#id}"
    sent = replaced(text, WORDS, lambda token: f"<{token.name}>")
    assert sent == "<A>/x ${toy.queue:B} $${queue:C} $${x} ${aws:y} <D>"


texts = st.lists(
    st.sampled_from(
        ["$", "${", "}", "toy.queue:A", "queue:B", "#id", "x", '"', "${toy.queue:A}", "${queue:B}"]
    ),
    max_size=8,
).map("".join)


@given(texts)
def test_every_text_of_aws_comes_back_as_it_was(text: str) -> None:
    told = literal(text, WORDS)
    assert not has_reference(told, WORDS)
    assert replaced(told, WORDS, lambda token: f"<{token.name}>") == text


def test_what_an_author_escaped() -> None:
    assert (
        unescaped("$${x} $$${y} $${toy.queue:A} ${toy.queue:A} $5")
        == "${x} $${y} $${toy.queue:A} ${toy.queue:A} $5"
    )


BARE = {"${": "${", "a ${x": "${", "${queue:} b": "${queue:}", "$${ ${a.b:c}": None}


@pytest.mark.parametrize(("text", "expected"), BARE.items(), ids=map(repr, BARE))
def test_what_only_begins_like_a_reference(text: str, expected: str | None) -> None:
    assert bare(text) == expected


def test_what_is_written_beside_the_references() -> None:
    assert without_references("a ${toy.queue:A}/b $${toy.queue:B}") == "a /b ${toy.queue:B}"


def test_a_name_with_what_looks_like_a_variable() -> None:
    text = '${queue:"Sales $${team}"} and $${team} and $${queue:"Sales $${team}"}'
    assert (
        unescaped(text, ("queue",)) == '${queue:"Sales ${team}"} and ${team} and $${queue:"Sales $${team}"}'
    )
    (token,) = tokens_in_text(text, ("queue",))
    assert token.filled == Token("queue", "Sales ${team}")
