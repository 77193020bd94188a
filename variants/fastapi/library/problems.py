"""Errors of the API as problem details (RFC 9457)."""

import http

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException


def problem(request: Request, status: int, detail: str, headers=None, **members) -> JSONResponse:
    """One problem; its instance is the path as the client spelled it."""
    try:
        title = http.HTTPStatus(status).phrase
    except ValueError:
        title = "Error"
    content = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.scope["raw_path"].decode("ascii", "replace"),
        **members,
    }
    return JSONResponse(content, status, headers, media_type="application/problem+json")


def install(app: FastAPI) -> None:
    """Turns every error that leaves the application into a problem document."""

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException):
        headers = error.headers
        if error.status_code == 405:
            headers = {"Allow": ", ".join(allowed(app, request.scope["path"]))}
        return problem(request, error.status_code, error.detail, headers)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError):
        errors = error.errors()
        if errors[0]["loc"][0] != "body":
            detail = "; ".join(f"{e['loc'][-1]}: {e['msg']}" for e in errors)
            return problem(request, 400, detail)
        if errors[0]["type"] == "json_invalid":
            return problem(request, 400, "the content is not JSON")
        return problem(
            request,
            422,
            "the content is invalid",
            errors=[{"pointer": pointer(e["loc"][1:]), "detail": e["msg"]} for e in errors],
        )

    @app.exception_handler(Exception)
    async def failed(request: Request, error: Exception):
        # The traceback goes to the log, not to the client.
        return problem(request, 500, "the server failed to answer this request")


def allowed(app: FastAPI, path: str) -> list[str]:
    """Every method of a path: the framework names those of its first route only."""
    methods = {
        method
        for route in app.state.api.routes
        if route.path_regex.match(path)
        for method in route.methods
    }
    return sorted(methods)


def pointer(location: tuple) -> str:
    """A JSON Pointer (RFC 6901) from the validator's location."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in location)
