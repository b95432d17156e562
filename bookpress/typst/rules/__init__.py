"""The rules by which nodes of docutils, Sphinx, MyST-NB and well-known extensions become Typst source.

Here: each module holds what changes together. Not here: how a page looks, which is the template's. Importing this
package declares all of them; a rule for a node of some other package belongs to that package (see
`bookpress.typst.writer`).
"""

from bookpress.typst.rules import (  # noqa: F401
    blocks,
    boxes,
    containers,
    figures,
    headings,
    index,
    inline,
    lists,
    references,
    tables,
)
