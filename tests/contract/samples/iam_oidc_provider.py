"""iam.oidc_provider."""

from reconciler.testing import Change, Drift, Sample

ADD, REMOVE = "AddClientIDToOpenIDConnectProvider", "RemoveClientIDFromOpenIDConnectProvider"
PRINT, OTHER = "6938fd4d98bab03faadb97b34396831e3780aea1", "1C58A3A8518E8759BF075B76B750D4F2DF264FCD"

SAMPLE = Sample(
    name="token.actions.githubusercontent.com",
    base={
        "client_id_list": ["sts.amazonaws.com", "https://github.com/acme"],
        "thumbprint_list": [PRINT],
        "tags": {"Team": "shop"},
    },
    changes=(
        Change("client_id_list", ["sts.amazonaws.com"], (REMOVE,), "one fewer"),
        Change(
            "client_id_list", ["sts.amazonaws.com", "acme", "https://github.com/acme"], (ADD,), "one more"
        ),
        Change("client_id_list", ["acme"], (ADD, REMOVE, REMOVE), "another"),
        Change("client_id_list", None, (REMOVE, REMOVE), "taken away"),
        Change("thumbprint_list", [OTHER, PRINT], ("UpdateOpenIDConnectProviderThumbprint",)),
        Change(
            "tags",
            {"Team": None, "Cost": "42"},
            ("TagOpenIDConnectProvider", "UntagOpenIDConnectProvider"),
        ),
    ),
    drifts=(
        Drift("client_id_list", "add_client_id_to_open_id_connect_provider", {"ClientID": "by-hand"}),
        Drift("thumbprint_list", "update_open_id_connect_provider_thumbprint", {"ThumbprintList": [OTHER]}),
    ),
)
