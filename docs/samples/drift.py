"""Count the responses whose shape is not the one that the SDK expects."""

from lvng import LvngClient, drift


def count(found: drift.Drift) -> None:
    print(found.operation, "returned", found.received)  # for your metrics


stop = drift.listen(count)
with LvngClient() as client:
    client.activity.stats()
stop()
print("other shapes:", drift.counts())
