"""Serves the stages of REST APIs over HTTP, as Amazon API Gateway's service `execute-api` does.

`incoming` recognises a request to a stage and loads nothing of moto; `serving` answers it.
"""
