"""Type what the README says on a bare machine: Debian 12 with nothing but the packages that the README lists.

    sudo python3 tests/bare_machine.py [--root FOLDER] [--as reader] [--as root] [--quick] [--type COMMAND]

Makes the machine with debootstrap in a folder of its own (`--root`: this one, and keep it), installs there what the
README's line `apt-get install …` lists, copies the last commit into it and types the README's first commands: as an
ordinary user, and as root. What is mounted is mounted for these processes only and goes with them. Prints how long each
command took, how much memory all processes held at most, and how much disk.

Where no such machine can be made (no root, no debootstrap, no right to mount) it says why and types the commands on
this machine, in a clone. Standard library only.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SUITE = "bookworm"
READER = "reader"
# Settings without which the network of this machine is not reached; the machine inside gets the same.
SETTINGS = (
    "/etc/resolv.conf", "/etc/hosts", "/etc/ssl/certs/ca-certificates.crt", "/usr/local/share/ca-certificates",
    "/etc/pip.conf", "/etc/xdg/pip", "/etc/uv", "/etc/npmrc", "/usr/local/etc/npmrc",
)  # fmt: skip
OF_APT = ("/etc/apt/sources.list", "/etc/apt/sources.list.d", "/etc/apt/auth.conf.d", "/etc/apt/keyrings")
OF_HOME = (".config/pip", ".pip", ".npmrc", ".config/uv", ".netrc")
VARIABLES = re.compile(
    r"(PIP|UV|NPM_CONFIG)_\w+|(https?|ftp|no|all)_proxy|(SSL_CERT|CURL_CA|REQUESTS_CA|NODE_EXTRA_CA)\w*", re.I
)
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Failed(Exception):
    """A command on the bare machine did not do what the README says."""


def told_to_install() -> list[str]:
    """The packages in the README's line for Debian."""
    readme = (ROOT / "README.md").read_text("utf-8")
    return re.search(r"apt-get install ([a-z0-9+. -]+)", readme)[1].split()


def told_to_type() -> list[str]:
    """The commands of the README's first block."""
    readme = (ROOT / "README.md").read_text("utf-8")
    block = re.search(r"^```console\n(.*?)^```", readme, re.S | re.M)[1]
    typed = (re.sub(r"^\$ ", "", line).split("  #")[0].strip() for line in block.splitlines())
    return [command for command in typed if command.startswith("make ")]


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Type the README's commands on a bare Debian.")
    parser.add_argument("--root", type=Path, help="the folder of the machine: made if missing, and kept")
    parser.add_argument("--as", dest="users", action="append", choices=(READER, "root"), help="default: both")
    parser.add_argument("--quick", action="store_true", help="as root, run of the tests only those that need a browser")
    parser.add_argument("--type", dest="typed", action="append", metavar="COMMAND", help="only this")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    options.users = options.users or [READER, "root"]
    if options.inside:
        return as_first_process(lambda: inside(options))
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        say("the bare machine gets a clone of the last commit: that takes the repository and git")
        return 1
    if reason := cannot():
        say(f"no bare machine can be made here: {reason}; the commands are typed on this machine instead")
        return here(options.typed or told_to_type())
    root = options.root or Path(tempfile.mkdtemp(prefix="bare-machine-", dir="/var/tmp"))
    again = [sys.executable, __file__, "--inside", "--root", root, *(["--quick"] if options.quick else [])]
    again += [word for user in options.users for word in ("--as", user)]
    again += [word for command in options.typed or () for word in ("--type", command)]
    own = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "private"]
    try:
        return subprocess.run([*own, *again], stdin=subprocess.DEVNULL).returncode
    finally:
        if not options.root:  # nothing is mounted there any more: that went with the processes
            shutil.rmtree(root, ignore_errors=True)


def cannot() -> str:
    """Why no bare machine can be made here; empty if it can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "that takes root on Linux"
    trial = subprocess.run(["unshare", "--mount", "--pid", "--fork", "--mount-proc", "true"], capture_output=True)
    if trial.returncode != 0:
        return "this machine does not let it mount anything"
    if not shutil.which("debootstrap"):
        if not shutil.which("apt-get"):
            return "debootstrap is missing"
        apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]
        subprocess.run([*apt, "update"], stdout=subprocess.DEVNULL)
        wanted = ["debootstrap", "debian-archive-keyring"]
        subprocess.run([*apt, "install", "-y", *wanted], stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    return "" if shutil.which("debootstrap") else "debootstrap could not be installed"


# --- In the namespace of its own ------------------------------------------------------------------------------------


def as_first_process(work: Callable[[], int]) -> int:
    """Do the work in a child, and meanwhile what is the first process's duty: to let ended orphans go."""
    child = os.fork()
    if child == 0:
        os._exit(work())
    while True:
        ended, status = os.wait()
        if ended == child:
            return os.waitstatus_to_exitcode(status)


def inside(options: argparse.Namespace) -> int:
    machine = options.root.resolve()
    try:
        install(machine)
        for user in options.users:
            copy_book(machine, user)
        if options.typed:
            for user in options.users:
                type_as(machine, user, options.typed)
            return 0
        if READER in options.users:
            type_as(machine, READER, ["make book"])
            refused(machine)
        if "root" in options.users:
            some = "tests/book/test_access.py tests/test_readme.py tests/test_house.py"
            quick = ["make book", f'make test TESTS="{some}"']
            type_as(machine, "root", quick if options.quick else told_to_type())
        if READER in options.users:
            if "root" not in options.users:
                as_root(machine, "apt-get install -y -qq --no-install-recommends chromium-headless-shell")
            type_as(machine, READER, [command for command in told_to_type() if command != "make book"])
    except Failed as error:
        say(str(error))
        return 1
    say(f"all of it: {size(machine, '.')} on the disk")
    return 0


def install(machine: Path) -> None:
    """The bare machine, with the settings of this one's network, an ordinary user, and the README's packages."""
    begun = time.monotonic()
    machine.mkdir(parents=True, exist_ok=True)
    machine.chmod(0o755)  # an ordinary user lives there too
    if not (machine / "usr").is_dir():
        mirror = [m for m in [mirror_of_debian()] if m]
        log = subprocess.run(
            ["debootstrap", "--variant=minbase", SUITE, machine, *mirror], capture_output=True, text=True
        )
        if log.returncode != 0:
            raise Failed("debootstrap failed:\n" + "\n".join((log.stdout + log.stderr).splitlines()[-15:]))
    bare = size(machine, ".")
    carry_settings(machine)
    subprocess.run(["mount", "--rbind", "/dev", machine / "dev"], check=True)
    subprocess.run(["mount", "-t", "proc", "proc", machine / "proc"], check=True)
    for folder in local_folders(machine):
        (machine / folder.lstrip("/")).mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "--bind", "-o", "ro", folder, machine / folder.lstrip("/")], check=True)
    if not (machine / "home" / READER).is_dir():
        as_root(machine, f"useradd --create-home --shell /bin/bash {READER}")
    as_root(machine, "apt-get update -qq")
    as_root(machine, f"apt-get install -y -qq {' '.join(told_to_install())}")
    say(f"a bare Debian ({bare}) and {' '.join(told_to_install())}: {time.monotonic() - begun:.0f} s")


def is_same_debian() -> bool:
    release = Path("/etc/os-release")
    return release.is_file() and f"VERSION_CODENAME={SUITE}" in release.read_text()


def mirror_of_debian() -> str:
    """Where this machine has its Debian packages from; empty (debootstrap's own default) if it is no Debian."""
    if not is_same_debian():
        return ""
    files = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*.*"))]
    text = "\n".join(path.read_text() for path in files if path.is_file() and path.suffix in (".list", ".sources"))
    found = re.search(r"^(?:URIs:\s*|deb\s+(?:\[[^\]]*\]\s+)?)(\S+/debian/?)\s*", text, re.M)
    return found[1] if found else ""


def carry_settings(machine: Path) -> None:
    for name in (*SETTINGS, *(OF_APT if is_same_debian() else ())):
        carry(Path(name), machine / name.lstrip("/"))
    for path in sorted(Path("/etc/apt/apt.conf.d").glob("*")):
        if "Acquire::" in path.read_text(errors="replace"):  # proxies, and what a mirror needs
            carry(path, machine / "etc/apt/apt.conf.d" / path.name)
    for name in OF_HOME:
        for home in ("root", f"home/{READER}", "etc/skel"):
            if (machine / home).is_dir():
                carry(Path.home() / name, machine / home / name)


def carry(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    elif source.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(shutil.SameFileError):
            target.unlink(missing_ok=True)
            shutil.copyfile(source, target)


def local_folders(machine: Path) -> list[str]:
    """Folders of this machine that its settings for packages name."""
    files = [Path("/etc/pip.conf"), Path("/etc/xdg/pip/pip.conf"), *(Path.home() / name for name in (".npmrc",))]
    files += [Path.home() / ".config/pip/pip.conf"]
    text = "\n".join(path.read_text() for path in files if path.is_file())
    text += "\n".join(value for name, value in os.environ.items() if VARIABLES.fullmatch(name))
    named = set(re.findall(r"(?:^|[\s=:,]|file://)(/(?:opt|srv|mnt|var|usr/local)/[\w./-]+)", text, re.M))
    return sorted(name for name in named if Path(name).is_dir())


def copy_book(machine: Path, user: str) -> None:
    book = machine / home(user).lstrip("/") / "book"
    git = ["git", "-c", "safe.directory=*"]
    if not book.exists():
        subprocess.run([*git, "clone", "-q", "--no-hardlinks", ROOT, book], check=True)
    else:  # of an earlier time, in a machine that was kept
        subprocess.run([*git, "-C", book, "fetch", "-q", ROOT, "HEAD"], check=True)
        subprocess.run([*git, "-C", book, "reset", "-q", "--hard", "FETCH_HEAD"], check=True)
    as_root(machine, f"chown -R {user}: {home(user)}")


def home(user: str) -> str:
    return "/root" if user == "root" else f"/home/{user}"


def environment(user: str) -> dict[str, str]:
    """Of somebody who has just logged in, and the settings of this machine's network."""
    kept = {name: value for name, value in os.environ.items() if VARIABLES.fullmatch(name)}
    return {**kept, "PATH": PATH, "HOME": home(user), "USER": user, "CI": "true", "TERM": "dumb"}


def as_root(machine: Path, command: str) -> None:
    done = run(machine, "root", command, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed(f"{command}: exit code {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def run(machine: Path, user: str, command: str, **options) -> subprocess.CompletedProcess:
    more = {"DEBIAN_FRONTEND": "noninteractive"} if user == "root" else {}
    where = "/" if user == "root" and not command.startswith("make") else f"{home(user)}/book"
    words = ["chroot", f"--userspec={user}:{user}", machine, "/bin/sh", "-c", f"cd {where} && {command}"]
    return subprocess.run(words, env={**environment(user), **more}, stdin=subprocess.DEVNULL, **options)


def refused(machine: Path) -> None:
    """An ordinary user without a browser is told in one line what to install, before anything is installed."""
    if (machine / "usr/bin/chromium-headless-shell").exists():
        return
    begun = time.monotonic()
    said = run(machine, READER, "make test", capture_output=True, text=True)
    lines = [line for line in said.stderr.splitlines() if not line.startswith("make")]
    if said.returncode == 0 or len(lines) != 1 or "sudo apt-get install chromium-headless-shell" not in lines[0]:
        raise Failed(f"`make test` without a browser, as an ordinary user, says:\n{said.stdout}{said.stderr}")
    say(f"{READER}: make test, without a browser: {lines[0]} ({time.monotonic() - begun:.1f} s)")


def type_as(machine: Path, user: str, commands: list[str]) -> None:
    for command in commands:
        say(f"{user} types: {command}")
        begun = time.monotonic()
        with Memory() as memory:
            code = run(machine, user, command).returncode
        book = machine / home(user).lstrip("/") / "book"
        disk = ", ".join(f"{name} {size(book, name)}" for name in (".venv", "_build") if (book / name).exists())
        say(f"{user}: {command}: {time.monotonic() - begun:.0f} s, memory {memory.most / 2**30:.1f} GB, disk {disk}")
        if code != 0:
            raise Failed(f"{user}: {command}: exit code {code}")


class Memory:
    """The most that all processes of this namespace held at one time; what they share is counted once."""

    def __init__(self) -> None:
        self.most = 0
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)

    def __enter__(self) -> Memory:
        self.thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.over.set()
        self.thread.join()

    def watch(self) -> None:
        while not self.over.wait(3):
            resident = 0
            for path in Path("/proc").glob("[0-9]*/smaps_rollup"):
                with contextlib.suppress(OSError, TypeError):
                    resident += 1024 * int(re.search(r"^Pss:\s+(\d+)", path.read_text(), re.M)[1])
            self.most = max(self.most, resident)


def size(folder: Path, name: str) -> str:
    output = subprocess.run(["du", "-sxm", folder / name], capture_output=True, text=True).stdout
    return f"{int(output.split()[0] or 0) / 1000:.1f} GB" if output else "?"


# --- Where no bare machine can be made ------------------------------------------------------------------------------


def here(commands: list[str]) -> int:
    """Type the commands in a clone on this machine."""
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "book"
        subprocess.run(["git", "clone", "-q", "--no-hardlinks", ROOT, book], check=True)
        for command in commands:
            say(f"this machine types: {command}")
            begun = time.monotonic()
            code = subprocess.run(["sh", "-c", command], cwd=book, stdin=subprocess.DEVNULL).returncode
            say(f"this machine: {command}: {time.monotonic() - begun:.0f} s")
            if code != 0:
                return code
    return 0


def say(text: str) -> None:
    print(f"== {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
