from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

app = FastAPI()


@app.get("/api/health")
def health():
    return {"status": "ok"}


app.mount("/assets", StaticFiles(directory="/srv/dist/assets"), name="assets")


@app.get("/{path:path}")
def spa(path: str):
    return FileResponse("/srv/dist/index.html")
