"""Checks whether an XML document fits one of botocore's shapes, as botocore's own parser reads it."""

from typing import Any

from botocore.compat import ETree, XMLParseError

from reconciler.aws.json_shapes import EXPECTED, is_base64, is_time

ERRORS = frozenset({"Error", "ErrorResponse", "Response"})
"""The root elements of errors: of S3, of the query protocol, of EC2."""


def xml_root(body: bytes) -> Any:
    """The root element of a document; None if it is not XML, or incomplete."""
    try:
        return ETree.fromstring(body)
    except (XMLParseError, ValueError, LookupError):
        return None


def xml_error_code(root: Any) -> str | None:
    """The code of an AWS error; None if the document is not one."""
    if _tag(root) not in ERRORS:
        return None
    return next((each.text for each in root.iter() if _tag(each) == "Code" and each.text), None)


def root_name(operation: Any) -> str | None:
    """The name of the root element of an operation's reply (botocore's `OperationModel`); None if no model has it.

    It is the payload of the reply, or of the request that writes what this operation reads: PutBucketCors sends a
    `CORSConfiguration`, and GetBucketCors answers with one.
    """
    twin = operation.name.replace("Get", "Put", 1)
    shapes = [operation.output_shape]
    if operation.name.startswith("Get") and twin in operation.service_model.operation_names:
        shapes.append(operation.service_model.operation_model(twin).input_shape)
    for shape in filter(None, shapes):
        payload = shape.serialization.get("payload")
        if payload and shape.members[payload].type_name == "structure":
            return str(shape.members[payload].serialization.get("name") or shape.members[payload].name)
    return None


def _is_root_of(operation: Any, tag: str) -> bool:
    """Whether an element of this name may be the root; some S3 servers write `GetBucketVersioningResponse`."""
    return tag == root_name(operation) or (tag.startswith("GetBucket") and tag.endswith("Response"))


def xml_reply_problem(root: Any, operation: Any, shape: Any, wrapper: str | None) -> str | None:
    """The problem of a reply whose document has this root; None if it fits.

    A root of another name is accepted only if it holds members of the shape.
    """
    if _tag(root).lower() == "html":
        return "is a web page"
    if _tag(root) == "Error":
        return "is an error, although its status is no error's"
    if wrapper is not None:
        inner = next((each for each in root if _tag(each) == wrapper), None)
        if inner is None:
            return f"has no {wrapper}"
        root = inner
    if shape is None or shape.type_name != "structure":
        return None
    known = {_name(name, each) for name, each in shape.members.items()}
    tags = {_tag(each) for each in root}
    own = wrapper is not None or _tag(root) in known or _is_root_of(operation, _tag(root))
    if (
        known
        and not tags & known
        and (not own or tags or (root.text or "").strip())
        and _tag(root) not in known
    ):
        return "has none of the members that its model has"
    problem = _structure_problem(shape, root) if tags & known or not tags else None
    return f"does not fit: {problem.lstrip('.')}" if problem else None


def _structure_problem(shape: Any, element: Any) -> str | None:
    members = {_name(name, each): (name, each) for name, each in shape.members.items()}
    for inner in element:
        name, each = members.get(_tag(inner), ("", None))
        if each is None or "location" in each.serialization:
            continue
        flat = each.type_name in ("list", "map") and each.serialization.get("flattened")
        shape_of_it = each.member if flat and each.type_name == "list" else each
        problem = (
            _map_problem(each, [inner]) if flat and each.type_name == "map" else _problem(shape_of_it, inner)
        )
        if problem:
            return f".{name}{problem}"
    return None


def _problem(shape: Any, element: Any) -> str | None:
    kind = shape.type_name
    text = element.text or ""
    if kind in ("structure", "list", "map"):
        if text.strip():
            return " is a text, not elements"
        if kind == "structure":
            return _structure_problem(shape, element)
        return _map_problem(shape, element) if kind == "map" else _first(shape.member, element)
    if len(element):
        return " has elements, and should be a text"
    return None if _fits(kind, text) else f" is not {EXPECTED.get(kind, kind)}"


def _first(shape: Any, elements: Any) -> str | None:
    problems = (_problem(shape, each) for each in elements)
    return next((f"[{at}]{problem}" for at, problem in enumerate(problems, 1) if problem), None)


def _map_problem(shape: Any, entries: Any) -> str | None:
    names = [shape.key.serialization.get("name") or "key", shape.value.serialization.get("name") or "value"]
    for entry in entries:
        if sorted(_tag(each) for each in entry) != sorted(names):
            return f" has an entry without {names[0]} and {names[1]}"
    return None


def _fits(kind: str, text: str) -> bool:
    if kind in ("integer", "long", "float", "double"):
        try:
            (int if kind in ("integer", "long") else float)(text)
        except ValueError:
            return False
    if kind == "timestamp":
        return is_time(text)
    if kind == "boolean":
        return text in ("true", "false")
    return kind != "blob" or is_base64(text)


def _name(name: str, shape: Any) -> str:
    """The name of a member in XML (botocore.parsers.BaseXMLResponseParser._member_key_name)."""
    if shape.type_name == "list" and shape.serialization.get("flattened"):
        inner = shape.member.serialization.get("name")
        if inner is not None:
            return str(inner)
    return str(shape.serialization.get("name", name))


def _tag(element: Any) -> str:
    """An element's name without its namespace; empty for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
