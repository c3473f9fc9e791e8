"""Amazon Cognito: user pools with clients, domains, groups and providers, sign-up and sign-in, and identity pools.

Known-lossy: no message is sent, the code of every message is `users.CODE`, and the triggers that would send one instead are not run;
sign-in by a choice of factors, by passkeys and by the pages of a domain is refused with 501, as are branding, terms, replicas, import
jobs and log delivery; certificates of custom domains and details of identity providers are not looked up; failed sign-ins
are not counted; threat protection does nothing.
"""

from collections.abc import Mapping
from functools import cache

from moto.cognitoidentity.responses import CognitoIdentityResponse
from moto.cognitoidp.responses import CognitoIdpResponse

from reconciler.sandbox import extension
from reconciler.sandbox.moto_patches.cognito.factors import Factors
from reconciler.sandbox.moto_patches.cognito.identity_pools import IdentityPools


@cache
def install() -> None:
    """Replace moto's pools, clients, domains, groups, providers and sign-in; administration of users stays moto's."""
    extension.extend("cognito-idp", UserPools, "moto.cognitoidp", CognitoIdpResponse.dispatch)
    extension.extend(
        "cognito-identity", IdentityPools, "moto.cognitoidentity", CognitoIdentityResponse.dispatch
    )


class UserPools(Factors):
    """The operations of Amazon Cognito user pools that are ours."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.operations: Mapping[str, extension.Operation] = {
            "CreateUserPool": self.make,
            "UpdateUserPool": self.change,
            "DescribeUserPool": self.show,
            "ListUserPools": self.show_all,
            "DeleteUserPool": self.drop,
            "AddCustomAttributes": self.add_attributes,
            "SetUserPoolMfaConfig": self.set_mfa,
            "GetUserPoolMfaConfig": self.show_mfa,
            "TagResource": self.tag,
            "UntagResource": self.untag,
            "ListTagsForResource": self.tags_of,
            "CreateUserPoolClient": self.make_client,
            "UpdateUserPoolClient": self.change_client,
            "DescribeUserPoolClient": self.show_client,
            "ListUserPoolClients": self.show_clients,
            "DeleteUserPoolClient": self.drop_client,
            "CreateUserPoolDomain": self.make_domain,
            "UpdateUserPoolDomain": self.change_domain,
            "DescribeUserPoolDomain": self.show_domain,
            "DeleteUserPoolDomain": self.drop_domain,
            "CreateGroup": self.make_group,
            "UpdateGroup": self.change_group,
            "GetGroup": self.show_group,
            "ListGroups": self.show_groups,
            "DeleteGroup": self.drop_group,
            "CreateResourceServer": self.make_server,
            "UpdateResourceServer": self.change_server,
            "DescribeResourceServer": self.show_server,
            "ListResourceServers": self.show_servers,
            "DeleteResourceServer": self.drop_server,
            "CreateIdentityProvider": self.make_provider,
            "UpdateIdentityProvider": self.change_provider,
            "DescribeIdentityProvider": self.show_provider,
            "GetIdentityProviderByIdentifier": self.show_provider_of,
            "ListIdentityProviders": self.show_providers,
            "DeleteIdentityProvider": self.drop_provider,
            "SignUp": self.join,
            "AdminCreateUser": self.make_user,
            "ConfirmSignUp": self.confirm,
            "AdminConfirmSignUp": self.confirm_as_admin,
            "ResendConfirmationCode": self.resend,
            "ForgotPassword": self.forget,
            "ConfirmForgotPassword": self.renew,
            "ChangePassword": self.change_own_password,
            "GetUser": self.show_self,
            "DeleteUser": self.leave,
            "InitiateAuth": self.sign_in,
            "AdminInitiateAuth": self.sign_in_as_admin,
            "RespondToAuthChallenge": self.respond,
            "AdminRespondToAuthChallenge": self.respond_as_admin,
            "GetTokensFromRefreshToken": self.refresh,
            "RevokeToken": self.revoke,
            "GlobalSignOut": self.sign_out,
            "AdminUserGlobalSignOut": self.sign_out_as_admin,
            "AssociateSoftwareToken": self.associate,
            "VerifySoftwareToken": self.verify_app,
        }
