"""Turns observed fields into what an author would write: references by name, without AWS's defaults, without secrets."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from reconciler.contract import Adapter, InFiles
from reconciler.desired.variables import escaped
from reconciler.exporting.accepted import without_nulls
from reconciler.exporting.survey import Survey
from reconciler.field_schema import Shape, fields_of, holds_archive, is_empty, leaves, with_texts
from reconciler.interpolation import Token, parse_token
from reconciler.model import Mentions
from reconciler.plain_secrets import without_secrets
from reconciler.planning.extra import OF_AWS, is_unset
from reconciler.planning.ownership import OUR_TAGS, PROTECT_MARK
from reconciler.stack import Key

NAME = "name"
"""The attribute of a reference that means the name of a resource."""
_ARN = re.compile(r"arn:aws[a-z-]*:[A-Za-z0-9-]+:[^\s\"'<>{}$]*")
_ID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[a-z]+-[0-9a-f]{8,17}\b"
_IN_ADDRESS = re.compile(rf"{_ARN.pattern}|{_ID}")
_IDENTITY = re.compile(rf"https?://[^\s\"'<>{{}}$]*|{_IN_ADDRESS.pattern}")
NOT_FOR_FILES = "its value looks like a secret, and files in git must not have it; not managed"
NOT_SHOWN = "(not shown by AWS)"
"""Stands for a secret while the rules of its kind are asked."""


@dataclass
class Written:
    """One resource as the files will have it."""

    key: Key
    settings: dict[str, Any] = field(default_factory=dict)
    documents: dict[str, Any] = field(default_factory=dict)
    """By field: a document that has a file of its own."""


class Values:
    """The written values of a survey; collects what they refer to, and what cannot be written."""

    def __init__(
        self,
        survey: Survey,
        kinds: Mapping[str, Adapter[Any]],
        *,
        defaults: bool = False,
        account: str | None = None,
    ) -> None:
        """With the number of an `account`, texts have the variable of the environment instead of it."""
        self.survey, self.kinds, self.defaults, self.account = survey, kinds, defaults, account
        self.referred: set[Key] = {survey.root} if survey.root else set()
        self.outside: dict[str, str] = {}
        """By place: the ARN outside of the export that it holds."""
        self.secrets: list[str] = []
        """The places of secrets, whose values AWS does not show."""
        self.archives: list[str] = []
        """The places of code, which AWS does not show."""
        self._by_id = {
            identity: Key(kind, name)
            for (kind, identity), name in survey.world.names.items()
            if identity != name and self._can_be_named(Key(kind, name))
        }

    def written(self, key: Key) -> Written:
        """One exported resource."""
        adapter, observed = self.kinds[key.kind], self.survey.observed[key]
        result, secrets = Written(key), list[str]()
        if key in self.survey.homes:
            self.referred.add(self.survey.homes[key])
        left_out = {"tags", *adapter.not_written(observed.sighting)}
        if left_out & adapter.create.needed:
            # Without a field that create needs, a pass can only adopt.
            result.settings["adopt"] = True
        for name, shape in fields_of(adapter.model).items():
            if name in left_out:
                continue
            if shape.secret and name in adapter.create.fields:
                secrets.append(name)
            elif holds_archive(shape):
                # AWS shows only the digest of code; without code a pass can only adopt.
                self.archives.append(f"{key}.{name}")
                result.settings["adopt"] = True
            else:
                self._write(result, name, shape, observed.settings.get(name))
        tags = {tag: text for tag, text in sorted(observed.tags.items()) if not tag.startswith(OUR_TAGS)}
        tags = {tag: escaped(text) for tag, text in tags.items() if not tag.startswith(OF_AWS)}
        if tags and adapter.tagging:
            result.settings["tags"] = tags
        for name in secrets:
            self._secret(result, name)
        if PROTECT_MARK in observed.tags:
            result.settings["policy"] = {"protect": observed.tags[PROTECT_MARK] == "true"}
        return result

    def secrets_of(self, key: Key) -> frozenset[str]:
        """The fields of a resource that are secrets; `written` finds them."""
        start = f"{key}."
        return frozenset(each.removeprefix(start) for each in self.secrets if each.startswith(start))

    def _write(self, result: Written, name: str, shape: Shape, value: Any) -> None:
        """Write one live value, if it is not one that AWS gives by default."""
        key, adapter = result.key, self.kinds[result.key.kind]
        needed = name in adapter.create.needed and value is not None
        if not needed and (is_empty(value) if self.defaults else is_unset(adapter, name, value)):
            return
        unknown = list(self._unknown(shape, value))
        if unknown:
            said = f"refers to {', '.join(unknown)}, which the export does not have; not managed"
            self.survey.left_out[f"{key}.{name}"] = said
            return
        value = with_texts(shape, value, self.text)
        if not needed:
            value, secret = without_secrets(shape, value, f"{key}.{name}")
            self.survey.left_out.update(dict.fromkeys(secret, NOT_FOR_FILES))
            if secret and is_empty(value):
                return
        for leaf in leaves(value):
            if isinstance(leaf, str):
                for arn in _ARN.findall(leaf.replace("${account}", self.account or "")):
                    self.outside[f"{key}.{name}: {arn}"] = "outside of the export; it stays as it is"
        if shape.document:
            result.documents[name] = value
        else:
            result.settings[name] = without_nulls(value)

    def _secret(self, result: Written, name: str) -> None:
        """A placeholder for a secret, unless AWS takes none here."""
        adapter = self.kinds[result.key.kind]
        root = self.survey.homes.get(result.key, self.survey.root)
        home = self.survey.observed.get(root) if root else None
        there = {**result.settings, name: NOT_SHOWN}
        files = InFiles(
            name=result.key.name,
            settings=there,
            new=True,
            home=home.settings if home else None,
            others=lambda _kind, _name: None,
            every=lambda _kind: {},
        )
        if any(each.path[:1] == (name,) and not each.warning for each in adapter.problems(files)):
            return
        place = root.name if root else self.survey.name
        where = re.sub(r"[^A-Za-z0-9_./-]", "_", "/".join(("", place, *result.key, name)))
        result.settings[name] = {"secret": {"ssm": re.sub("/+", "/", where)}}  # no level is empty
        self.secrets.append(f"{result.key}.{name}")

    def _unknown(self, shape: Shape, value: Any) -> Iterator[str]:
        """The ids in fields for names of resources that have no name here."""
        if value is None:
            return
        if shape.ref:
            key = Key(shape.ref.kind, value)
            if key in self.survey.sightings:
                self.referred.add(key)
            elif not (shape.ref.outside and str(value).startswith("arn:")):
                yield str(value)
        elif shape.items:
            for item in value:
                yield from self._unknown(shape.items, item)
        elif shape.values or shape.fields:
            for member, inner in value.items():
                yield from self._unknown(shape.values or shape.fields.get(member) or Shape(), inner)

    def text(self, shape: Shape, text: str) -> str:
        """A text of AWS as it is written in a file, with references by name."""
        if shape.ref:
            return escaped(text)
        word = self.survey.world.decoder.text(shape, text) if shape.tokens else ""
        token = parse_token(word) if word else None
        if token is not None and token.word in shape.tokens:
            self.referred.add(Key(shape.tokens[token.word].kind, token.name))
            return _in_file(token)
        named = (self._by_name.get((str(each.kind), text)) for each in shape.means if each.by == NAME)
        key = next(filter(None, named), None)
        if key is not None:
            self.referred.add(key)
            return _in_file(Token(*key, NAME))
        return self._with_mentions(shape.mentions, text) if shape.mentions else self._with_references(text)

    def _with_mentions(self, mentions: Mentions, text: str) -> str:
        """A text in a language of AWS's own, with references in the place of names and ARNs."""
        parts, end = [], 0
        for start, stop in mentions.places(text):
            named = text[start:stop]
            keys = [self._by_id.get(named) if named.startswith("arn:") else None]
            attribute = None if any(keys) else NAME
            keys += [self._by_name.get((kind, named)) for kind in mentions.kinds]
            key = next(filter(None, keys), None)
            if key is not None:
                self.referred.add(key)
                parts += [self._plain(text[end:start]), _in_file(Token(*key, attribute))]
                end = stop
        return "".join((*parts, self._plain(text[end:])))

    @cached_property
    def _by_name(self) -> Mapping[tuple[str, str], Key]:
        """The resources to which the files can refer, by kind and name in AWS."""
        rows = self.survey.sightings.items()
        return {(key.kind, row.name): key for key, row in rows if self._can_be_named(key)}

    @cached_property
    def _around_arns(self) -> list[tuple[re.Pattern[str], str, str]]:
        """The attributes whose values hold the ARN of their resource: the form, the kind, the attribute."""
        return [
            (attribute.around_arn, kind, name)
            for kind, adapter in self.kinds.items()
            for name, attribute in adapter.attributes.items()
            if attribute.around_arn
        ]

    def _with_references(self, text: str, identities: re.Pattern[str] = _IDENTITY) -> str:
        whole = self._by_id.get(text) if text.startswith("arn:") else None
        if whole is not None:  # its name may have spaces, which end an ARN within a longer text
            self.referred.add(whole)
            return _in_file(Token(*whole))
        parts, end = [], 0
        for found in identities.finditer(text):
            known = self._known(found[0])
            if known is not None:
                key, length, attribute = known
                self.referred.add(key)
                word = _in_file(Token(*key, attribute))
            elif found[0].startswith("http"):
                length, word = len(found[0]), self._with_references(found[0], _IN_ADDRESS)
            else:
                continue
            parts += [self._plain(text[end : found.start()]), word]
            end = found.start() + length
        return "".join((*parts, self._plain(text[end:])))

    def _plain(self, text: str) -> str:
        """A text without references as it is written, with the account of the environment."""
        found = escaped(text)
        return re.sub(rf"(?<!\d){self.account}(?!\d)", "${account}", found) if self.account else found

    def _can_be_named(self, key: Key) -> bool:
        """Whether the files can refer to a resource: the export has it, or `existing: true` finds it by its name."""
        return key in self.survey.observed or self.kinds[key.kind].aws_name(key.name, {}) is not None

    def _known(self, identity: str) -> tuple[Key, int, str | None] | None:
        """The resource that an ARN or an id means, how many characters of it do, and the attribute; the ARN may go on."""
        for form, kind, attribute in self._around_arns:
            found = form.match(identity)
            key = self._by_id.get(found["arn"]) if found else None
            if found and key is not None and key.kind == kind:
                return key, found.end(), attribute
        candidate = identity
        while candidate:
            key = self._by_id.get(candidate)
            if key is not None:
                return key, len(candidate), None if candidate.startswith("arn:") else "id"
            candidate = candidate[: max(candidate.rfind("/"), candidate.rfind(":"), 0)]
        return None


def _in_file(token: Token) -> str:
    """A reference as a file has it: its name may look like a variable."""
    return str(token._replace(name=escaped(token.name)))
