"""`sitemap.xml` and `robots.txt`, by which search engines find all pages: once the book has an address, not before."""

from __future__ import annotations

import re
from pathlib import Path

from sphinx.application import Sphinx

from bookpress.metadata import book

FILES = ("sitemap.xml", "robots.txt")
_CANONICAL = re.compile(r'<link rel="canonical" href="([^"]+)"')


def write(app: Sphinx, failed: Exception | None) -> None:
    """Write both beside the pages, or remove them where there is no address.

    Listed is each page that names itself as its one address: not those that lead on, nor the search.
    """
    if failed or app.builder.format != "html":
        return
    out, whole = Path(app.outdir), book(app)
    if not whole.url:
        for name in FILES:
            (out / name).unlink(missing_ok=True)
        return
    entries = "".join(
        f"<url><loc>{address}</loc><lastmod>{whole.date.isoformat()}</lastmod></url>\n"
        for address in addresses(out, whole.url)
    )
    namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{namespace}">\n{entries}</urlset>\n'
    (out / "sitemap.xml").write_text(text, "utf-8")
    (out / "robots.txt").write_text(f"User-agent: *\nAllow: /\n\nSitemap: {whole.url}sitemap.xml\n", "utf-8")


def addresses(out: Path, base: str) -> list[str]:
    """Addresses of the pages in out, escaped for XML as their heads have them, sorted. base: where out is published."""
    found = []
    for path in out.rglob("*.html"):
        name = path.relative_to(out).as_posix()
        match = _CANONICAL.search(path.read_text("utf-8").partition("</head>")[0])
        if match and name != "search.html" and match[1] == base + name:
            found.append(match[1])
    return sorted(found)
