from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse

app = FastAPI()
dist = Path("/srv/dist")


@app.get("/api/health")
def health():
    return {"status": "ok"}


@app.get("/{path:path}")
def spa(path: str):
    file = dist / path
    if file.is_file():
        return FileResponse(file)
    return FileResponse(dist / "index.html")
