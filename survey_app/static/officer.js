// Sorts and searches the table of units in place. Without this script the same links and form ask the server.
"use strict";

function fold(text) {
  return text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/\p{Mn}/gu, "");
}

function remember(changes) {
  const address = new URL(location.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value) address.searchParams.set(name, value);
    else address.searchParams.delete(name);
  }
  history.replaceState(null, "", address);
}

function sortBy(table, heading) {
  const headings = [...heading.parentElement.children];
  const column = headings.indexOf(heading);
  const before = heading.getAttribute("aria-sort");
  const first = column === 0 ? "ascending" : "descending";
  const direction = before === null ? first : before === "ascending" ? "descending" : "ascending";
  headings.forEach((other) => other.removeAttribute("aria-sort"));
  heading.setAttribute("aria-sort", direction);
  const sign = direction === "ascending" ? 1 : -1;
  const place = (row, index) => Number(row.children[index].dataset.place);
  const rows = [...table.tBodies[0].rows].sort((a, b) => {
    const left = place(a, column), right = place(b, column);
    return (left < 0) - (right < 0) || sign * (left - right) || place(a, 0) - place(b, 0);
  });
  table.tBodies[0].append(...rows);
  const key = new URL(heading.querySelector("a").href).searchParams.get("sort");
  remember({ sort: key, order: direction === "ascending" ? "asc" : "desc" });
}

function filterBy(table, input) {
  const wanted = fold(input.value.trim());
  let found = 0;
  for (const row of table.tBodies[0].rows) {
    row.hidden = !row.dataset.search.includes(wanted);
    found += row.hidden ? 0 : 1;
  }
  document.querySelector(`[data-none="${table.id}"]`).hidden = found > 0;
}

for (const table of document.querySelectorAll("table[data-sortable]")) {
  table.tHead.addEventListener("click", (event) => {
    const link = event.target.closest("a.sort");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    sortBy(table, link.closest("th"));
  });
}

for (const input of document.querySelectorAll("input[data-filter]")) {
  if (input.value) continue; // The server has already left out rows: let it search again.
  input.addEventListener("input", () => filterBy(document.getElementById(input.dataset.filter), input));
}
