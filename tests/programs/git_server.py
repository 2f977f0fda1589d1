"""git_server.py - a git server that fails as it is told: server.py, with
git-http-backend behind it.

It has steps for each key as servers.py has; the step GIT is the answer of git
itself, and stands for all that come after the last step too. Each key has a
repository of its own, at $url, which can be pushed to.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).parents[1] / "support"))

import server  # noqa: E402
import steps  # noqa: E402

GIT = "200 git"
BACKEND = "/usr/lib/git-core/git-http-backend"
PATH = os.environ.get("PATH", "") + ":/usr/bin:/bin"
COMMITS = 30  # in each of the two packs
LOOSE = 12  # commits that are not packed
DATE = 1767225600  # 2026-01-01


class Handler(server.Handler):
    def play(self, step: steps.Step, request: dict) -> None:
        if step.reason != "git":
            super().play(step, request)
            return
        body = self.read_body(request)
        answer = run_backend(self.server.root, self.path, self.headers, body,
                             self.command)
        head, _, body = answer.partition(b"\r\n\r\n")
        self.send_answer(head.decode("latin-1").splitlines(), body)

    def send_answer(self, head: list[str], body: bytes) -> None:
        """What a CGI program says, in chunks where it answers a POST."""
        fields = dict(line.split(": ", 1) for line in head)
        status = int(fields.pop("Status", "200").split()[0])
        is_chunked = self.command == "POST"
        if is_chunked:
            fields["Transfer-Encoding"] = "chunked"
        else:
            fields["Content-Length"] = str(len(body))
        self.send_head(status, None,
                       [f"{name}: {value}" for name, value in fields.items()])
        if not is_chunked:
            self.wfile.write(body)
            return
        for start in range(0, len(body), 10000):
            piece = body[start:start + 10000]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")


def run_backend(root: pathlib.Path, target: str, headers, body: bytes,
                method: str) -> bytes:
    path, _, query = target.partition("?")
    variables = {
        "PATH": PATH,
        "HOME": str(root),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_PROJECT_ROOT": str(root),
        "GIT_HTTP_EXPORT_ALL": "1",
        "REMOTE_USER": "somebody",  # who may push
        "REMOTE_ADDR": "127.0.0.1",
        "REQUEST_METHOD": method,
        "PATH_INFO": path.removeprefix("/script"),
        "QUERY_STRING": query,
        "CONTENT_TYPE": headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_CONTENT_ENCODING": headers.get("Content-Encoding", ""),
        "GIT_PROTOCOL": headers.get("Git-Protocol", ""),
    }
    return subprocess.run([BACKEND], input=body, env=variables, check=True,
                          stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout


class GitServer:
    """Has what Servers has; it runs from `with` on and ends with it."""

    def __enter__(self) -> "GitServer":
        self.folder = tempfile.TemporaryDirectory(prefix="curlew-git-")
        self.root = pathlib.Path(self.folder.name)
        make_repository(self.root)
        self.servers = [server.Server(None, Handler) for _ in range(2)]
        for each in self.servers:
            each.root = self.root
        return self

    def __exit__(self, *_) -> None:
        for each in self.servers:
            each.shutdown()
            each.server_close()
        self.folder.cleanup()

    def names(self, key: str) -> dict[str, str]:
        """What a command or a step can call $url and so on."""
        ports = (each.server_address[1] for each in self.servers)
        plain, other = (f"http://127.0.0.1:{port}/script/{key}"
                        for port in ports)
        return {
            "key": key,
            "url": plain + "/project.git",
            "moved": plain + "/moved.git",  # is not there
            "other": other + "/project.git",
            "repository": str(self.root / key / "project.git"),
        }

    def arrange(self, key: str, script: list[str]) -> None:
        shutil.copytree(self.root / "project.git",
                        self.root / key / "project.git")
        server.JOURNAL.set_script(key, [*script, GIT])

    def requests(self, key: str) -> list[dict]:
        return server.JOURNAL.requests.get(key, [])


def make_repository(root: pathlib.Path) -> None:
    """Some hundred KB, the same each time: the branch "old" in one pack, the
    rest of "main" in another, and that of "new" in loose objects."""
    repository = str(root / "project.git")

    def git(*words: str, data: str = "") -> None:
        subprocess.run(["git", *words], input=data.encode(), check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                       env={"PATH": PATH, "HOME": str(root),
                            "GIT_CONFIG_NOSYSTEM": "1"})

    def load(branch: str, parent: str, first: int, count: int,
             limit: int) -> None:
        git("-C", repository, "-c", f"fastimport.unpackLimit={limit}",
            "fast-import", "--quiet",
            data="".join(commits(branch, parent, first, count)))

    git("init", "--quiet", "--bare", "--initial-branch=main", repository)
    for setting in ("pack.threads=1", "receive.unpackLimit=1",
                    "http.receivepack=true"):
        git("-C", repository, "config", *setting.split("="))
    load("old", "", 0, COMMITS, 1)
    load("main", "old", COMMITS, COMMITS, 1)
    load("new", "main", 2 * COMMITS, LOOSE, 10000)
    git("-C", repository, "update-server-info")


def commits(branch: str, parent: str, first: int, count: int):
    """What `git fast-import` reads."""
    for n in range(first, first + count):
        line = f"This is file {n}, and it has many lines, of which "
        text = "".join(f"{line}{n * i * i % 10007} is the number\n"
                       for i in range(60 + 7 * n))
        yield (f"commit refs/heads/{branch}\n"
               f"committer A Bird <bird@curlew.test> {DATE + n} +0000\n"
               f"data <<.\nCommit {n}\n.\n")
        if parent and n == first:
            yield f"from refs/heads/{parent}^0\n"
        yield (f"M 644 inline folder-{n % 5}/file-{n}\n"
               f"data {len(text)}\n{text}\n")
