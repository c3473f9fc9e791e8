"""Finds mistakes in the rule and in the suppression of a composite alarm."""

import re
from collections.abc import Iterator

from reconciler.contract import InFiles
from reconciler.interpolation import ALWAYS, Token, parse_token, replaced
from reconciler.model import Finding
from reconciler.resources.cloudwatch.alarm_rule import WrongRule, alarms_in
from reconciler.resources.cloudwatch.composite_alarm_model import ALARMS

SUPPRESSION = ("actions_suppressor", "actions_suppressor_wait_period", "actions_suppressor_extension_period")
PLACEHOLDERS = 0xE000
"""The first character of Unicode's private use: each reference is one character while a rule is read."""
NEEDS_QUOTES, NEEDS_ESCAPE = re.compile(r'[\s(),"]'), re.compile(r'["\\]')


def problems(files: InFiles) -> Iterator[Finding]:
    """Every mistake, each with its field."""
    values = files.values
    if "alarm_rule" in values:
        yield from (Finding(said, ("alarm_rule",)) for said in _of_rule(files, values["alarm_rule"]))
    if "actions_suppressor" in values:
        said = _of_name(files, values["actions_suppressor"])
        yield from [Finding(said, ("actions_suppressor",))] if said else ()
    written = [name for name in SUPPRESSION if name in files.settings]
    lacking = [name for name in SUPPRESSION if name not in values and name not in files.wrong]
    if written and lacking and len(lacking) < len(SUPPRESSION):
        yield Finding(f"AWS takes these three together; write {' and '.join(lacking)} too", (written[0],))
    elif written and lacking and len(written) < len(SUPPRESSION):
        missing = " and ".join(name for name in SUPPRESSION if name not in written)
        yield Finding(f"AWS takes these three together; write null for {missing} too", (written[0],))


def _of_rule(files: InFiles, rule: str) -> Iterator[str]:
    references: list[Token] = []

    def placeholder(token: Token) -> str:
        references.append(token)
        return chr(PLACEHOLDERS + len(references) - 1)

    plain = replaced(rule, (), placeholder)
    if any(each.word not in ALARMS or each.attribute not in (None, *ALWAYS) for each in references):
        return  # it may stand for any part of the rule: only AWS knows
    try:
        alarms = alarms_in(plain)
    except WrongRule as wrong:
        yield _with_references(str(wrong), references)
        return
    for each in alarms:
        start, end = each.place
        number = ord(plain[start]) - PLACEHOLDERS
        if end - start == 1 and 0 <= number < len(references):
            yield from _of_reference(references[number], quoted=each.text.startswith('"'))
        elif said := _of_name(files, plain[start:end].replace('\\"', '"')):
            yield said


def _of_reference(token: Token, *, quoted: bool) -> Iterator[str]:
    if not quoted and NEEDS_QUOTES.search(token.name):
        yield f"the name of {token} has spaces, commas, parentheses or quotes: write the reference in double quotes"
    elif quoted and NEEDS_ESCAPE.search(token.name):
        yield f"CloudWatch needs a backslash before quotes in a name: write the name of the alarm in place of {token}"


def _of_name(files: InFiles, text: str) -> str:
    """The problem of the name or the ARN of an alarm of the stack: only a reference makes the pass create it before."""
    if parse_token(text):
        return ""
    name = text.rpartition(":alarm:")[2]
    for kind in ALARMS:
        if files.others(kind, name) is not None and not NEEDS_ESCAPE.search(name):
            token = Token(kind, name, None if text.startswith("arn:") else "name")
            return f"{name} is an alarm of this stack: write {token}, so that it is created before"
    return ""


def _with_references(message: str, references: list[Token]) -> str:
    return "".join(
        str(references[ord(each) - PLACEHOLDERS]) if 0 <= ord(each) - PLACEHOLDERS < len(references) else each
        for each in message
    )
