"""Associations of an instance: functions, bots, origins, security keys."""

from collections.abc import Mapping
from typing import Any

from reconciler.sandbox.connect.core.operations import Operations, Reply, Rows
from reconciler.sandbox.connect.core.plane import Instance
from reconciler.sandbox.connect.core.refusals import absent, conflict, invalid, quota_reached
from reconciler.sandbox.connect.core.stored_records import moment

LAMBDAS, BOTS, ORIGINS, KEYS = "LambdaFunction", "Bot", "ApprovedOrigin", "SecurityKey"
# AWS's default quotas.
MOST = {LAMBDAS: 50, BOTS: 100, ORIGINS: 100, KEYS: 2}

operations = Operations()


def members(instance: Instance, what: str) -> dict[str, Any]:
    """Return an instance's associations of one type, by key, without changing the instance."""
    return instance.lists.get(what, {})


def _associate(instance: Instance, what: str, key: str, row: Any) -> None:
    held = members(instance, what)
    if key in held:
        raise conflict(f"{what} {key} is already associated with the instance.")
    most = instance.plane.quotas.get(what, MOST[what])
    if len(held) >= most:
        raise quota_reached(what, most)
    instance.lists.setdefault(what, {})[key] = row


def _disassociate(instance: Instance, what: str, key: str) -> None:
    if members(instance, what).pop(key, None) is None:
        raise absent(what, key)


@operations.pages("LambdaFunctions", most=25)
def list_lambda_functions(instance: Instance) -> Rows:
    """List the ARNs of functions."""
    return list(members(instance, LAMBDAS).values())


@operations.pages("Origins", most=25)
def list_approved_origins(instance: Instance) -> Rows:
    """List origins."""
    return list(members(instance, ORIGINS).values())


@operations.pages("SecurityKeys", most=2)
def list_security_keys(instance: Instance) -> Rows:
    """List keys."""
    return list(members(instance, KEYS).values())


@operations.pages("LexBots", most=25)
def list_bots(instance: Instance, LexVersion: str) -> Rows:
    """List the bots of one version of Lex."""
    wanted = "LexV2Bot" if LexVersion == "V2" else "LexBot"
    return [row for row in members(instance, BOTS).values() if wanted in row]


@operations.pages("LexBots", most=25)
def list_lex_bots(instance: Instance) -> Rows:
    """List the bots of Lex V1, with the older operation."""
    return [row["LexBot"] for row in members(instance, BOTS).values() if "LexBot" in row]


@operations.on_instance
def associate_lambda_function(instance: Instance, FunctionArn: str) -> Reply:
    """Associate a function, which need not exist in the sandbox."""
    if not FunctionArn.startswith("arn:aws:lambda:"):
        raise invalid(f"FunctionArn {FunctionArn} is not the ARN of a Lambda function.")
    _associate(instance, LAMBDAS, FunctionArn, FunctionArn)
    return None


@operations.on_instance
def disassociate_lambda_function(instance: Instance, FunctionArn: str) -> Reply:
    """Disassociate a function."""
    _disassociate(instance, LAMBDAS, FunctionArn)
    return None


@operations.on_instance
def associate_approved_origin(instance: Instance, Origin: str) -> Reply:
    """Allow a web site to embed the agent workspace."""
    if not Origin.startswith(("https://", "http://")):
        raise invalid(f"Origin {Origin} is not valid.")
    _associate(instance, ORIGINS, Origin, Origin)
    return None


@operations.on_instance
def disassociate_approved_origin(instance: Instance, Origin: str) -> Reply:
    """Disassociate an origin."""
    _disassociate(instance, ORIGINS, Origin)
    return None


@operations.on_instance
def associate_security_key(instance: Instance, Key: str) -> Reply:
    """Add a public key; at most two."""
    if "BEGIN PUBLIC KEY" not in Key and "BEGIN CERTIFICATE" not in Key:
        raise invalid("Key is not in PEM format.")
    if any(row["Key"] == Key for row in members(instance, KEYS).values()):
        raise conflict("The key is already associated with the instance.")
    association = instance.plane.new_id()
    row = {"AssociationId": association, "Key": Key, "CreationTime": moment(instance.plane.tick())}
    _associate(instance, KEYS, association, row)
    return {"AssociationId": association}


@operations.on_instance
def disassociate_security_key(instance: Instance, AssociationId: str) -> Reply:
    """Disassociate a key."""
    _disassociate(instance, KEYS, AssociationId)
    return None


def _bot(
    LexBot: Mapping[str, str] | None = None, LexV2Bot: Mapping[str, str] | None = None
) -> tuple[str, Any]:
    if LexBot and not LexV2Bot:
        return f"{LexBot['LexRegion']}/{LexBot['Name']}", {"LexBot": LexBot}
    if LexV2Bot and not LexBot:
        return LexV2Bot.get("AliasArn", ""), {"LexV2Bot": LexV2Bot}
    raise invalid("Give either LexBot or LexV2Bot.")


@operations.on_instance
def associate_bot(instance: Instance, **bot: Mapping[str, str]) -> Reply:
    """Associate a bot: by name and Region for V1, by the ARN of the alias for V2."""
    key, row = _bot(**bot)
    if "LexV2Bot" in row and ":bot-alias/" not in key:
        raise invalid(f"AliasArn {key} is not the ARN of a bot alias.")
    _associate(instance, BOTS, key, row)
    return None


@operations.on_instance
def disassociate_bot(instance: Instance, **bot: Mapping[str, str]) -> Reply:
    """Disassociate a bot."""
    _disassociate(instance, BOTS, _bot(**bot)[0])
    return None


@operations.on_instance
def associate_lex_bot(instance: Instance, LexBot: Mapping[str, str]) -> Reply:
    """Associate a bot of Lex V1, with the older operation."""
    return associate_bot(instance, LexBot=LexBot)


@operations.on_instance
def disassociate_lex_bot(instance: Instance, BotName: str, LexRegion: str) -> Reply:
    """Disassociate a bot of Lex V1, with the older operation."""
    return disassociate_bot(instance, LexBot={"Name": BotName, "LexRegion": LexRegion})
