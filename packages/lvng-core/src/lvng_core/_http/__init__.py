"""The HTTP layer: the one folder that names httpx, httpcore and h11.

`lazy` loads `httpx`, the names the rest of the core uses. `_async/pool` is the connection pool, on the sockets
of `_async/network`; `_async/senders` are the ways a request can go: the pool, or a transport or client that the
user gave.
"""
