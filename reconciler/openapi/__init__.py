"""What Amazon API Gateway makes of an OpenAPI document, as plain data, and the document of such data.

A REST API consists of parts. Each has a key and settings, with AWS's names, and refers to others by name:

    GET /stamps              a method with its responses, its integration and the responses of that
    path /stamps             a resource without methods
    model Stamp              a model: its schema
    validator body           a request validator
    authorizer members       an authorizer
    response DEFAULT_4XX     a gateway response

Settings that have AWS's default value are left out, so that two parts are equal if they mean the same.
"""

from reconciler.openapi.normal import Parts, is_method, key_of, normal, split
from reconciler.openapi.reading import parts_of
from reconciler.openapi.writing import document_of

__all__ = ["Parts", "document_of", "is_method", "key_of", "normal", "parts_of", "split"]
