/* Beside Sphinx's search, before it has its index. */
"use strict";

{
  const field = document.querySelector(".bd-search-container input");
  field?.focus();
  field?.select();

  /* Sphinx 7.4 writes titles into the results as markup, but has those of sections as plain text (8.2 has all of them
     plain, and escapes): a section named <img> would become one. All are made plain here, and escaped to be shown. */
  const plain = (markup) => new DOMParser().parseFromString(markup, "text/html").body.textContent;
  const escaped = (text) => text.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign]);
  const { setIndex, _performSearch } = Search;
  Search.setIndex = (index) => setIndex({ ...index, titles: index.titles.map(plain) });
  Search._performSearch = (...query) => _performSearch(...query).map(([page, title, ...rest]) => [page, escaped(title), ...rest]);
}
