"""The settings of connect.security_profile."""

from typing import Annotated, Literal

from pydantic import Field

from reconciler.forms import Form
from reconciler.model import Cleared, Means, Part, Ref, Rows, Unordered, Whole, Wire
from reconciler.resources.connect.common import Clearable, InInstance
from reconciler.resources.identifiers import arn_form

OF_LATIN_1 = Form(r"[\t\n\r -~\u00a1-\u00ff]+", "characters of Latin-1 alone")
NOT_OF_AWS = Form(r"(?s:(?!aws:|connect:).*)", "a name that begins neither with aws: nor with connect:")
Word = Annotated[str, Field(min_length=1, max_length=128)]


class Application(Part):
    """A third-party application, and the permissions in it."""

    namespace: Word
    application_permissions: Annotated[list[Word] | None, Unordered(), Field(min_length=1, max_length=50)] = (
        None
    )
    type: Literal["MCP", "THIRD_PARTY_APPLICATION"] | None = None


class FlowModule(Part):
    """A flow module that may be used as a tool."""

    flow_module_id: Annotated[Word, Means("connect.contact_flow_module", "id")]
    type: Literal["MCP"] | None = None


class AiAgent(Part):
    """An AI agent that may be used."""

    arn: Annotated[
        str,
        arn_form(
            "wisdom", "ai-agent/.+", "the ARN of an AI agent, as arn:aws:wisdom:REGION:ACCOUNT:ai-agent/ID/ID"
        ),
        Means("qconnect.ai_agent"),
    ]
    type: Literal["THIRD_PARTY"] | None = None


class PrimaryAttributeValue(Part):
    """The rows of a data table with a given value of a primary attribute."""

    access_type: Literal["ALLOW"] | None = None
    attribute_name: Annotated[str, Field(min_length=1, max_length=127), OF_LATIN_1, NOT_OF_AWS]
    values: Annotated[
        list[Annotated[str, Field(min_length=1), OF_LATIN_1]] | None, Unordered(), Field(max_length=2)
    ] = None


class PrimaryAttributeAccessControlConfiguration(Part):
    """The visible rows of data tables."""

    primary_attribute_values: Annotated[
        list[PrimaryAttributeValue] | None, Rows(("attribute_name",)), Field(max_length=5)
    ] = None


class DataTableAccessControlConfiguration(Part):
    """Access to data tables."""

    primary_attribute_access_control_configuration: PrimaryAttributeAccessControlConfiguration | None = None


class GranularAccessControlConfiguration(Part):
    """Access within a resource."""

    data_table_access_control_configuration: DataTableAccessControlConfiguration | None = None


class SecurityProfile(InInstance):
    """Permissions, and the resources that they are limited to."""

    description: Clearable = None
    permissions: Annotated[list[Word] | None, Unordered(), Cleared([]), Field(max_length=500)] = None
    allowed_access_control_tags: Annotated[
        dict[Word, Annotated[str, Field(max_length=256)]] | None, Cleared({}), Whole(), Field(max_length=4)
    ] = None
    tag_restricted_resources: Annotated[list[Word] | None, Unordered(), Cleared([]), Field(max_length=10)] = (
        None
    )
    hierarchy_restricted_resources: Annotated[list[Word] | None, Unordered(), Cleared([])] = None
    allowed_access_control_hierarchy_group: Annotated[
        str | None,
        Ref("connect.user_hierarchy_group"),
        Cleared(""),
    ] = None
    applications: Annotated[
        list[Application] | None, Rows(("namespace",)), Cleared([]), Field(max_length=10)
    ] = None
    allowed_flow_modules: Annotated[
        list[FlowModule] | None, Rows(("flow_module_id",)), Cleared([]), Field(max_length=10)
    ] = None
    allowed_ai_agents: Annotated[
        list[AiAgent] | None, Rows(("arn",)), Wire("AllowedAIAgents"), Cleared([]), Field(max_length=100)
    ] = None
    granular_access_control_configuration: Annotated[
        GranularAccessControlConfiguration | None, Cleared({})
    ] = None
