"""The build driver: `python -m vouch.book.build html|pdf|epub|book`.

Checks the inputs, runs Sphinx with the configuration that `jupyter-book build .` would use, with warnings as errors,
and publishes the result in one step: whoever looks into `_build/html` sees the last good book or the new one, never
half of each, also when a build fails, is interrupted or is killed.

Work happens in `_build/.work`, which makes the next build short; it may be deleted at any time.

Exit codes: 0 built; 1 the book has an error or a warning; 2 data or articles are faulty, or wrong usage; 3 the
surroundings are not fit (Python, a missing package, a folder that cannot be written, a full disk); 4 another build
is running; 130 interrupted; 143 terminated.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import errno
import gc
import hashlib
import os
import re
import shutil
import signal
import sys
import sysconfig
import time
from pathlib import Path

BUILT, FAULTY_BOOK, FAULTY_INPUT, UNFIT, LOCKED, INTERRUPTED, TERMINATED = 0, 1, 2, 3, 4, 130, 143
ROOT = Path(__file__).resolve().parents[2]
CACHE = Path("_build", ".jupyter_cache")
PDF = "who-vouches-for-the-vote.pdf"
BUILDERS = {"html": ("html",), "pdf": ("typst",), "epub": ("epub",), "book": ("html", "typst", "epub")}
EXTENSIONS = {"typst": ("PDF", "vouch.book.typst"), "epub": ("EPUB", "vouch.book.epub")}
"""Builders that the configuration may lack, for whom they are, and where they are."""
_MINIMUM = (3, 11)
_LEAST_FREE = 2**18
"""Bytes: with fewer, a failed build is put down to the disk; a single page is longer."""
_PRUNED = ("_images", "_downloads")  # Sphinx adds to them and never removes


class BuildError(Exception):
    """Ends the build with a one-line message and an exit code."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


class Terminated(KeyboardInterrupt):
    """SIGTERM, turned into an exception so that kernels and temporary folders are cleaned up."""


def main(argv: list[str] | None = None) -> int:
    """The command line; returns the exit code. A fault is told in one line, not in a traceback."""
    if sys.version_info < _MINIMUM:
        found = ".".join(map(str, sys.version_info[:3]))
        print("Python {}.{} or newer is needed; this is Python {}.".format(*_MINIMUM, found), file=sys.stderr)
        return UNFIT
    parser = argparse.ArgumentParser(prog="python -m vouch.book.build", description="Build the book.")
    parser.add_argument("target", choices=BUILDERS, help="html: the site; pdf; epub; book: all three")
    target = parser.parse_args(argv).target
    before = signal.getsignal(signal.SIGTERM)
    with contextlib.suppress(ValueError):  # not in the main thread
        signal.signal(signal.SIGTERM, _terminate)
    try:
        with _kernels_ahead(ROOT):
            preflight()
            build_book(ROOT, target)
        return BUILT
    except BuildError as error:
        if _disk_is_full(error):
            return _tell(_explain(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))), UNFIT)
        return _tell(str(error), error.code)
    except Terminated:
        return _tell("terminated; the published book is unchanged", TERMINATED)
    except KeyboardInterrupt:
        return _tell("interrupted; the published book is unchanged", INTERRUPTED)
    except ImportError as error:
        missing = error.name or str(error)
        return _tell(f"the Python package '{missing}' is missing or broken ({error}); install the requirements", UNFIT)
    except OSError as error:
        return _tell(_explain(error), UNFIT)
    finally:
        with contextlib.suppress(ValueError, TypeError):
            signal.signal(signal.SIGTERM, before)


def _kernels_ahead(root: Path) -> contextlib.AbstractContextManager[None]:
    """In a checkout where no chapter was ever executed, what kernels are forked from loads beside the checks."""
    if (root / CACHE).exists() or os.environ.get("VOUCH_EXECUTOR") == "stock":
        return contextlib.nullcontext()
    from vouch.book import kernels

    return kernels.ahead(root)


def preflight() -> None:
    """Check data, articles and ledger before anything is executed; raises BuildError with what is wrong.

    What was found faultless is not checked again until a byte of it, a check or a library is another.
    """
    passed = ROOT / "_build" / ".work" / "checked"
    mark = _mark()
    if passed.is_file() and passed.read_text("utf-8") == mark:
        return
    from vouch.evidence import checks, faults, seeds

    try:
        checks.run()
    except (faults.DataError, seeds.SeedError) as error:
        raise BuildError(str(error), FAULTY_INPUT) from None
    passed.parent.mkdir(parents=True, exist_ok=True)
    passed.write_text(mark, "utf-8")


def _mark() -> str:
    """Hash of all that `preflight` looks at and of what it looks with."""
    from vouch.evidence import checks

    digest = hashlib.sha256(f"{sys.version}\n{_libraries()}".encode())
    for path in checks.looked_at():
        content = path.read_bytes() if path.is_file() else b""
        digest.update(f"{path}\0{path.is_file()}{len(content)}\0".encode() + content)
    return digest.hexdigest()


def build_book(root: Path, target: str, pdf_name: str = PDF) -> dict[str, Path]:
    """Build and publish; the published paths by kind ("html", "pdf", "epub").

    root: folder with `_config.yml`. target: a key of BUILDERS. All kinds are published only after all are built.
    Raises BuildError, OSError or KeyboardInterrupt; what was published before stays as it was.
    """
    root = root.resolve()
    begun = time.perf_counter()
    phases: dict[str, float] = {}
    with _lock(root / "_build" / ".work"):
        builders = _available(BUILDERS[target], target, root)
        work = _prepare(root)
        marker = work / "good"
        stamp = marker.read_text("utf-8")
        marker.unlink()  # a build that does not get to the end leaves no marker, and the next one starts afresh
        for builder in builders:
            started = time.perf_counter()
            run_sphinx(root, builder, work)
            phases[builder] = time.perf_counter() - started
        marker.write_text(stamp, "utf-8")
        started = time.perf_counter()
        published: dict[str, Path] = {}
        if "html" in builders:
            published["html"] = publish_folder(work / "html", root / "_build" / "html")
        if "typst" in builders:
            published["pdf"] = publish_file(_only(work / "typst", "pdf"), root / "_build" / "pdf" / pdf_name)
        if "epub" in builders:
            made = _only(work / "epub", "epub")
            published["epub"] = publish_file(made, root / "_build" / "epub" / made.name)
        phases["publish"] = time.perf_counter() - started
    for kind, path in published.items():
        entry = path / "index.html" if kind == "html" else path
        print(f"{kind.upper():4}  {entry}")
    parts = ", ".join(f"{phase} {seconds:.1f} s" for phase, seconds in phases.items())
    print(f"built in {time.perf_counter() - begun:.1f} s ({parts})")
    return published


def run_sphinx(root: Path, builder: str, work: Path) -> None:
    """One Sphinx builder over the book, output in work/<builder>. Raises BuildError on any warning.

    Done as `jupyter_book.sphinx.build_sphinx` does it, from the same configuration, except that errors are raised
    here instead of printed with a traceback.
    """
    collecting = gc.get_threshold()
    gc.set_threshold(200_000, 20, 100)  # modules and doctrees are many small objects that all live on

    from docutils.utils import SystemMessage
    from jupyter_book.config import get_final_config
    from sphinx.application import Sphinx
    from sphinx.errors import ExtensionError, SphinxError
    from sphinx.util.console import color_terminal, nocolor
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    from vouch.book import parallel

    if not color_terminal():
        nocolor()
    overrides = {
        "external_toc_path": str(root / "_toc.yml"),
        "latex_individualpages": False,
        "nitpicky": True,
        # The place where `jupyter-book build` keeps its cache, so that both use the same executed chapters.
        "nb_execution_cache_path": str(root / CACHE),
    }
    config, _ = get_final_config(user_yaml=root / "_config.yml", cli_config=overrides, sourcedir=root)
    outdir = work / builder
    before = list(sys.path)
    try:
        with patch_docutils(None), docutils_namespace():
            app = Sphinx(
                srcdir=root,
                confdir=None,
                outdir=outdir,
                doctreedir=work / "doctrees",
                buildername=builder,
                confoverrides=config,
                status=None,
                warning=sys.stderr,
                warningiserror=True,
                keep_going=True,
            )
            if app.config["use_multitoc_numbering"] and _numbered(app):
                app.setup_extension("sphinx_multitoc_numbering")
            with parallel.reading(app):
                app.build()
    except (SphinxError, SystemMessage) as error:
        if isinstance(error, ExtensionError) and isinstance(error.orig_exc, OSError):
            raise error.orig_exc from None
        label = getattr(error, "category", type(error).__name__)
        raise BuildError(f"{label}: {error}", FAULTY_BOOK) from error
    except (OSError, ImportError):
        raise
    except Exception as error:  # a fault in an extension: whoever repairs it needs the traceback
        raise BuildError(f"{builder}: unexpected {type(error).__name__}: {error}", FAULTY_BOOK) from error
    finally:
        sys.path[:] = before
        gc.set_threshold(*collecting)
    if app.statuscode:
        raise BuildError(f"{builder}: the warnings above are errors; the published book is unchanged", FAULTY_BOOK)


def publish_folder(source: Path, target: Path) -> Path:
    """Copy source aside and exchange it with target in one step; files that no page uses any more stay behind."""
    aside = target.with_name(f".{target.name}.{os.getpid()}")
    aside.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copytree(source, aside, ignore=shutil.ignore_patterns(".buildinfo", ".doctrees"))
        _prune(aside)
        _exchange(aside, target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return target


def publish_file(source: Path, target: Path) -> Path:
    """Copy source aside and put it in the place of target in one step."""
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        shutil.copyfile(source, aside)
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)
    return target


def _exchange(new: Path, target: Path) -> None:
    """Put new in the place of target; what was there is afterwards at new."""
    if not target.exists():
        new.rename(target)
        return
    if sys.platform == "linux":
        at_cwd, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE of <linux/fs.h>
        with contextlib.suppress(AttributeError, OSError):  # a C library or file system that cannot
            libc = ctypes.CDLL(None, use_errno=True)
            if not libc.renameat2(at_cwd, os.fsencode(new), at_cwd, os.fsencode(target), exchange):
                return
    old = target.with_name(f".{target.name}.{os.getpid()}.old")
    target.rename(old)
    try:
        new.rename(target)
    except BaseException:
        old.rename(target)
        raise
    old.rename(new)


def _prune(site: Path) -> None:
    """Remove images and downloads of earlier builds, which no page mentions any more."""
    stored = [path for name in _PRUNED for path in (site / name).rglob("*") if path.is_file()]
    if not stored:
        return
    named: set[str] = set()
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        named.update(re.findall(rf"(?:{'|'.join(_PRUNED)})/([^\"'<>?#\s)]+)", text))
    names = {name.rpartition("/")[2] for name in named}
    for path in stored:
        if path.name not in names and _quoted(path.name) not in names:
            path.unlink()


def _quoted(name: str) -> str:
    from urllib.parse import quote

    return quote(name)


def _only(folder: Path, ending: str) -> Path:
    found = sorted(folder.glob(f"*.{ending}"))
    if len(found) != 1:
        raise BuildError(f"expected one {ending.upper()} in {folder}, found {len(found)}", FAULTY_BOOK)
    return found[0]


def _numbered(app: object) -> bool:
    import yaml

    return "numbered: true" in yaml.dump(app.config.external_site_map.as_json())


def _available(builders: tuple[str, ...], target: str, root: Path) -> tuple[str, ...]:
    """The builders without those that this checkout or the configuration has not; PDF and EPUB are extensions."""
    from importlib.util import find_spec

    configuration = (root / "_config.yml").read_text("utf-8")
    there = []
    for builder in builders:
        kind, extension = EXTENSIONS.get(builder, ("", ""))
        if not extension or (extension in configuration and find_spec(extension)):
            there.append(builder)
            continue
        missing = f"the builder ({extension}) is not there, or not in _config.yml"
        if target == kind.lower():
            raise BuildError(f"no {kind}: {missing}", UNFIT)
        print(f"no {kind}: {missing}", file=sys.stderr)
    return tuple(there)


def _prepare(root: Path) -> Path:
    """The work folder, emptied of what Sphinx read and wrote before unless it can be trusted.

    It cannot after a build that failed (Sphinx would not repeat its warnings) or was killed (a page may be cut
    short), nor when contents, configuration or extensions changed: Sphinx does not remove pages that left the
    contents, and does not notice changed extensions. Executed chapters are kept in every case.
    """
    build = root / "_build"
    work = build / ".work"
    for left in build.glob(".html.*"):  # of a build that was killed while publishing
        old = re.fullmatch(r"\.html\.\d+\.old", left.name)
        if old and not (build / "html").exists():
            left.rename(build / "html")
        else:
            shutil.rmtree(left, ignore_errors=True)
    marker = work / "good"
    stamp = _stamp(root)
    if not marker.exists() or marker.read_text("utf-8") != stamp:
        for name in ("html", "typst", "epub", "doctrees", "jupyter_execute"):
            if (work / name).exists():
                shutil.rmtree(work / name)
        marker.write_text(stamp, "utf-8")
    return work


def _stamp(root: Path) -> str:
    """Hash of all that a page depends on without Sphinx knowing: contents, configuration, extensions, libraries."""
    digest = hashlib.sha256(sys.version.encode())
    files = [root / "_config.yml", root / "_toc.yml"]
    for folder in ("_static", "_templates", "vouch/book"):
        files += sorted(path for path in (root / folder).rglob("*") if "__pycache__" not in path.parts)
    for path in files:
        if path.is_file():
            digest.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    digest.update(_libraries().encode())
    return digest.hexdigest()


def _libraries() -> str:
    """The installed distributions; their folders are named after the version: no need to open them."""
    return "\n".join(sorted(path.name for path in Path(sysconfig.get_path("purelib")).glob("*.dist-info")))


@contextlib.contextmanager
def _lock(work: Path):
    """Hold the build of this checkout; the lock goes with the process, however that ends."""
    work.mkdir(parents=True, exist_ok=True)
    try:
        import fcntl
    except ImportError:  # Windows: two builds at a time are the user's affair
        yield
        return
    with (work / "lock").open("a+", encoding="utf-8") as stream:
        end = time.monotonic() + 1  # forks of a build that was killed just now may hold it a moment longer
        while True:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > end:
                    stream.seek(0)
                    holder = stream.read().strip() or "unknown"
                    raise BuildError(f"another build of this checkout is running (process {holder})", LOCKED) from None
                time.sleep(0.05)
        stream.truncate(0)
        stream.write(str(os.getpid()))
        stream.flush()
        yield


def _explain(error: OSError) -> str:
    where = error.filename or "the build folder"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "no space is left on the disk; the published book is unchanged"
    if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
        return f"{where} cannot be written or read ({error.strerror}); the checkout must be writable"
    return f"{where}: {error.strerror or error}"


def _disk_is_full(error: BaseException | None) -> bool:
    """Whether that is what is behind an error: libraries wrap the system's own in theirs, and some drop it."""
    while error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        error = error.__cause__ or error.__context__
    with contextlib.suppress(OSError):
        return shutil.disk_usage(ROOT / "_build").free < _LEAST_FREE
    return False


def _tell(message: str, code: int) -> int:
    print(message, file=sys.stderr)
    return code


def _terminate(signum: int, frame: object) -> None:
    raise Terminated


if __name__ == "__main__":
    sys.exit(main())
