"""The process beside a portal that does what takes long: it runs as long as the portal answers."""

import subprocess
import sys
import threading

import click

PATIENCE = 10  # seconds for it to come to an end
AGAIN = 2  # seconds until one that ended by itself is begun again


class Background:
    """Where it ends by itself, that is said and it is begun again: uploads wait for it, and reminders."""

    def __init__(self, remind: bool) -> None:
        self._command = [sys.executable, "-m", "django", "background", *(["--remind"] if remind else [])]
        self._over = threading.Event()

    def __enter__(self) -> None:
        self._process = self._begun()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._process.terminate()
        self._watcher.join(PATIENCE)
        if self._watcher.is_alive():
            self._process.kill()

    def _begun(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command)  # noqa: S603 - all of it is ours

    def _watch(self) -> None:
        while True:
            code = self._process.wait()
            if self._over.wait(AGAIN):
                return
            said = f"The work in the background ended by itself ({code}). It is begun again."
            click.echo(said, err=True)
            self._process = self._begun()
            if self._over.is_set():  # meanwhile
                self._process.terminate()
