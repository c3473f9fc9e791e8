"""Values of services that represent every attribute as a text."""

from reconciler.model import Codec

YES_OR_NO = Codec(encode=lambda value: str(value).lower(), decode=lambda text: text == "true")
ONLY_TRUE = Codec(encode=lambda value: "true" if value else None, decode=YES_OR_NO.decode)
"""If AWS refuses the attribute with the value false: it is left out of requests then."""
NUMBER = Codec(encode=str, decode=int)
