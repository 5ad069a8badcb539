"""Types of the SDK in a pydantic model, and as the response model of a FastAPI route."""

import asyncio

from fastapi import FastAPI
from pydantic import BaseModel, TypeAdapter

from lvng import AsyncLvngClient
from lvng_workflows.types import Workflow


class Report(BaseModel):
    title: str
    workflows: list[Workflow]


app = FastAPI()


@app.get("/report")
async def report() -> Report:
    async with AsyncLvngClient() as client:
        page = await client.workflows.list(limit=2)
    return Report(title="Workflows", workflows=page["data"])


made = asyncio.run(report())
print(made.title, [workflow["name"] for workflow in made.workflows])
print("required:", *TypeAdapter(Workflow).json_schema()["required"][:2])
print("documented:", *app.openapi()["components"]["schemas"])
