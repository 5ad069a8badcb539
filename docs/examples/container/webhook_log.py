"""Print each webhook that arrives; the receiver of compose.yaml. It only needs Python."""

from __future__ import annotations

import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Receiver(BaseHTTPRequestHandler):
    """Accepts every delivery."""

    def do_POST(self) -> None:
        """Print the body and the signature."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        print(self.headers["X-LVNG-Signature"], body.decode(), flush=True)
        self.send_response(204)
        self.end_headers()


def main(address: str = "0.0.0.0", port: int = 9000) -> None:
    """Serve until the process is interrupted."""
    with HTTPServer((address, port), Receiver) as server:
        print(f"listening on port {server.server_port}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1] if sys.argv[1:] else "0.0.0.0", int(sys.argv[2] if sys.argv[2:] else 9000))
