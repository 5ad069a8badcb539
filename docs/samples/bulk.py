import tempfile
from pathlib import Path

from lvng import LvngClient

people = [{"name": f"Person {n}", "email": f"person{n}@example.com"} for n in range(20)]
people.append({"name": "Twice", "email": "person0@example.com"})
journal = Path(tempfile.mkdtemp()) / "people.jsonl"

with LvngClient() as client:
    results = list(client.map(client.contacts.create, people, concurrency=4, journal=journal))
    for result in results:
        if not result.ok:
            print(result.index, result.item["name"], result.error)

    # Once more, as after a crash: only the call that failed is made again.
    again = client.map(client.contacts.create, people, journal=journal)
    print("created:", sum(result.ok for result in again))

    # An item that is no mapping is the first argument.
    ids = [result.response["contact"]["id"] for result in results if result.response]
    for deleted in client.map(client.contacts.delete, ids):
        assert deleted.ok
