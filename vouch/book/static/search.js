/* Beside Sphinx's search, before it has its index. */
"use strict";

{
  const field = document.querySelector(".bd-search-container input");
  field?.focus();
  field?.select();

  /* Sphinx 7.4 writes titles of sections into the results as markup, though they come as plain text (8.2 escapes them). */
  const escaped = (text) => text.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign]);
  const set = Search.setIndex;
  Search.setIndex = (index) => {
    index.alltitles = Object.fromEntries(Object.entries(index.alltitles).map(([title, places]) => [escaped(title), places]));
    set(index);
  };
}
