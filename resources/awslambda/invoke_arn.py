"""The address at which Amazon API Gateway invokes a function.

Source: "uri" of PutIntegration (Amazon API Gateway API Reference).
"""

import re

from reconciler.contract import Api, Attribute, Sighting

API = "2015-03-31"
"""The version of Lambda's API."""


def _invoke_arn(api: Api, sighting: Sighting) -> str:
    place = f"arn:{api.partition}:apigateway:{api.region}:lambda:path"
    return f"{place}/{API}/functions/{sighting.arn}/invocations"


FORM = re.compile(rf"arn:[^:/]+:apigateway:[^:/]+:lambda:path/{API}/functions/(?P<arn>arn:[^/]+)/invocations")
INVOKE_ARN = Attribute("the address at which API Gateway invokes it", _invoke_arn, around_arn=FORM)
