"""Finds who started a pass, from environment variables."""

from collections.abc import Mapping

ACTORS = {
    "GITHUB_ACTOR": "GitHub",
    "GITLAB_USER_LOGIN": "GitLab",
    "BITBUCKET_STEP_TRIGGERER_UUID": "Bitbucket",
    "BUILD_REQUESTEDFOR": "Azure Pipelines",
    "CIRCLE_USERNAME": "CircleCI",
    "BUILDKITE_BUILD_CREATOR": "Buildkite",
    "CODEBUILD_INITIATOR": "CodeBuild",
    "BUILD_USER_ID": "Jenkins",
}
"""The variable in which each CI names the user who started a job."""


def ran_by(environment: Mapping[str, str], login: str, host: str) -> str:
    """`ada (GitHub)` in CI; elsewhere the login on its machine, `ada@desk`."""
    for variable, ci in ACTORS.items():
        if environment.get(variable):
            return f"{environment[variable]} ({ci})"
    return f"{login}@{host}"
