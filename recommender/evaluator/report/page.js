// Tables that can be sorted, and all queries with a search. Without it the page is whole but for these two.
"use strict";

const number = text => Number.parseFloat(text.replace(/[,%+]/g, "").replace("−", "-"));

function sortable(table) {
  const body = table.tBodies[0];
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const falling = head.ariaSort ? head.ariaSort === "ascending" : column > 0;
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.ariaSort = falling ? "descending" : "ascending";
      const value = row => row.cells[column].textContent.trim();
      const compare = (one, other) => {
        const [a, b] = [number(value(one)), number(value(other))];
        if (Number.isNaN(a) && Number.isNaN(b)) return value(one).localeCompare(value(other));
        if (Number.isNaN(a) || Number.isNaN(b)) return (Number.isNaN(a) ? 1 : -1) * (falling ? -1 : 1);
        return a - b;
      };
      body.append(...[...body.rows].sort((one, other) => (falling ? -1 : 1) * compare(one, other)));
    });
  });
}

const MOST = 50;

function searchable(place) {
  const queries = JSON.parse(document.getElementById("queries-data").textContent);
  const body = place.querySelector("tbody");
  const box = place.querySelector("input");
  const said = place.querySelector("[role=status]");
  const folded = queries.rows.map(row => `${row[0]} ${row[1]}`.toLocaleLowerCase());
  const show = () => {
    const words = box.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const found = queries.rows.filter((_, at) => words.every(word => folded[at].includes(word)));
    said.textContent = `${found.length.toLocaleString("en")} of ${queries.rows.length.toLocaleString("en")} queries${found.length > MOST ? `, the first ${MOST} shown` : ""}`;
    body.replaceChildren(...found.slice(0, MOST).map(([title, key, ...values]) => {
      const row = document.createElement("tr");
      const head = document.createElement("th");
      head.scope = "row";
      head.textContent = title;
      head.title = key;
      row.append(head, ...values.map(value => {
        const cell = document.createElement("td");
        cell.textContent = value.toFixed(3);
        return cell;
      }));
      return row;
    }));
  };
  box.addEventListener("input", show);
  place.hidden = false;
  show();
}

document.querySelectorAll("main table").forEach(sortable);
searchable(document.getElementById("queries"));
