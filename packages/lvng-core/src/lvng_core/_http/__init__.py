"""The HTTP layer: the only folder that imports httpx, httpcore and h11.

`lazy` loads `httpx`, the names the rest of the core uses. `_async/pool` is the connection pool, on the sockets
of `_async/network`; `_async/senders` send requests through the pool, or through a transport or client of the user.
"""
