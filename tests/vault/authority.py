"""A real authority for time stamps on this machine: OpenSSL behind an address of its own."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

SETTINGS = """
[req]
distinguished_name = name
[name]
[root]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[stamper]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tsa]
default_tsa = own
[own]
serial = serial
signer_cert = stamper.pem
signer_key = stamper.key
certs = ca.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
"""
COMMANDS = """
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 30 -config settings \
    -extensions root -subj "/O=Invented/CN=Invented root"
openssl req -newkey rsa:2048 -nodes -keyout stamper.key -out stamper.csr -config settings \
    -subj "/O=Invented/CN=Invented stamper"
openssl x509 -req -in stamper.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out stamper.pem -days 30 \
    -extfile settings -extensions stamper
echo 01 > serial
"""
REPLY = "openssl ts -reply -config settings -section own -queryfile request.tsq -out answer.tsr"


def made(folder: Path) -> Path:
    """The folder of a new authority: its root is `ca.pem`."""
    folder.mkdir()
    (folder / "settings").write_text(SETTINGS, encoding="ascii")
    subprocess.run(["sh", "-ec", COMMANDS], cwd=folder, check=True, capture_output=True)
    return folder


@contextmanager
def answering(folder: Path) -> Iterator[str]:
    """The address of an authority, as long as it answers."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            (folder / "request.tsq").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            subprocess.run(REPLY.split(), cwd=folder, check=True, capture_output=True)
            answer = (folder / "answer.tsr").read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
