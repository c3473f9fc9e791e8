"""Runs the code of Lambda functions of the sandbox, each in a process of its own."""

from reconciler.sandbox.lambda_runner.program import Invocation, Outcome, Program
from reconciler.sandbox.lambda_runner.runner import NoProcessFreeError, Runner

__all__ = ["Invocation", "NoProcessFreeError", "Outcome", "Program", "Runner"]
