"""Converts an OpenAPI 3.1 document, as Powertools writes it, to what Amazon API Gateway imports: OpenAPI 3.0 without some keywords.

Nothing is lost in silence: what cannot be converted is refused by its JSON path. Left out is only what says nothing of a request or an
answer: examples, servers, and schemas that nothing refers to.

Sources: OpenAPI Specification 3.0.3; "Amazon API Gateway important notes" (Amazon API Gateway Developer Guide).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

Map: TypeAlias = dict[str, Any]
Part: TypeAlias = Callable[[Any, str], Any]
VERBS = ("get", "put", "post", "delete", "options", "head", "patch")
PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
MODEL_NAME = re.compile(r"[A-Za-z0-9]+")
SEGMENT = re.compile(r"[A-Za-z0-9_.,:-]*|\{[A-Za-z0-9._-]+\+?\}")
REFERENCE = "#/components/schemas/"
PLACES = ("path", "query", "header")
LEFT_OUT = frozenset({"example", "examples"})
NUMBERS_THAT_ARE_REFUSED = ("int32", "int64")
WHY: Mapping[str, str] = {
    "anyOf": "API Gateway has no `anyOf`; of a member that may be null, make one that may be missing",
    "oneOf": "API Gateway has no `oneOf`",
    "allOf": "write all members into one schema",
    "discriminator": "API Gateway has no `discriminator`",
    "additionalProperties": "API Gateway has no `additionalProperties`; a list of names and values does the same",
    "readOnly": "API Gateway has no `readOnly`; make a schema for requests and one for answers",
    "nullable": "API Gateway's models know no `nullable`; leave the member out instead",
}


class NotConvertibleError(Exception):
    """Raised for a document that cannot be converted; `mistakes` has a line for each place."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


def converted(document: Mapping[str, Any]) -> Map:
    """The document as OpenAPI 3.0.3.

    Raises:
        NotConvertibleError: parts of it cannot be converted.
    """
    conversion = _Conversion()
    made = conversion.document(_without_unused(document), "$")
    if conversion.mistakes:
        raise NotConvertibleError(conversion.mistakes)
    return made


def below(path: str, member: str | int) -> str:
    """The JSON path of a member."""
    if isinstance(member, int):
        return f"{path}[{member}]"
    return f"{path}.{member}" if PLAIN_NAME.fullmatch(member) else f"{path}['{member}']"


class _Conversion:
    """Converts each sort of object; a member that its sort does not have in OpenAPI 3.0 is a mistake."""

    def __init__(self) -> None:
        self.mistakes: list[str] = []

    def document(self, value: Map, path: str) -> Map:
        kept = {name: each for name, each in value.items() if name not in ("openapi", "servers")}
        made: Map = self._members(
            kept,
            path,
            info=self._info,
            paths=self._map_of(self._path, self._check_path),
            components=self._components,
            security=_same,
            tags=_same,
        )
        return {"openapi": "3.0.3", **made}

    def _info(self, value: Map, path: str) -> Map:
        return self._members(value, path, title=_same, version=_same, description=_same)

    def _components(self, value: Map, path: str) -> Map:
        schemas = self._map_of(self._schema, self._check_model_name)
        return self._members(value, path, schemas=schemas, securitySchemes=_same)

    def _path(self, value: Map, path: str) -> Map:
        return self._members(value, path, **dict.fromkeys(VERBS, self._operation))

    def _operation(self, value: Map, path: str) -> Map:
        return self._members(
            value,
            path,
            operationId=_same,
            tags=_same,
            summary=_same,
            description=_same,
            parameters=self._list_of(self._parameter),
            requestBody=self._body,
            responses=self._responses,
            security=_same,
        )

    def _parameter(self, value: Map, path: str) -> Map:
        if value.get("in") not in PLACES:
            self._refuse(below(path, "in"), f"API Gateway takes parameters in {', '.join(PLACES)}")
        return self._members(
            value, path, **{"in": _same}, name=_same, required=_same, description=_same, schema=self._schema
        )

    def _body(self, value: Map, path: str) -> Map:
        return self._members(
            value, path, description=_same, required=_same, content=self._map_of(self._media)
        )

    def _responses(self, value: Map, path: str) -> Map:
        ordered = {str(code): value[code] for code in sorted(value, key=str)}
        return {code: self._response(each, below(path, code)) for code, each in ordered.items()}

    def _response(self, value: Map, path: str) -> Map:
        kept = {name: each for name, each in value.items() if (name, each) != ("content", {})}
        return self._members(kept, path, description=_same, content=self._map_of(self._media))

    def _media(self, value: Map, path: str) -> Map:
        return self._members(value, path, schema=self._schema)

    def _schema(self, value: Any, path: str) -> Any:
        if not isinstance(value, dict):
            self._refuse(path, "a schema must be an object in OpenAPI 3.0")
            return value
        if "$ref" in value:
            return self._reference(value, path)
        return self._members(
            self._in_words_of_30(value, path),
            path,
            **dict.fromkeys(
                ("title", "description", "enum", "default", "required", "pattern", "minLength", "maxLength"),
                _same,
            ),
            **dict.fromkeys(("minItems", "maxItems", "uniqueItems"), _same),
            **dict.fromkeys(("minimum", "maximum", "multipleOf"), _number),
            type=self._type,
            format=self._format,
            items=self._schema,
            properties=self._map_of(self._schema),
        )

    def _in_words_of_30(self, value: Map, path: str) -> Map:
        """The schema with words of OpenAPI 3.0 for those of 3.1 that have the same meaning."""
        made = {name: each for name, each in value.items() if (name, each) != ("default", None)}
        if "const" in made:
            made["enum"] = [made.pop("const")]
        for name, limit, step in (("exclusiveMinimum", "minimum", 1), ("exclusiveMaximum", "maximum", -1)):
            bound = made.get(name)
            if made.get("type") == "integer" and isinstance(bound, int | float) and bound == int(bound):
                strict = int(made.pop(name)) + step
                choose = max if step > 0 else min
                made[limit] = choose(strict, made.get(limit, strict))
            elif name in made:
                self._refuse(below(path, name), f"API Gateway has no `{name}`; use `{limit}`")
                del made[name]
        return made

    def _reference(self, value: Map, path: str) -> Map:
        target = value["$ref"]
        if not str(target).startswith(REFERENCE):
            self._refuse(below(path, "$ref"), f"a reference must begin with {REFERENCE}")
        for name in value:
            if name not in ("$ref", "title", "description"):
                self._refuse(below(path, name), "OpenAPI 3.0 takes nothing beside `$ref`")
        return {"$ref": target}

    def _type(self, value: Any, path: str) -> Any:
        if not isinstance(value, str) or value == "null":
            self._refuse(path, "OpenAPI 3.0 takes one type, which is not null")
        return value

    def _format(self, value: Any, path: str) -> Any:
        if value in NUMBERS_THAT_ARE_REFUSED:
            self._refuse(path, f"API Gateway does not take the format {value}")
        return value

    def _members(self, value: Map, path: str, **parts: Part) -> Map:
        """The members of an object, in the order of `parts`; extensions (`x-...`) stay as they are."""
        made: Map = {}
        for name, part in parts.items():
            if value.get(name) is not None:
                made[name] = part(value[name], below(path, name))
        for name, each in value.items():
            if name.startswith("x-"):
                made[name] = each
            elif name not in parts and name not in LEFT_OUT and each is not None:
                self._refuse(below(path, name), WHY.get(name, f"OpenAPI 3.0 has no `{name}` here"))
        return made

    def _map_of(self, part: Part, check: Callable[[str, str], None] | None = None) -> Part:
        def convert(value: Map, path: str) -> Map:
            if check is not None:
                for name in value:
                    check(name, below(path, name))
            return {name: part(each, below(path, name)) for name, each in value.items()}

        return convert

    def _list_of(self, part: Part) -> Part:
        return lambda value, path: [part(each, below(path, index)) for index, each in enumerate(value)]

    def _check_path(self, name: str, path: str) -> None:
        if not all(SEGMENT.fullmatch(each) for each in name.split("/")):
            self._refuse(
                path, "a variable must be a whole part of a path; other parts have letters, digits and -_.,:"
            )

    def _check_model_name(self, name: str, path: str) -> None:
        if not MODEL_NAME.fullmatch(name):
            self._refuse(path, "a name of a model has letters and digits alone")

    def _refuse(self, path: str, why: str) -> None:
        self.mistakes.append(f"{path}: {why}")


def _same(value: Any, _: str) -> Any:
    return value


def _number(value: Any, _: str) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _without_unused(document: Mapping[str, Any]) -> Map:
    """The document without schemas that no path refers to, through whatever other schemas."""
    components = document.get("components") or {}
    schemas: Map = components.get("schemas") or {}
    used: set[str] = set()
    waiting = [*_references(document.get("paths"))]
    while waiting:
        name = waiting.pop()
        if name not in used:
            used.add(name)
            waiting += _references(schemas.get(name))
    kept = {name: each for name, each in schemas.items() if name in used}
    return {**document, "components": {**components, "schemas": kept}}


def _references(value: Any) -> Iterator[str]:
    """The names of the schemas that a value refers to."""
    if isinstance(value, Mapping):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"].removeprefix(REFERENCE)
        for each in value.values():
            yield from _references(each)
    elif isinstance(value, list):
        for each in value:
            yield from _references(each)
