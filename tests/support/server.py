#!/usr/bin/env python3
"""server.py - a loopback server that answers, and fails, as a URL says.

Prints one line of name=value words, the ports and files below, and serves
until its standard input ends, ten minutes at most.

    plain, plain_b   HTTP
    tls, tls_b       HTTPS; ca and key are the files of its certificate, which
                     is for localhost, 127.0.0.1 and *.curlew.test; clients
                     may show the same one
    proxy            HTTP, for use as a proxy (any of the four would do)
    refused          nobody listens there
    deaf             nobody accepts there: connecting never ends

What is served, on every port:

    /script/KEY?do=STEP&do=STEP...
        The nth request with KEY is answered as the nth STEP says (steps.py),
        on whichever port and path below /script/KEY; the last one stays, or
        with `&again` the first follows it. A request without steps goes on
        with those given before.
    /basic/KEY?do=... /bearer/KEY?do=... /digest/KEY?algorithm=A&do=...
        The same, after a 401 where the credentials of auth.py are missing.
    /log/KEY
        What arrived for KEY, as JSON, or one thing of it as plain text, 404
        where there is none: ?field=count, connections or summary, or of the
        nth request ?n=N&field=FIELD or ?n=N&header=NAME. With ?field=counts a
        line for each key that begins with KEY: it, and its count.
    /set/KEY?do=...
        Gives KEY its steps, and takes none.

CONNECT opens a tunnel to the port on loopback, whatever the host. It is in
the log of the key "connect", unless the client sends "X-Script: KEY?do=STEP",
which is then played.
"""

import contextlib
import hashlib
import http.server
import itertools
import os
import select
import signal
import socket
import socketserver
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
from urllib.parse import parse_qs, urlsplit

sys.dont_write_bytecode = True

import auth  # noqa: E402
import steps  # noqa: E402

LIFETIME_S = 600
START = time.monotonic()
JOURNAL = steps.Journal()
CONNECTIONS = itertools.count(1)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    halt_at: int | None = None  # how much of the head is sent

    def setup(self) -> None:
        super().setup()
        self.number = next(CONNECTIONS)

    def __getattr__(self, name: str):
        if name.startswith("do_"):  # any method is welcome
            return self.respond
        raise AttributeError(name)

    def handle_expect_100(self) -> bool:
        return True  # read_body() sends the 100

    def log_message(self, *_) -> None:
        pass

    def respond(self) -> None:
        target = urlsplit(self.path)
        query = parse_qs(target.query, True, encoding="latin-1")
        kind, key = (target.path + "//").split("/")[1:3]

        if self.command == "CONNECT":
            script = urlsplit(self.headers.get("X-Script", "connect"))
            query = parse_qs(script.query, True, encoding="latin-1")
            kind, key = "script", script.path
        if kind == "log":
            words = {name: values[0] for name, values in query.items()}
            self.send_text(JOURNAL.look_up(key, words))
            return
        if kind == "set":
            JOURNAL.set_script(key, query["do"])
            self.send_text("")
            return

        request = self.new_request()
        JOURNAL.enter(key, request)
        try:
            self.play(self.choose_step(kind, key, query), request)
        except (ConnectionError, ssl.SSLError):
            self.close_connection = True

    def choose_step(self, kind: str, key: str, query: dict) -> steps.Step:
        given = self.headers.get("Authorization", "")
        algorithm = query.get("algorithm", ["MD5"])[0]
        if kind in ("basic", "bearer", "digest"):
            if not auth.accepts(kind, algorithm, self.command, given):
                wanted = auth.challenge(kind, algorithm)
                return steps.Step("401;nodate;WWW-Authenticate=" + wanted)
        elif kind != "script":
            return steps.Step("404")

        text = JOURNAL.next_step(key, query.get("do", []), "again" in query)
        try:
            return steps.Step(text)
        except ValueError as error:
            print(f"server.py: {text}: {error}", file=sys.stderr)
            return steps.Step("400;body=not a step%0A")

    def new_request(self) -> dict:
        return {
            "method": self.command,
            "target": self.path,
            "version": self.request_version,
            "headers": list(self.headers.items()),
            "body": "",
            "length": 0,
            "sha256": "",
            "complete": "no",
            "connection": self.number,
            "port": self.server.server_address[1],
            "tls": "yes" if isinstance(self.connection, ssl.SSLSocket)
            else "no",
            "certificate": "yes" if isinstance(self.connection, ssl.SSLSocket)
            and self.connection.getpeercert() else "no",
            "at": int((time.monotonic() - START) * 1000),
        }

    def play(self, step: steps.Step, request: dict) -> None:
        early = "early" in step
        body = b"" if early else self.read_body(request)
        time.sleep(step.number("delay") / 1000)

        if self.command == "CONNECT" and step.status // 100 == 2:
            self.tunnel(step)
            return
        if step.status:
            self.send_heads(step, step.body(body))
            self.send_body(step, step.body(body))
        if early and not self.close_connection and "Expect" not in self.headers:
            self.read_body(request)
        self.end(step)

    def read_body(self, request: dict) -> bytes:
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.send_response_only(100)
            self.end_headers()

        length = int(self.headers.get("Content-Length", 0))
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            body, complete = self.read_chunks()
        else:
            body = self.rfile.read(length)
            complete = len(body) == length

        request["body"] = body.decode("latin-1")
        request["length"] = len(body)
        request["sha256"] = hashlib.sha256(body).hexdigest()
        request["complete"] = "yes" if complete else "no"
        return body

    def read_chunks(self) -> tuple[bytes, bool]:
        body = b""
        while line := self.rfile.readline():
            size = int(line.split(b";")[0], 16)
            body += self.rfile.read(size)
            self.rfile.readline()
            if size == 0:
                return body, True
        return body, False

    def send_heads(self, step: steps.Step, body: bytes) -> None:
        for interim in step.values("interim"):
            status, *fields = interim.split("|")
            self.send_head(int(status), None, fields)

        fields = [f"{name}: {value}" for name, value in step.fields]
        if "http10" in step:
            self.protocol_version = "HTTP/1.0"
        if "http10" in step or "nolength" in step:
            self.close_connection = True
        if not step.has_field("Date") and "nodate" not in step:
            fields.append("Date: " + self.date_time_string())
        if "chunked" in step:
            fields.append("Transfer-Encoding: chunked")
        elif "nolength" not in step and not step.has_field("Content-Length"):
            if step.status not in (204, 304):
                fields.append(f"Content-Length: {len(body)}")
        if "halt" in step:
            self.halt_at = step.number("halt")
        self.send_head(step.status, step.reason, fields)

    def flush_headers(self) -> None:
        if self.halt_at is not None:
            head = b"".join(self._headers_buffer)[: self.halt_at]
            self._headers_buffer = [head]
        super().flush_headers()

    def send_head(self, status: int, reason: str | None,
                  fields: list[str]) -> None:
        self.send_response_only(status, reason or steps.phrase(status))
        for field in fields:
            name, _, value = field.partition(":")
            self.send_header(name, value.lstrip())
        self.end_headers()

    def send_body(self, step: steps.Step, body: bytes) -> None:
        if self.halt_at is not None:
            self.close_connection = True
            return
        if self.command == "HEAD" or step.status in (204, 304):
            return
        for piece, pause in step.pieces(body):
            time.sleep(pause)
            if "chunked" in step and piece:
                piece = b"%x\r\n%s\r\n" % (len(piece), piece)
            self.wfile.write(piece)

        if "hang" in step or step.values("stall") == [""]:
            self.wait_for_client()
        elif "cut" in step:
            self.close_connection = True
        elif "chunked" in step:
            trailers = "".join(t + "\r\n" for t in step.values("trailer"))
            self.wfile.write(f"0\r\n{trailers}\r\n".encode("latin-1"))

    def end(self, step: steps.Step) -> None:
        if not step.status and "hang" in step:
            self.wait_for_client()
        if "reset" in step:
            time.sleep(0.05)  # a reset overtakes what was not read yet
            self.connection.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if "reset" in step or "close" in step:
            self.close_connection = True

    def wait_for_client(self) -> None:
        """Until the client goes away."""
        self.close_connection = True
        with contextlib.suppress(OSError):
            while self.connection.recv(65536):
                pass

    def tunnel(self, step: steps.Step) -> None:
        self.close_connection = True
        port = int(self.path.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as far:
            self.send_head(step.status, step.reason,
                           [f"{name}: {value}" for name, value in step.fields])
            ends = {self.connection: far, far: self.connection}
            while True:
                for end in select.select(list(ends), [], [])[0]:
                    data = end.recv(65536)
                    if not data:
                        return
                    ends[end].sendall(data)

    def send_text(self, text: str | None) -> None:
        data = (text or "").encode("latin-1")
        self.send_response_only(404 if text is None else 200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, context: ssl.SSLContext | None,
                 handler: type[Handler] = Handler):
        super().__init__(("127.0.0.1", 0), handler)
        self.context = context
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def get_request(self):
        connection, address = super().get_request()
        if self.context:  # the handshake is left to the handler's thread
            connection = self.context.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False)
        return connection, address

    def shutdown_request(self, request) -> None:
        """Closes in good order, unless the handler asked for a reset."""
        linger = request.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8)
        if not struct.unpack("ii", linger)[0]:
            with contextlib.suppress(OSError, ValueError):
                request.settimeout(1)
                if self.context:
                    request = request.unwrap()
                request.shutdown(socket.SHUT_WR)
                while request.recv(65536):
                    pass
        self.close_request(request)

    def handle_error(self, request, client_address) -> None:
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def make_certificate(folder: str) -> tuple[str, str]:
    ca, key = os.path.join(folder, "ca.pem"), os.path.join(folder, "key.pem")
    names = "DNS:localhost,DNS:*.curlew.test,IP:127.0.0.1"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-nodes", "-days", "2",
         "-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", "/CN=curlew",
         "-addext", "subjectAltName=" + names, "-keyout", key, "-out", ca],
        check=True, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return ca, key


def make_context(ca: str, key: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(ca, key)
    context.load_verify_locations(ca)
    context.verify_mode = ssl.CERT_OPTIONAL
    return context


def bind_refused() -> socket.socket:
    refused = socket.socket()
    refused.bind(("127.0.0.1", 0))
    return refused


def bind_deaf() -> list[socket.socket]:
    """A port whose queue is full."""
    deaf = bind_refused()
    deaf.listen(0)
    fillers = [socket.socket() for _ in range(4)]
    for filler in fillers:
        filler.setblocking(False)
        filler.connect_ex(deaf.getsockname())
    return [deaf, *fillers]


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with tempfile.TemporaryDirectory(prefix="curlew-") as folder:
        ca, key = make_certificate(folder)
        tls = make_context(ca, key)
        refused, deaf = bind_refused(), bind_deaf()
        words = {
            "plain": Server(None).server_address[1],
            "plain_b": Server(None).server_address[1],
            "tls": Server(tls).server_address[1],
            "tls_b": Server(tls).server_address[1],
            "proxy": Server(None).server_address[1],
            "refused": refused.getsockname()[1],
            "deaf": deaf[0].getsockname()[1],
            "ca": ca,
            "key": key,
        }
        print(" ".join(f"{n}={v}" for n, v in words.items()), flush=True)

        end = START + LIFETIME_S
        while (left := end - time.monotonic()) > 0:
            if select.select([0], [], [], left)[0] and not os.read(0, 4096):
                break


if __name__ == "__main__":
    main()
