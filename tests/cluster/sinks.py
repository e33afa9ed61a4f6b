"""Who is told of alerts: a webhook as Slack has them, and a mail server. What arrives is kept in files.

`python -m tests.cluster.sinks FOLDER ADDRESS` serves until it is stopped: HTTP at HTTP_PORT, SMTP with TLS from the
start at SMTP_PORT, with tls.crt and tls.key of the folder.
"""

import json
import socketserver
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

HTTP_PORT: Final = 18080
SMTP_PORT: Final = 465
"""At which a client speaks TLS from the start."""
SLACK: Final = "slack.jsonl"
MAIL: Final = "mail.jsonl"


def told(folder: Path, name: str) -> list[str]:
    """What has arrived."""
    file = folder / name
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def first(folder: Path, name: str, *words: str) -> str | None:
    """The first message with all these words, if there is one."""
    return next((text for text in told(folder, name) if all(word in text for word in words)), None)


def _keep(folder: Path, name: str, text: str) -> None:
    with (folder / name).open("a") as file:
        file.write(json.dumps(text) + "\n")


def _webhook(folder: Path) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            _keep(folder, SLACK, self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_words: object) -> None:
            """Nothing: what arrives is kept."""

    return Handler


def _mail(folder: Path) -> type[socketserver.StreamRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 sink")
            while line := self.rfile.readline().decode().strip():
                verb = line.partition(" ")[0].upper()
                if verb == "DATA":
                    self._say("354 go on")
                    _keep(folder, MAIL, self._message())
                self._say("221 bye" if verb == "QUIT" else "250 sink")
                if verb == "QUIT":
                    return

        def _message(self) -> str:
            lines = []
            while (line := self.rfile.readline().decode().rstrip("\r\n")) != ".":
                lines.append(line)
            return "\n".join(lines)

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    return Handler


class _MailServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def main(folder: Path, address: str) -> None:
    """Serves until it is stopped."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "tls.crt", folder / "tls.key")
    mail = _MailServer((address, SMTP_PORT), _mail(folder))
    mail.socket = context.wrap_socket(mail.socket, server_side=True)
    threading.Thread(target=mail.serve_forever, daemon=True).start()
    ThreadingHTTPServer((address, HTTP_PORT), _webhook(folder)).serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
