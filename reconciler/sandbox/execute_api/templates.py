"""Runs mapping templates of simple forms: `#set`, `#if`, comparisons, and the values of the request and its context.

Everything else of the Velocity Template Language is refused, never guessed.

Source: "Mapping template transformations for REST APIs in API Gateway" (API Gateway Developer Guide).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.sandbox.execute_api.answers import NotServedError
from reconciler.sandbox.execute_api.exchange import Exchange, as_text

DIRECTIVE = re.compile(r"#(set|if|elseif|else|end)\b|#\{(else|end)\}|##[^\n]*\n?|#[a-zA-Z]\w*")
START = re.compile(r"\$!?\{?(?=[a-zA-Z])")
NAME = re.compile(r"[a-zA-Z][\w-]*")
SPACE = re.compile(r"\s*")
NUMBER = re.compile(r"-?\d+(\.\d+)?")
OPERATORS = re.compile(r"==|!=|\|\||&&")
BRANCHES = frozenset({"elseif", "else", "end"})
OVERRIDE = "context.responseOverride."


@dataclass
class Template:
    """A template while it runs; `overrides` holds what it sets below `$context.responseOverride`."""

    text: str
    exchange: Exchange
    overrides: dict[str, Any] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)
    at: int = 0

    def run(self) -> str:
        """The text that the template makes.

        Raises:
            NotServedError: the template has a form that the sandbox does not know.
        """
        written, ended = self._block(live=True)
        if ended:
            raise self._unknown(f"#{ended}")
        return written

    def _unknown(self, what: str) -> NotServedError:
        line = self.text.count("\n", 0, self.at) + 1
        return NotServedError(
            f"its mapping templates have simple forms alone, not {what!r} in line {line} of a template"
        )

    def _block(self, *, live: bool) -> tuple[str, str]:
        """The text up to the directive that ends this block, and the name of the directive; only a live block has effects."""
        written: list[str] = []
        while self.at < len(self.text):
            directive = DIRECTIVE.match(self.text, self.at)
            reference = None if directive else START.match(self.text, self.at)
            if directive:
                name = directive[1] or directive[2] or ""
                if not name and not directive[0].startswith("##"):
                    raise self._unknown(directive[0])
                self.at = directive.end()
                if name in BRANCHES:
                    return "".join(written), name
                written.append(self._directive(name, live=live))
            elif reference:
                value = self._reference()
                written.append("" if value is None else as_text(value))
            else:
                written.append(self.text[self.at])
                self.at += 1
        return "".join(written), ""

    def _directive(self, name: str, *, live: bool) -> str:
        if name == "set":
            self._set(live=live)
            return ""
        return self._if(live=live) if name == "if" else ""

    def _set(self, *, live: bool) -> None:
        self._expect("(")
        self._skip()
        target = START.match(self.text, self.at)
        if target is None:
            raise self._unknown("#set")
        self.at = target.end()
        path = self._name()
        while self._is(".", spaced=False):
            path += f".{self._name()}"
        self._expect("=")
        value = self._either()
        self._expect(")")
        if path.startswith(OVERRIDE):
            if live:
                self.overrides[path.removeprefix(OVERRIDE)] = value
        elif "." in path:
            raise self._unknown(f"#set(${path})")
        elif live:
            self.variables[path] = value

    def _if(self, *, live: bool) -> str:
        """The text of the first branch whose condition holds."""
        chosen, done, name = "", False, "if"
        while name != "end":
            holds = True
            if name != "else":
                self._expect("(")
                holds = _is_true(self._either())
                self._expect(")")
            now = live and holds and not done
            written, name = self._block(live=now)
            chosen, done = (written, True) if now else (chosen, done)
            if not name:
                raise self._unknown("#if without #end")
        return chosen

    # -- expressions -------------------------------------------------------------------------------------------------------

    def _either(self) -> Any:
        found = self._both()
        while self._is("||"):
            other = self._both()
            found = _is_true(found) or _is_true(other)
        return found

    def _both(self) -> Any:
        found = self._compared()
        while self._is("&&"):
            other = self._compared()
            found = _is_true(found) and _is_true(other)
        return found

    def _compared(self) -> Any:
        found = self._value()
        for operator in ("==", "!="):
            if self._is(operator):
                same = _plain(found) == _plain(self._value())
                return same if operator == "==" else not same
        return found

    def _value(self) -> Any:
        if self._is("!"):
            return not _is_true(self._value())
        if self._is("("):
            found = self._either()
            self._expect(")")
            return found
        self._skip()
        quote = self.text[self.at : self.at + 1]
        if quote in {"'", '"'}:
            return self._quoted(quote)
        number = NUMBER.match(self.text, self.at)
        if number:
            self.at = number.end()
            return float(number[0]) if number[1] else int(number[0])
        if START.match(self.text, self.at):
            return self._reference()
        for word in ("true", "false"):
            if self.text.startswith(word, self.at):
                self.at += len(word)
                return word == "true"
        raise self._unknown(self.text[self.at : self.at + 10])

    def _quoted(self, quote: str) -> str:
        """A text in quotes; in double ones, references are replaced."""
        end = self.text.find(quote, self.at + 1)
        if end < 0:
            raise self._unknown(quote)
        inside = self.text[self.at + 1 : end]
        self.at = end + 1
        if quote == "'" or "$" not in inside:
            return inside
        return Template(inside, self.exchange, variables=self.variables).run()

    # -- references --------------------------------------------------------------------------------------------------------

    def _reference(self) -> Any:
        start = START.match(self.text, self.at)
        if start is None:
            raise self._unknown(self.text[self.at : self.at + 10])
        self.at = start.end()
        root = self._name()
        found = self._root(root)
        while self._is(".", spaced=False):
            name = self._name()
            arguments = self._arguments() if self._is("(", spaced=False) else None
            found = self._member(root, found, name, arguments)
            root = f"{root}.{name}"
        if start[0].endswith("{"):
            self._expect("}")
        return found

    def _arguments(self) -> list[Any]:
        if self._is(")"):
            return []
        found = [self._either()]
        while self._is(","):
            found.append(self._either())
        self._expect(")")
        return found

    def _root(self, name: str) -> Any:
        known = {"context": self.exchange.context, "stageVariables": self.exchange.variables, "input": {}}
        return known.get(name, self.variables.get(name))

    def _member(self, before: str, found: Any, name: str, arguments: list[Any] | None) -> Any:
        if before == "input":
            return self._of_input(name, arguments)
        if arguments is None:
            return found.get(name) if isinstance(found, Mapping) else None
        if name == "get" and len(arguments) == 1 and isinstance(found, Mapping):
            return found.get(arguments[0])
        raise self._unknown(f"${before}.{name}()")

    def _of_input(self, name: str, arguments: list[Any] | None) -> Any:
        """A member of `$input`: the body, or the parameters of the request."""
        incoming = self.exchange.incoming
        body = incoming.body.decode("utf-8", errors="replace")
        params = {
            "path": self.exchange.taken.variables,
            "querystring": dict(incoming.query),
            "header": dict(incoming.rows),
        }
        if name == "body" and arguments is None:
            return body or "{}"
        if name == "json" and arguments == ["$"]:
            return body or "{}"
        if name == "params" and arguments == []:
            return params
        if name == "params" and arguments is not None and len(arguments) == 1:
            return next((rows[arguments[0]] for rows in params.values() if arguments[0] in rows), None)
        raise self._unknown(f"$input.{name}")

    # -- text --------------------------------------------------------------------------------------------------------------

    def _name(self) -> str:
        found = NAME.match(self.text, self.at)
        if found is None:
            raise self._unknown(self.text[self.at : self.at + 10])
        self.at = found.end()
        return found[0]

    def _skip(self) -> None:
        found = SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def _is(self, word: str, *, spaced: bool = True) -> bool:
        """Whether a word is next; it is passed if it is. A full stop without a name after it is no part of a reference."""
        before = self.at
        if spaced:
            self._skip()
        follows = self.text.startswith(word, self.at)
        if word == "!" and self.text.startswith("!=", self.at):
            follows = False
        if word == "." and not NAME.match(self.text, self.at + 1):
            follows = False
        self.at = self.at + len(word) if follows else before
        return follows

    def _expect(self, word: str) -> None:
        if not self._is(word):
            raise self._unknown(self.text[self.at : self.at + 10])


def _plain(value: Any) -> Any:
    """A value as comparisons see it: nothing is as an empty text."""
    return "" if value is None else value


def _is_true(value: Any) -> bool:
    """Whether Velocity takes a value as true: anything but false and nothing."""
    return value is not None and value is not False


def parsed(text: str) -> Any:
    """A text as JSON; None if it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
