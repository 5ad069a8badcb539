"""Ask questions about a folder of Markdown files: python rag_markdown.py [FOLDER] [QUESTION ...]

pip install lvng; set LVNG_API_KEY
"""

from __future__ import annotations

import sys
from pathlib import Path

from lvng import LvngClient
from lvng_knowledge import IngestItem

FOLDER = Path(__file__).parents[1]  # the documentation of this SDK
QUESTIONS = ["How is a workflow run followed?", "What does an Idempotency-Key do?"]


def main(folder: Path, questions: list[str]) -> None:
    with LvngClient() as client:
        files = sorted(folder.glob("*.md"))
        items: list[IngestItem] = [
            {"title": file.stem, "content": file.read_text("utf-8")} for file in files
        ]
        for result in client.knowledge.ingest_many(items):
            if result.response is None:
                raise SystemExit(f"{files[result.index]}: {result.error}")
            client.knowledge.wait_for_job(result.response["data"]["id"])  # now it can be found
        print(f"{len(files)} files of {folder.name} ingested")

        for question in questions:
            answer = client.knowledge.query(query=question, limit=3)["data"]
            print(f"\n{question}\n{answer['answer']}")
            for source in answer["results"]:
                print("  from", source["title"])


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else FOLDER, sys.argv[2:] or QUESTIONS)
