"""A page with a server and a thread of its own: for programs that are not of this process, or have no loop yet."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer


class _Page(BaseHTTPRequestHandler):
    title = ""

    def do_GET(self) -> None:
        body = f"<title>{self.title}</title><meta name=description content='What it is.'>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def page(title: str) -> Iterator[str]:
    """Give the address of a page called ``title``."""
    server = HTTPServer(("127.0.0.1", 0), type("_Titled", (_Page,), {"title": title}))
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/streams"
    finally:
        server.shutdown()
        server.server_close()
