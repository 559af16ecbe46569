"""Turn a data directory into one that a single server holds."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import TextIO

from threadline_server.errors import ThreadlineError


class DirectoryLock:
    """An advisory lock on a data directory; the kernel lets it go when the process ends."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "lock"
        self._file: TextIO | None = None

    def acquire(self) -> None:
        """Take the lock, or raise ThreadlineError naming the process that holds it."""
        file = self._path.open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            holder = file.read().strip() or "another process"
            file.close()
            raise ThreadlineError(
                "data_dir_locked",
                f"the data directory {self._path.parent} is in use by {holder}",
                hint="stop that server, or pass another --data-dir",
                status=500,
            ) from error
        file.truncate(0)
        file.write(f"process {os.getpid()}")
        file.flush()
        self._file = file

    def release(self) -> None:
        """Give the lock back."""
        if self._file is not None:
            self._file.close()
            self._file = None
