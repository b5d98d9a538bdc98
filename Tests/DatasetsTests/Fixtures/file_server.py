"""Serves a folder's files on loopback, in the several ways in which servers do.

    python3 file_server.py FOLDER

Writes its port to standard output, and "way name range" of each request to requests.log in the folder. The first
part of the address says the way: whole (ignores ranges), range (honours them), cut (breaks off half-way).
"""

import http.server
import os
import pathlib
import sys
import threading

FOLDER = pathlib.Path(sys.argv[1])


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        way, _, name = self.path.lstrip("/").partition("/")
        asked = self.headers.get("Range", "-")
        with open(FOLDER / "requests.log", "a") as log:
            log.write(f"{way} {name} {asked}\n")
        path = FOLDER / name
        if way not in ("whole", "range", "cut") or not path.is_file():
            return self.send_error(404)
        data = path.read_bytes()
        start = 0
        if way == "range" and asked.startswith("bytes="):
            start = int(asked[len("bytes=") :].split("-")[0])
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        self.wfile.write(data[start : len(data) // 2] if way == "cut" else data[start:])

    def log_message(self, *arguments):
        pass


# Not for ever, should the tests be ended without a chance to end it.
threading.Timer(120, os._exit, [0]).start()
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
