"""The initial content of every sandbox: one password, as an SSM parameter and as a secret."""

from moto.backends import get_backend

from reconciler.sandbox.process_state import ProcessState, account_served

PARAMETER = "/sandbox/password"
SECRET = "sandbox/password"  # noqa: S105  the name of the secret, not its value

DONE = "sandbox_preloaded"


def preload(world: ProcessState, region: str) -> None:
    """Put the sandbox's password into a region, unless it was there before."""
    account = account_served()
    parameters = get_backend("ssm")[account]  # moto.ssm brings moto.ec2 along: not before somebody asks
    if region not in parameters:
        return
    store = parameters[region]
    if vars(store).get(DONE):
        return
    vars(store)[DONE] = True  # moto empties a backend's attributes when it resets
    store.put_parameter(
        name=PARAMETER,
        description="A password for the examples of this sandbox",
        value=world.password,
        parameter_type="SecureString",
        allowed_pattern="",
        keyid="alias/aws/ssm",
        overwrite=False,
        tags=[],
        data_type="text",
        tier="Standard",
        policies=None,
    )
    get_backend("secretsmanager")[account][region].create_secret(
        name=SECRET,
        secret_string=world.password,
        secret_binary=None,
        description="A password for the examples of this sandbox",
        tags=[],
        kms_key_id=None,
        client_request_token=None,
        replica_regions=[],
        force_overwrite=False,
    )
