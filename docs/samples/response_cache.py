"""Keep responses, and have the server send only what has changed."""

from lvng import CallNext, Flow, LvngClient, Request, ResponseCache


def sizes(request: Request, call_next: CallNext[Flow]) -> Flow:
    response = yield from call_next(request)
    print(response.status_code, len(response.content), "bytes")
    return response


with LvngClient(middleware=[ResponseCache(), sizes]) as client:
    first = client.workflows.list(limit=5)  # 200 and the whole list
    second = client.workflows.list(limit=5)  # 304 and 0 bytes
    print("the same:", first == second)
