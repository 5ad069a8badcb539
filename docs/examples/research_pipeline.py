"""Research pipeline: ingest sources, ask a question about them, keep the answer as a note.

pip install lvng; set LVNG_API_KEY
"""

from __future__ import annotations

from lvng import LvngClient

SOURCES = {
    "Heat pumps in Norway": "Sixty percent of Norwegian homes have a heat pump. Sales peaked in 2022.",
    "Heat pumps in Germany": "Germany subsidises heat pumps with up to 70 percent of the price since 2024.",
    "District heating": "District heating serves most homes of Copenhagen.",
}
QUESTION = "How common are heat pumps, and who subsidises them?"


def main() -> None:
    with LvngClient() as client:
        for title, content in SOURCES.items():
            job = client.knowledge.ingest(title=title, content=content, type="text")["data"]
            client.knowledge.wait_for_job(job["id"], poll_interval=0.05)
            print("ingested:", title)

        for hit in client.knowledge.search(query=QUESTION, limit=2)["data"]:
            print(f"found:    {hit['title']} ({hit['score']:.2f})")

        answer = client.knowledge.query(query=QUESTION)["data"]["answer"] or "Nothing was found."
        print("answer:  ", answer)

        note = client.notes.create(title=QUESTION, content=answer, tags=["research"])["data"]
        print("kept as: ", note["title"])


if __name__ == "__main__":
    main()
