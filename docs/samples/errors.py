"""Handle errors, from the most specific class to the base class."""

import os

from lvng import (
    AuthenticationError,
    LvngClient,
    LvngError,
    NotFoundError,
    RateLimitError,
    ValidationError,
)


def fetch(client: LvngClient) -> None:
    try:
        client.workflows.get(id="wf_does_not_exist")
    except AuthenticationError as err:
        print("API key is invalid or revoked:", err.message)
    except RateLimitError as err:
        print(f"Rate limited. Retry after {err.retry_after:.1f}s")
    except NotFoundError as err:
        print(f"Workflow {err.identifier!r} does not exist")
    except ValidationError as err:
        print("Bad request:", err.message, err.body)
    except LvngError as err:
        print(f"LVNG {err.status_code} {err.code}: {err.message}")


with LvngClient(api_key=os.environ["LVNG_API_KEY"]) as client:
    fetch(client)

with LvngClient(api_key="lvng_sk_test_00000000000000000000000000000000") as client:
    fetch(client)
