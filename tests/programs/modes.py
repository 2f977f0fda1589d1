"""modes.py - the cases that follow from a way of calling a program."""

import dataclasses
import enum
from collections.abc import Iterator

from harness import Case

# None of this may be seen once a request was repeated.
BUSY = ('503;Content-Disposition=attachment%3B filename=leaked.txt;'
        'ETag="leaked";X-Leaked=yes;body=leaked%0A')
BUSY_SOON = BUSY + ";Retry-After=0"
MISSING = "404;body=no such thing%0A"
FINE = "200;Content-Type=text/plain;body=fine%0Aand whole%0A"
THREE = ("200;body=one%0A", "200;body=two%0A;chunked", "200;body=three%0A")
NUMBERS = "200;X-Accel-Redirect=/files/numbers.txt;Content-Type=text/plain"

TEXT = b"".join(b"line %d of what is sent\n" % n for n in range(4000))
SENT = {"sent": TEXT}


class Repeats(enum.Enum):
    ALWAYS = enum.auto()  # the method is idempotent
    UNPROCESSED = enum.auto()  # where the answer proves that it was not done
    NEVER = enum.auto()  # the body is gone


@dataclasses.dataclass(frozen=True)
class Mode:
    name: str
    command: tuple[str, ...]  # see Case
    answers: tuple[str, ...] = (FINE,)  # to one request each
    worst: int = 0  # the answer that goes wrong, counted from 0
    repeats: Repeats = Repeats.ALWAYS
    follow: tuple[str, ...] | None = ("-L",)  # to be added; None: it cannot
    redirect: int = 302
    target: str = "$url/landed"  # of redirects
    error: int = 0  # exit status at 404 and 503
    unfollowed: int = 0  # exit status at 302 without |follow|
    stuck: int = 0  # exit status where a body cannot be sent to the target
    files: dict[str, bytes] = dataclasses.field(default_factory=dict)
    stdin: bytes | None = None
    body: bytes | None = None  # of each request

    def case(self, what: str, *steps: str, status: int = 0,
             more: tuple[str, ...] = (), has_body: bool = True) -> Case:
        return Case(
            f"{self.name}_{what}", self.command + more, steps, status,
            self.files, self.stdin, self.body if has_body else None)

    def cases(self) -> Iterator[Case]:
        before = self.answers[:self.worst]
        answer = self.answers[self.worst:]
        after = self.answers[self.worst + 1:]
        moved = f"{self.redirect};Location={self.target};body=moved%0A"
        kept = f"307;Location={self.target};body=moved%0A"

        if self.repeats is Repeats.ALWAYS:
            yield self.case("busy", *before, "!" + BUSY, *answer)
        else:
            yield self.case("busy", *before, BUSY, *after, status=self.error)
        if self.repeats is Repeats.NEVER:
            yield self.case("busy_soon", *before, BUSY_SOON, *after,
                            status=self.error)
        else:
            yield self.case("busy_soon", *before, "!" + BUSY_SOON, *answer)
        yield self.case("missing", *before, MISSING, *after,
                        status=self.error)

        if self.follow is None:
            return
        if self.follow:
            yield self.case("moved", *before, moved, *after,
                            status=self.unfollowed)
        if self.repeats is Repeats.NEVER:
            yield self.case("followed", *before, moved, *answer,
                            status=self.stuck, more=self.follow)
            return
        yield self.case("followed", *before, moved, *answer,
                        more=self.follow, has_body=False)
        yield self.case("followed_busy", *before, moved, "!" + BUSY_SOON,
                        *answer, more=self.follow, has_body=False)
        if self.body is not None and self.redirect != 307:
            yield self.case("kept_busy", *before, kept, "!" + BUSY_SOON,
                            *answer, more=self.follow)


def cases_of(*modes: Mode) -> Iterator[Case]:
    for mode in modes:
        yield from mode.cases()
