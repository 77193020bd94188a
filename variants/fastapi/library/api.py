"""The API of variants/openapi.yaml."""

import re
from typing import Annotated

import anyio
from fastapi import APIRouter, FastAPI, Query, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from starlette.exceptions import HTTPException

from library.problems import install, problem

MAX_CONTENT = 1 << 20  # bytes
EVENT_INTERVAL = 0.2  # seconds


class JSONRoute(APIRoute):
    """Refuses content that is not declared as JSON, too large, or empty, which the framework treats as absent."""

    def get_route_handler(self):
        handle = super().get_route_handler()
        if self.body_field is None:
            return handle

        async def checked(request: Request) -> Response:
            media_type = request.headers.get("content-type", "").partition(";")[0]
            if media_type.strip().lower() != "application/json":
                raise HTTPException(415, "the content must be application/json")
            content = await read(request)
            if not content:
                raise HTTPException(400, "the content is not JSON")

            async def receive():
                return {"type": "http.request", "body": content, "more_body": False}

            return await handle(Request(request.scope, receive))

        return checked


async def read(request: Request) -> bytes:
    """The content, refused as soon as it is known to be too large."""
    too_large = HTTPException(413, f"the content is larger than {MAX_CONTENT} bytes")
    if int(request.headers.get("content-length", 0)) > MAX_CONTENT:
        raise too_large
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > MAX_CONTENT:
            raise too_large
    return bytes(content)


router = APIRouter(prefix="/api", route_class=JSONRoute)


def get(path: str):
    """A GET operation, which answers HEAD as well (RFC 9110, section 9.3.2)."""
    return router.api_route(path, methods=["GET", "HEAD"])


def whole(text: object) -> object:
    """Digits only, few enough for SQLite's 64 bits: int() alone accepts " 1_0.0 ", too."""
    if isinstance(text, str):
        if not re.fullmatch("-?[0-9]{1,18}", text):
            raise ValueError("must be a whole number")
        return int(text)
    return text


Whole = Annotated[int, BeforeValidator(whole)]


class Author(BaseModel):
    id: int
    name: str


class Book(BaseModel):
    id: int
    title: str
    author: Author
    year: int
    language: str


class BookList(BaseModel):
    items: list[Book]
    total: int
    limit: int
    offset: int


class NewBook(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    title: Annotated[str, Field(min_length=1, max_length=200)]
    author: Annotated[str, Field(min_length=1, max_length=200)]
    year: Annotated[int, Field(ge=-3000, le=2100)]
    language: Annotated[str, Field(pattern="^[a-z]{2}$")] = "en"


# Operations that use the database are plain functions: the framework runs
# them in its thread pool, so that a query never holds up the event loop.


@get("/health")
def health(request: Request) -> dict[str, str]:
    request.app.state.database.check()
    return {"status": "ok"}


@get("/books")
def list_books(
    request: Request,
    q: Annotated[str, Query(max_length=200)] = "",
    author: Annotated[Whole | None, Query(ge=1)] = None,
    limit: Annotated[Whole, Query(ge=1, le=100)] = 20,
    offset: Annotated[Whole, Query(ge=0)] = 0,
) -> BookList:
    items, total = request.app.state.database.search(q, author, limit, offset)
    return BookList(items=items, total=total, limit=limit, offset=offset)


@get("/books/{id}")
def book(request: Request, id: str) -> Book:
    known = re.fullmatch("[0-9]{1,18}", id) and request.app.state.database.book(int(id))
    if not known:
        raise HTTPException(404, "there is no such book")
    return known


@router.post("/books", status_code=201)
def add_book(request: Request, response: Response, new: NewBook) -> Book:
    added = request.app.state.database.add(new.title, new.author, new.year, new.language)
    response.headers["Location"] = f"/api/books/{added['id']}"
    return added


@get("/slow")
async def slow(ms: Annotated[Whole, Query(ge=0, le=10_000)]) -> dict[str, int]:
    await anyio.sleep(ms / 1000)
    return {"ms": ms}


@get("/fail")
async def fail(request: Request, status: Annotated[Whole, Query(ge=400, le=599)]) -> Response:
    return problem(request, status, "as asked for")


@get("/sse")
async def sse(request: Request, events: Annotated[Whole, Query(ge=1, le=100)] = 3) -> Response:
    async def ticks():
        for n in range(1, events + 1):
            if n > 1:
                await anyio.sleep(EVENT_INTERVAL)
            yield f'event: tick\ndata: {{"n":{n}}}\n\n'

    content = ticks() if request.method == "GET" else iter(())
    return StreamingResponse(content, media_type="text/event-stream")


def create_api(database) -> FastAPI:
    """The API over a database. Its own documentation pages are off: /docs is the app's."""
    api = FastAPI(openapi_url=None, redirect_slashes=False)
    api.state.database = database
    api.state.api = router
    api.include_router(router)
    install(api)
    return api
