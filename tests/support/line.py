"""line.py - a connection that can be cut, after a number of bytes."""

import contextlib
import socket
import ssl
import struct
import time

CHUNK = 65536


class Cut(Exception):
    """The line is cut."""


class Scissors:
    """Says how much of which side goes through a line, and how it ends."""

    def __init__(self, words: dict[str, str]):
        self.side = words.get("side", "")
        self.at = int(words.get("at", 0))
        self.end = words.get("end", "fin")
        self.scope = words.get("scope", "once")
        self.early = words.get("text", "").encode("latin-1")
        self.is_spent = False

    def for_connection(self) -> "Scissors":
        if self.scope == "once":
            return self
        return Scissors(vars(self) | {"text": self.early.decode("latin-1")})

    def allow(self, side: str, length: int) -> int:
        """How many of |length| bytes go through; -1 without an end."""
        if self.is_spent or side != self.side:
            return -1
        taken = min(length, self.at)
        self.at -= taken
        self.is_spent = not self.at
        return taken if self.is_spent else -1


NO_SCISSORS = Scissors({})


class Line:
    """A connection."""

    def __init__(self, connection: socket.socket, scissors: Scissors):
        self.connection = connection
        self.scissors = scissors
        self.is_cut = scissors.allow("client", 0) == 0
        self.begin({"sent": 0})

    def begin(self, request: dict) -> None:
        """What is sent from now on is the answer to |request|."""
        self.request = request
        self.start = b""  # of that answer

    def receive(self) -> bytes:
        if self.is_cut:
            raise Cut
        data = self.connection.recv(CHUNK)
        allowed = self.scissors.allow("client", len(data))
        self.is_cut = allowed >= 0
        return data[:allowed] if self.is_cut else data

    def send(self, data: bytes) -> None:
        if self.is_cut:
            raise Cut
        allowed = self.scissors.allow("server", len(data))
        self.is_cut = allowed >= 0
        if self.is_cut:
            data = data[:allowed]
        self.count(data)
        self.connection.sendall(data)
        if self.is_cut:
            raise Cut

    def count(self, data: bytes) -> None:
        self.request["sent"] += len(data)
        if len(self.start) < CHUNK:
            self.start += data[:CHUNK]
            if b"\r\n\r\n" in self.start:
                self.request["answered"] = "yes"

    def end(self, how: str) -> None:
        with contextlib.suppress(OSError):
            if how == "rst":
                time.sleep(0.001)  # it overtakes what was not read yet
                self.connection.setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER,
                    struct.pack("ii", 1, 0))
            else:
                self.connection.settimeout(1)
                self.connection.shutdown(socket.SHUT_WR)
                while self.connection.recv(CHUNK):
                    pass
        self.connection.close()


class TlsLine(Line):
    """The same, over TLS that goes through |line|."""

    def __init__(self, line: Line, context: ssl.SSLContext):
        self.line = line
        self.begin({"sent": 0})
        self.coming, self.going = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.coming, self.going, server_side=True)
        self.until_done(self.tls.do_handshake)

    def until_done(self, action):
        while True:
            with contextlib.suppress(ssl.SSLWantReadError):
                result = action()
                self.flush()
                return result
            self.flush()
            data = self.line.receive()
            if not data:
                return b""
            self.coming.write(data)

    def flush(self) -> None:
        if self.going.pending:
            self.line.send(self.going.read())

    def receive(self) -> bytes:
        return self.until_done(lambda: self.tls.read(CHUNK))

    def send(self, data: bytes) -> None:
        self.count(data)
        self.tls.write(data)
        self.flush()

    def end(self, how: str) -> None:
        self.line.end(how)
