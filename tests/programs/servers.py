"""servers.py - what the programs talk to: server.py, and nginx before it.

server.py answers as it is told and remembers what arrived (steps.py). nginx
speaks HTTP/1.1, TLS and HTTP/2 like the servers out there and hands each
request on to server.py. An answer "200;X-Accel-Redirect=/files/NAME" of
server.py makes nginx serve that file itself, with ranges, gzip and validators.
"""

import http.client
import json
import os
import pathlib
import socket
import subprocess
import tempfile
from urllib.parse import urlencode

SERVER = pathlib.Path(__file__).parents[1] / "support" / "server.py"
DATE = "Date=Thu, 01 Jan 2026 00:00:00 GMT"
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/usr/bin:/sbin:/bin"

# Files for X-Accel-Redirect.
FILES = {
    "numbers.txt": "".join(f"{n}\n" for n in range(20000)).encode(),
}

NGINX = """
daemon off;
worker_processes 1;
{user}
pid nginx.pid;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;

  types {{ text/plain txt; }}
  client_max_body_size 0;
  gzip on;
  gzip_types *;
  gzip_proxied any;

  proxy_http_version 1.1;
  proxy_set_header Host $http_host;
  proxy_pass_header Date;
  proxy_redirect off;
  proxy_next_upstream off;

  ssl_certificate {ca};
  ssl_certificate_key {key};
  server {{
    listen {plain};
    listen {tls} ssl http2;
    location / {{ proxy_pass http://127.0.0.1:{backend}; }}
    location /files/ {{ internal; }}
  }}
}}
"""


class Servers:
    """Both of them; they run from `with` on and end with it."""

    def __enter__(self) -> "Servers":
        self.folder = tempfile.TemporaryDirectory(prefix="curlew-programs-")
        self.server = subprocess.Popen(
            [SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.nginx: subprocess.Popen | None = None
        try:
            words = self.server.stdout.readline().split()
            self.words = dict(word.split("=", 1) for word in words)
            self.start_nginx()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_) -> None:
        if self.nginx:
            self.nginx.terminate()
            self.nginx.wait()
        self.server.communicate()  # its leash is let go
        self.folder.cleanup()

    def start_nginx(self) -> None:
        """On ports that are bound here, so that no other program can take
        them; nginx inherits the sockets, as from an older self."""
        folder = pathlib.Path(self.folder.name)
        (folder / "html" / "files").mkdir(parents=True)
        for name, data in FILES.items():
            (folder / "html" / "files" / name).write_bytes(data)

        with listen() as plain, listen() as tls:
            self.words["nginx"] = str(plain.getsockname()[1])
            self.words["nginx_tls"] = str(tls.getsockname()[1])
            (folder / "nginx.conf").write_text(NGINX.format(
                user="" if os.getuid() else "user root;",
                plain="127.0.0.1:" + self.words["nginx"],
                tls="127.0.0.1:" + self.words["nginx_tls"],
                backend=self.words["plain"],
                ca=self.words["ca"],
                key=self.words["key"]), encoding="utf-8")
            sockets = (plain.fileno(), tls.fileno())
            with open(folder / "nginx.log", "wb") as log:
                self.nginx = subprocess.Popen(
                    ["setpriv", "--pdeathsig", "TERM", "nginx", "-p", folder,
                     "-c", "nginx.conf", "-e", "stderr"],
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                    pass_fds=sockets,
                    env={"PATH": PATH,
                         "NGINX": "".join(f"{fd};" for fd in sockets)})

    def names(self, key: str) -> dict[str, str]:
        """What a command or a step can call $url, $nginx and so on."""
        def url(scheme: str, port: str, kind: str = "script") -> str:
            return f"{scheme}://127.0.0.1:{self.words[port]}/{kind}/{key}"

        return {
            "key": key,
            "url": url("http", "plain"),
            "other": url("http", "plain_b"),
            "digest": url("http", "plain", "digest"),
            "nginx": url("http", "nginx"),
            "https": url("https", "nginx_tls"),
            "https_other": url("https", "tls"),
            "refused": url("http", "refused"),
            "proxy": f"http://127.0.0.1:{self.words['proxy']}",
            "ca": self.words["ca"],
        }

    def arrange(self, key: str, steps: list[str]) -> None:
        """What the requests with |key| shall meet. All answers have the same
        date, so that they can be compared."""
        dated = [step + ";" + DATE if step[0].isdigit() else step
                 for step in steps]
        self.ask(f"/set/{key}?" + urlencode([("do", step) for step in dated]))

    def requests(self, key: str) -> list[dict]:
        return json.loads(self.ask(f"/log/{key}"))

    def ask(self, target: str) -> bytes:
        connection = http.client.HTTPConnection(
            "127.0.0.1", int(self.words["plain"]), timeout=10)
        connection.request("GET", target)
        answer = connection.getresponse().read()
        connection.close()
        return answer


def listen() -> socket.socket:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    return listener
