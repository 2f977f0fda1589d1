"""steps.py - how a test says what the server answers, and what it remembers.

A step is one answer, written as words between semicolons. The first word is
the status, with a reason after a blank if it matters, or one of close, reset
and hang where there is no answer at all. The others:

    Name=value      a header field; @+SECONDS or @-SECONDS is a date from now
    body=TEXT       the body; else the status line is
    size=N          a body of N bytes
    echo            the body is that of the request
    chunked         sent in chunks, without Content-Length
    trailer=N: V    a trailer field, after the chunks
    nolength        sent without Content-Length, ended by closing
    cut=N           closes after N bytes of the body, the rest is missing
    halt=N          closes after N bytes of the head, the rest is missing
    drip=N:MS       the body in pieces of N bytes, MS milliseconds apart
    stall[=MS]      half of the body, a pause or for ever nothing, the rest
    delay=MS        a pause before the answer
    interim=S|N: V  an interim head of status S before, with its fields
    early           answers before the request's body is read, and sends no 100
    http10          answers as HTTP/1.0
    nodate          sends no Date
    close, reset    after all of it, closes the connection unannounced
    hang            after the head, nothing more comes

Values are percent-decoded, so that %3B is a semicolon in one.
"""

import email.utils
import http
import json
import re
import threading
import time
from urllib.parse import unquote

ENDS = {"close", "reset", "hang"}
WORDS = ENDS | {
    "body", "size", "echo", "chunked", "trailer", "nolength", "cut", "drip",
    "stall", "delay", "interim", "early", "http10", "nodate", "halt",
}
PATTERN = b"0123456789abcde\n"


class Step:
    """One answer. Raises ValueError where the text is not a step."""

    def __init__(self, text: str):
        first, *parts = text.split(";")
        self.status = 0
        self.reason: str | None = None
        self.fields: list[tuple[str, str]] = []
        self.options: dict[str, list[str]] = {}

        if first in ENDS:
            parts.append(first)
        else:
            code, _, reason = first.partition(" ")
            self.status = int(code)
            self.reason = unquote(reason, "latin-1") or None

        for part in parts:
            name, equals, value = part.partition("=")
            value = unquote(value, "latin-1")
            if name in WORDS:
                self.options.setdefault(name, []).append(value)
            elif equals:
                self.fields.append((name, with_date(value)))
            else:
                raise ValueError(f"bad word in step: {part!r}")

    def __contains__(self, word: str) -> bool:
        return word in self.options

    def values(self, word: str) -> list[str]:
        return self.options.get(word, [])

    def number(self, word: str, default: int = 0) -> int:
        return int(self.options.get(word, [default])[0] or default)

    def has_field(self, name: str) -> bool:
        return any(n.lower() == name.lower() for n, _ in self.fields)

    def body(self, request_body: bytes) -> bytes:
        if "echo" in self:
            return request_body
        if "size" in self:
            size = self.number("size")
            return (PATTERN * (size // len(PATTERN) + 1))[:size]
        if "body" in self:
            return self.values("body")[0].encode("latin-1")
        return f"{self.status} {self.reason or phrase(self.status)}\n".encode()

    def pieces(self, body: bytes) -> list[tuple[bytes, float]]:
        """What to send of |body|, and the seconds to pause before each."""
        if "cut" in self:
            body = body[: self.number("cut")]
        if "drip" in self:
            size, milliseconds = map(int, self.values("drip")[0].split(":"))
            return [(body[i : i + size], milliseconds / 1000)
                    for i in range(0, len(body), size)]
        if "hang" in self:
            return []
        half = (len(body) + 1) // 2
        if "stall" in self and not self.values("stall")[0]:
            return [(body[:half], 0)]
        if "stall" in self or "chunked" in self:
            pause = self.number("stall") / 1000
            return [(body[:half], 0), (body[half:], pause)]
        return [(body, 0)]


def phrase(status: int) -> str:
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return "Unofficial"


def with_date(value: str) -> str:
    if re.fullmatch(r"@[+-]\d+", value):
        then = time.time() + int(value[1:])
        return email.utils.formatdate(then, usegmt=True)
    return value


class Journal:
    """What arrived for each key, and how far its script has got."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.requests: dict[str, list[dict]] = {}
        self.scripts: dict[str, list[str]] = {}
        self.taken: dict[str, int] = {}
        self.rounds: set[str] = set()

    def enter(self, key: str, request: dict) -> None:
        with self.lock:
            self.requests.setdefault(key, []).append(request)

    def set_script(self, key: str, steps: list[str]) -> None:
        with self.lock:
            self.scripts[key] = steps

    def next_step(self, key: str, steps: list[str], again: bool) -> str:
        """The nth call for |key| gets the nth step; the last stays, or where
        |again| the first follows it. No steps means those of the call before,
        so that a hop need not repeat them."""
        with self.lock:
            if steps:
                self.scripts[key] = steps
            if again:
                self.rounds.add(key)
            script = self.scripts.get(key, ["200"])
            n = self.taken.get(key, 0)
            self.taken[key] = n + 1
            if key in self.rounds:
                return script[n % len(script)]
            return script[min(n, len(script) - 1)]

    def look_up(self, key: str, query: dict[str, str]) -> str | None:
        """All of |key| as JSON, or what |query| asks for as plain text: of all
        requests, or a field or header of the nth."""
        with self.lock:
            requests = self.requests.get(key, [])
            field = query.get("field")
            if field == "counts":
                return "".join(f"{name} {len(self.requests[name])}\n"
                               for name in self.requests
                               if name.startswith(key))
            if field == "count":
                return str(len(requests))
            if field == "connections":
                return str(len({r["connection"] for r in requests}))
            if field == "summary":
                return summarize(requests)
            if "n" not in query:
                return json.dumps(requests, indent=2) + "\n"

            n = int(query["n"])
            if not 1 <= n <= len(requests):
                return None
            if "header" in query:
                return find_header(requests[n - 1], query["header"])
            value = requests[n - 1].get(field or "")
            if field == "headers":
                value = "".join(f"{n}: {v}\n" for n, v in value)
            return None if value is None else str(value)


def summarize(requests: list[dict]) -> str:
    lines = []
    for request in requests:
        line = f"{request['method']} {request['target'].partition('?')[0]}"
        if requests[0] is not request:
            line += f", {request['at'] - requests[0]['at']} ms after the first"
        lines.append(line + "\n")
    return "".join(lines)


def find_header(request: dict, name: str) -> str | None:
    """The values of a header field, a line each."""
    values = [v for n, v in request["headers"] if n.lower() == name.lower()]
    return "\n".join(values) if values else None
