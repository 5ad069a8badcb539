from unittest.mock import create_autospec

from lvng import LvngClient
from lvng.testing import Fault, Sandbox, fake_clock


def titles(client: LvngClient) -> list[str]:
    """A function of yours."""
    return [note["title"] for note in client.notes.list()["data"]]


# Against a local server, with a fault that would cost a minute.
with (
    Sandbox() as sandbox,
    LvngClient(sandbox.api_key, base_url=sandbox.base_url) as client,
    fake_clock(sandbox.advance) as clock,
):
    sandbox.faults.add("notes.list", Fault(status=503, retry_after="30", times=2))
    assert titles(client)
    print("waits:", clock.waits)

# Against a mock that takes the arguments of the real methods, and no others.
mock = create_autospec(LvngClient, instance=True)
mock.notes.list.return_value = {"data": [{"title": "Minutes"}]}
print("titles:", titles(mock))
