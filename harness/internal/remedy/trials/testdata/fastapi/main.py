import asyncio
import hashlib
import re
from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

app = FastAPI()
# first
api = FastAPI()


@api.api_route("/health", methods=["GET", "HEAD"])
def health():
    return {"status": "ok"}


@api.get("/slow")
async def slow(ms: int):
    await asyncio.sleep(ms / 1000)


app.mount("/api", api)


class SPA(StaticFiles):
    async def get_response(self, path, scope):
        # get
        try:
            return await super().get_response(path, scope)
        except HTTPException as e:
            if e.status_code != 404:
                raise
            return await super().get_response("index.html", scope)
    # method


app.mount("/", SPA(directory="dist", html=True))
# last
