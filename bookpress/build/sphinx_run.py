"""One Sphinx builder over the book, from the configuration that `jupyter-book build` would use."""

from __future__ import annotations

import contextlib
import gc
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from bookpress.build.outcome import FAULTY_BOOK, BuildError
from bookpress.project import CACHE

if TYPE_CHECKING:
    from sphinx.application import Sphinx


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

    from bookpress.build import parallel

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
    app: Sphinx | None = None
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
        if isinstance(error, ExtensionError) and error.orig_exc:
            raise BuildError(unexpected(builder, error.orig_exc, work, app), FAULTY_BOOK) from error
        label = getattr(error, "category", type(error).__name__)
        raise BuildError(f"{label}: {error}", FAULTY_BOOK) from error
    except (OSError, ImportError):
        raise
    except Exception as error:  # a fault in an extension: whoever repairs it needs the traceback
        raise BuildError(unexpected(builder, error, work, app), FAULTY_BOOK) from error
    finally:
        sys.path[:] = before
        gc.set_threshold(*collecting)
    if app.statuscode:
        raise BuildError(f"{builder}: the warnings above are errors; the published book is unchanged", FAULTY_BOOK)


def unexpected(builder: str, error: BaseException, work: Path, app: Sphinx | None) -> str:
    """A fault of an extension in one line: page, what, where in the program. The traceback goes into a file in work."""
    page = app.env.temp_data.get("docname") if app and getattr(app, "env", None) else None
    where = f"{app.env.doc2path(page)}: " if app and page else ""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno}, in {frames[-1].name})" if frames else ""
    log = work / "traceback.txt"
    with contextlib.suppress(OSError):
        log.write_text("".join(traceback.format_exception(error)), "utf-8")
    return (
        f"{where}{builder}: unexpected {type(error).__name__}: {error}{place}; the published book is unchanged. "
        f"This is a fault of a program, not of the text; whoever repairs it needs {log}"
    )


def _numbered(app: Sphinx) -> bool:
    import yaml

    return "numbered: true" in yaml.dump(app.config.external_site_map.as_json())
