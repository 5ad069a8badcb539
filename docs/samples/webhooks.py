from lvng import webhooks

secret = "whsec_9b1f5d3a7c2e4806"  # of the endpoint; without it, LVNG_WEBHOOK_SECRET is read


def receive(body: bytes, signature: str | None) -> None:
    event = webhooks.parse(body, signature, secret)
    if event["event"] == "message.created":
        print("new message:", event["data"]["content"])
    elif event["event"] == "workflow.failed":
        print("failed:", event["data"]["error"])


# What a framework passes on: the raw body, and the header X-LVNG-Signature.
body = b'{"event": "message.created", "timestamp": "2026-11-03T14:20:05.120Z", "data": {"content": "Hi"}}'
receive(body, webhooks.sign(body, secret))
