#!/usr/bin/env python3
"""hostile.py - a loopback server that sends whatever a URL says, good or bad.

It is started as server.py is, prints a line of the same kind, and ends in the
same way.

    plain, plain_b   HTTP, or what is to be taken for it
    tls              the same over TLS; ca is the file of its certificate
    proxy            the same at the end of a line that can be cut
    tls_b            the same over TLS, at the end of that line
    refused          nobody listens there

    /play/KEY?do=STEP&do=STEP...
        The nth request with KEY is answered as the nth STEP says; the rest is
        as server.py has it for /script, /log included. In that log a request
        has two fields more: "sent", the bytes that went out as its answer,
        and "answered", whether a head was among them ("yes", "no").
    /line?side=S&at=N&end=E&scope=C&key=KEY&do=STEP...
        From now on the line lets N bytes of the side S (client or server)
        through, and ends with E (fin or rst). C is "once": it counts over all
        connections and is cut once; or "each": so is every connection. KEY has
        these steps, so that a URL need not say them.
    /line?text=T
        From now on the line says T to each connection before anything else.
    /twice/KEY
        How many of the requests with KEY were read to their end and followed
        by another one, though no head had been sent.
    /odd/KEY?body=TEXT
        How many of them had another body than TEXT.

A step is a list of things to send, between semicolons, percent-decoded:

    head=S|N: V|...   a status line with S in it, fields, and the blank line;
                      $ in it is the target of the request
    open=S|N: V|...   the same without the blank line
    raw=TEXT          TEXT
    times=N:TEXT      TEXT N times, with the count for each # in it
    size=N            N bytes of a body
    bomb=N            N zeros, in gzip, with the end of a head that says so
    slow=MS           what follows comes a byte at a time, MS apart
    wait              nothing more until the client goes
    close, reset      ends the connection; else the next request may come
"""

import functools
import gzip
import itertools
import os
import select
import signal
import socket
import socketserver
import ssl
import sys
import tempfile
import threading
import time
from urllib.parse import parse_qs, unquote_to_bytes, urlsplit

sys.dont_write_bytecode = True

from line import (  # noqa: E402
    CHUNK, Cut, Line, NO_SCISSORS, Scissors, TlsLine)
import server  # noqa: E402
import steps  # noqa: E402

JOURNAL = steps.Journal()
CONNECTIONS = itertools.count(1)


class Reader:
    """Requests, as they come over a line."""

    def __init__(self, line: Line):
        self.line = line
        self.data = b""

    def more(self) -> None:
        data = self.line.receive()
        if not data:
            raise ConnectionError
        self.data += data

    def until(self, mark: bytes) -> bytes:
        while mark not in self.data:
            self.more()
        taken, _, self.data = self.data.partition(mark)
        return taken

    def bytes(self, length: int) -> bytes:
        while len(self.data) < length:
            self.more()
        taken, self.data = self.data[:length], self.data[length:]
        return taken

    def chunks(self) -> bytes:
        body = b""
        while size := int(self.until(b"\r\n"), 16):
            body += self.bytes(size + 2)[:-2]
        self.until(b"\r\n")
        return body

    def request(self) -> dict:
        first, *lines = self.until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        method, target, version = first.split(" ")
        headers = [tuple(line.split(": ", 1)) for line in lines]
        fields = {name.lower(): value for name, value in headers}
        if "expect" in fields:
            self.line.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = (self.chunks() if "transfer-encoding" in fields
                else self.bytes(int(fields.get("content-length", 0))))
        return {"method": method, "target": target, "version": version,
                "headers": headers, "body": body.decode("latin-1"),
                "length": len(body), "sent": 0, "answered": "no"}


# ---- what is sent ----


def head(value: bytes) -> bytes:
    status, *fields = value.split(b"|")
    lines = [b"HTTP/1.1 " + status, *fields]
    return b"".join(line + b"\r\n" for line in lines)


def repeat(value: bytes):
    count, _, text = value.partition(b":")
    left = int(count)
    if b"#" in text:
        for i in range(left):
            yield text.replace(b"#", b"%d" % i)
        return
    at_once = CHUNK // len(text) + 1
    while left > 0:
        yield text * min(left, at_once)
        left -= at_once


def body(size: int):
    for at in range(0, size, CHUNK):
        yield (steps.PATTERN * (CHUNK // 16))[: size - at]


@functools.cache
def bomb(size: int) -> bytes:
    data = gzip.compress(bytes(size))
    return head(b"|Content-Encoding: gzip|Content-Length: %d|" % len(data)
                )[len(b"HTTP/1.1 \r\n"):] + data


def pieces(word: str, value: bytes):
    if word == "head":
        yield head(value) + b"\r\n"
    elif word == "open":
        yield head(value)
    elif word == "raw":
        yield value
    elif word == "times":
        yield from repeat(value)
    elif word == "size":
        yield from body(int(value))
    elif word == "bomb":
        yield bomb(int(value))
    else:
        raise ValueError(word)


def play(step: str, line: Line, target: bytes) -> None:
    pause = 0.0
    waiting = b""  # what may go out in one piece with what follows
    for part in step.split(";"):
        word, _, text = part.partition("=")
        value = unquote_to_bytes(text)
        if word in ("head", "open"):
            value = value.replace(b"$", target)
        if word in ("slow", "wait", "close", "reset"):
            line.send(waiting)
            waiting = b""
        if word == "slow":
            pause = int(value) / 1000
        elif word == "wait":
            while line.receive():
                pass
        elif word in ("close", "reset"):
            line.end("rst" if word == "reset" else "fin")
            raise ConnectionError
        else:
            for piece in pieces(word, value):
                if pause:
                    for i in range(len(piece)):
                        line.send(piece[i : i + 1])
                        time.sleep(pause)
                    continue
                waiting += piece
                if len(waiting) >= CHUNK:
                    line.send(waiting)
                    waiting = b""
    line.send(waiting)


# ---- the server ----


class Handler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.number = next(CONNECTIONS)
        scissors = self.server.scissors.for_connection()
        line = Line(self.request, scissors)
        try:
            if self.server.context:
                line = TlsLine(line, self.server.context)
            if scissors.early:
                line.send(scissors.early)
            reader = Reader(line)
            while True:
                self.answer(reader.request(), line)
        except Cut:
            line.end(scissors.end)
        except (OSError, ValueError):  # ssl.SSLError is an OSError
            line.end("fin")

    def answer(self, request: dict, line: Line) -> None:
        target = urlsplit(request["target"])
        query = parse_qs(target.query, True, encoding="latin-1")
        words = {name: values[0] for name, values in query.items()}
        kind, key = (target.path + "//").split("/")[1:3]

        if kind == "log":
            text = JOURNAL.look_up(key, words)
            status = "200 OK" if text is not None else "404 Not Found"
            data = (text or "").encode("latin-1")
            line.send(head(f"{status}|Content-Length: {len(data)}".encode())
                      + b"\r\n" + data)
        elif kind == "line":
            for end_of_line in self.server.lines:
                end_of_line.scissors = Scissors(words)
            if "key" in words:
                JOURNAL.set_script(words["key"], query["do"])
            line.send(head(b"204 Done") + b"\r\n")
        elif kind in ("twice", "odd"):
            requests = JOURNAL.requests.get(key, [])
            count = (sum(r["answered"] == "no" for r in requests[:-1])
                     if kind == "twice" else
                     sum(r["body"] != words.get("body", "") for r in requests))
            line.send(head(b"200 OK|Content-Length: 4") + b"\r\n%04d" % count)
        else:
            self.play(request, key, query, line)

    def play(self, request: dict, key: str, query: dict, line: Line) -> None:
        request["connection"] = self.number
        JOURNAL.enter(key, request)
        step = JOURNAL.next_step(key, query.get("do", []), "again" in query)
        line.begin(request)
        play(step, line, request["target"].encode("latin-1"))


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128
    scissors = NO_SCISSORS

    def __init__(self, context: ssl.SSLContext | None = None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.context = context
        self.lines: list["Server"] = []
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, args=(0.5,),
                         daemon=True).start()


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with tempfile.TemporaryDirectory(prefix="curlew-") as folder:
        ca, key = server.make_certificate(folder)
        context = server.make_context(ca, key)
        refused = server.bind_refused()
        servers = {"plain": Server(), "plain_b": Server(),
                   "tls": Server(context), "proxy": Server(),
                   "tls_b": Server(context)}
        servers["plain"].lines = [servers["proxy"], servers["tls_b"]]
        words = {name: each.port for name, each in servers.items()} | {
            "refused": refused.getsockname()[1], "ca": ca, "key": key}
        print(" ".join(f"{n}={v}" for n, v in words.items()), flush=True)

        end = server.START + server.LIFETIME_S
        while (left := end - time.monotonic()) > 0:
            if select.select([0], [], [], left)[0] and not os.read(0, 4096):
                break


if __name__ == "__main__":
    main()
