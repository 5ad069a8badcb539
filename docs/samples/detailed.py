"""The response behind the result of a method: status, headers, rate limit."""

from lvng import LvngClient

with LvngClient() as client:
    page = client.detailed(client.workflows.list, limit=20)
    print(len(page.data["data"]), "workflows, status", page.status_code, "in", page.elapsed, "s")
    print("request", page.request_id, "after", page.attempts, "attempt")
    print("calls left:", page.rate_limit.remaining, "of", page.rate_limit.limit)

    stream = client.detailed(client.stream_chat, message="Summarize the latest sales report")
    print(stream.data.collect().text)
    print("streamed as", stream.headers["content-type"])
