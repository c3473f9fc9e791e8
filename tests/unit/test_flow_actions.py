"""Compares the table of action types with facts that are written independently."""

import pytest

from reconciler.flow_language.action import Action
from reconciler.flow_language.actions import ACTIONS, LIKE, RENAMED, STORED, TYPES, rules_for
from reconciler.pictures.sources.flow_vocabulary import ERRORS
from tests.unit.flow_facts import FACTS, STORE, Fact

CONDITIONS = {"MessagesInterrupted": "interrupt"}


def test_the_table_has_every_action_type_of_the_flow_language() -> None:
    assert FACTS.keys() == TYPES


@pytest.mark.parametrize(
    ("name", "fact"), [*FACTS.items(), (STORED, STORE)], ids=[*FACTS, "GetParticipantInput that stores"]
)
def test_each_type_has_the_branches_and_parameters_that_aws_gives_it(name: str, fact: Fact) -> None:
    rules = ACTIONS[name]
    assert rules.way_on == fact.way_on
    if rules.terminal:
        return
    assert sorted(rules.errors) == sorted(fact.errors.split())
    assert sorted(rules.optional_errors) == sorted(fact.may.split())
    assert rules.conditions == CONDITIONS.get(fact.conditions, fact.conditions)
    assert sorted(rules.required.split()) == sorted(fact.needs.split())
    assert set(rules.known.split()) == {*fact.needs.split(), *fact.takes.split()}


@pytest.mark.parametrize("rules", ACTIONS.values(), ids=ACTIONS.keys())
def test_what_decides_is_among_the_known_parameters(rules: Action) -> None:
    known = {*rules.known.split(), *rules.required.split()}
    told = {tell.partition("=")[0].partition(".")[0] for tell in rules.tells}
    assert rules.free_parameters or not known or told <= known
    assert {*rules.required.split()} <= known
    assert set(rules.values) <= {name for name in rules.values if name.partition(".")[0] in known}
    assert rules.unsure <= {*rules.values, *rules.errors}


def test_titles_tell_types_apart() -> None:
    titles = [rules.title for rules in ACTIONS.values()]
    assert sorted(titles) == sorted(set(titles))


def test_every_error_has_a_word() -> None:
    errors = {error for rules in ACTIONS.values() for error in (*rules.errors, *rules.optional_errors)}
    assert errors <= ERRORS.keys()


def test_names_of_blocks_lead_to_types() -> None:
    assert {*LIKE.values(), *RENAMED.values()} <= TYPES
    assert not {*LIKE, *RENAMED} & TYPES


def test_errors_depend_on_what_is_asked_for() -> None:
    phone = {"StoreInput": "True", "InputValidation": {"PhoneNumberValidation": {"NumberFormat": "E164"}}}
    stored = rules_for({"Type": "GetParticipantInput", "Parameters": phone})
    assert stored is ACTIONS[STORED]
    assert stored.errors_for(phone) == ("NoMatchingError", "InvalidPhoneNumber")
    waiting = {"Events": ["BotParticipantDisconnected"]}
    assert "ParticipantNotFound" in ACTIONS["Wait"].errors_for(waiting)
    assert "ParticipantNotFound" not in ACTIONS["Wait"].errors_for({})
