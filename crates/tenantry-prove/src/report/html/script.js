// Puts a proof beside the matrix, moves between cells with the arrow keys, copies SQL. All of it is also there without
// this script. Nothing here makes markup of text: names and statements come from a database that may be hostile.
"use strict";
(() => {
  const layout = document.querySelector(".layout");
  const inspector = document.getElementById("inspector");
  const wide = matchMedia("(min-width: 1181px)");
  let shown = null;

  const element = (name, className, ...children) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...children);
    return made;
  };

  // SQL: colors and a copy button.
  const words = new Set(("select insert update delete from where and or not in is null as on join lateral with set local to into values returning alter table view " +
    "function policy enable disable force row level security create replace drop grant revoke begin commit rollback savepoint using check for all true false " +
    "exists limit order by group having union copy unique constraint add index primary key references default language role reset explain merge do conflict " +
    "nothing case when then else end only cascade restrict foreign column type schema sequence materialized call").split(" "));
  const lexeme = /(--[^\n]*|\/\*[\s\S]*?\*\/)|('(?:[^']|'')*')|("(?:[^"]|"")*")|([A-Za-z_][\w$]*)/g;

  const color = (pre) => {
    for (const node of [...pre.childNodes].filter((child) => child.nodeType === Node.TEXT_NODE)) {
      const text = node.data;
      const pieces = [];
      let from = 0;
      for (const match of text.matchAll(lexeme)) {
        const kind = match[1] ? "cm" : match[2] ? "s" : match[4] && words.has(match[4].toLowerCase()) ? "k" : "";
        if (!kind) continue;
        pieces.push(text.slice(from, match.index), element("span", kind, match[0]));
        from = match.index + match[0].length;
      }
      node.replaceWith(...pieces, text.slice(from));
    }
  };

  const copy = async (text, button) => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      const area = element("textarea", "sr", text);
      document.body.append(area);
      area.select();
      button.textContent = document.execCommand("copy") ? "Copied" : "Not allowed";
      area.remove();
    }
    setTimeout(() => { button.textContent = "Copy"; }, 1600);
  };

  const equip = (root) => {
    for (const pre of root.querySelectorAll("pre.sql:not([data-equipped])")) {
      pre.dataset.equipped = "";
      const text = pre.textContent;
      color(pre);
      const button = element("button", "btn", "Copy");
      button.type = "button";
      button.setAttribute("aria-live", "polite");
      button.addEventListener("click", () => copy(text, button));
      const fix = pre.closest(".fix");
      if (fix) {
        fix.querySelector(".fixbar").append(button);
      } else {
        const frame = element("div", "held-sql");
        pre.replaceWith(frame);
        frame.append(pre, button);
      }
    }
  };

  // The inspector: a copy of the proof, with the cause and the fix of what it shows.
  const copyOf = (node) => {
    const made = node.cloneNode(true);
    made.removeAttribute("id");
    made.querySelectorAll("[id]").forEach((inner) => inner.removeAttribute("id"));
    made.querySelectorAll(".btn").forEach((button) => button.remove());
    made.querySelectorAll("[data-equipped]").forEach((pre) => {
      const text = pre.textContent;
      pre.replaceChildren(text);
      delete pre.dataset.equipped;
    });
    return made;
  };

  const part = (title, ...nodes) => {
    const kept = nodes.filter(Boolean).map(copyOf);
    return kept.length ? [element("section", "", element("h3", "", title), ...kept)] : [];
  };

  const headOf = (proof) => {
    const summary = proof.closest(".object").querySelector("summary");
    const close = element("button", "btn icon", "×");
    close.type = "button";
    close.setAttribute("aria-label", "Close the proof");
    close.addEventListener("click", () => hide());
    const title = element("h2", "", ...[...summary.querySelector("h3").childNodes].map((node) => node.cloneNode(true)));
    const attack = proof.querySelector("h4").firstChild.data.trim();
    return element("header", "", title, close, proof.querySelector(".badge").cloneNode(true),
      element("p", "", summary.querySelector("small").textContent),
      element("p", "", attack + ": " + proof.querySelector(".tried").textContent));
  };

  const fill = (proof) => {
    const findings = [...proof.querySelectorAll(".related a")].map((link) => document.getElementById(link.hash.slice(1)));
    const sql = proof.querySelector("pre");
    const more = element("a", "more", "Open among the proofs");
    more.href = "#" + proof.id;
    more.dataset.plain = "";
    inspector.replaceChildren(headOf(proof),
      ...part("Why", ...findings.map((finding) => finding.querySelector(".cause")), proof.querySelector(".why")),
      ...part("Attack", sql, proof.querySelector(".outcome")),
      ...findings.flatMap((finding) => [...finding.querySelectorAll(".fix")].map(copyOf)), more);
    equip(inspector);
    inspector.scrollTop = 0;
  };

  const cellOf = (id) => document.querySelector('a.c[href="#' + id + '"]');

  const show = (id, focus, address = true) => {
    const proof = document.getElementById(id);
    if (!proof || !proof.classList.contains("proof")) return false;
    shown?.classList.remove("shown");
    shown = cellOf(id);
    shown?.classList.add("shown");
    fill(proof);
    inspector.hidden = false;
    layout.classList.add("open");
    if (address) {
      try { history.replaceState(null, "", "#" + id); } catch { /* Some viewers forbid it; the address is a convenience. */ }
    }
    if (focus) inspector.focus();
    return true;
  };

  const hide = () => {
    const cell = shown;
    shown?.classList.remove("shown");
    shown = null;
    inspector.hidden = true;
    layout.classList.remove("open");
    cell?.focus({ preventScroll: true });
  };

  const reveal = (target) => {
    for (let fold = target?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    target?.scrollIntoView();
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!("plain" in link.dataset) && show(link.hash.slice(1), event.detail === 0)) {
      event.preventDefault();
      if (link.matches(".mx .c")) move(link, false);
    } else {
      if (!wide.matches) hide();
      reveal(document.getElementById(link.hash.slice(1)));
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !inspector.hidden) hide();
  });

  // The grid: one tab stop, arrow keys.
  const move = (link, focus) => {
    const grid = link.closest("table");
    grid.querySelector('a[tabindex="0"]')?.setAttribute("tabindex", "-1");
    link.setAttribute("tabindex", "0");
    if (!focus) return;
    link.focus();
    if (shown && link.classList.contains("c")) show(link.hash.slice(1), false);
  };

  const isSeen = (row) => row.getClientRects().length > 0;
  const linksOf = (row) => [...row.querySelectorAll("a")];
  const inColumn = (row, index) => row.cells[index].querySelector("a");

  const next = (link, key, far) => {
    const row = link.closest("tr");
    const rows = [...row.parentNode.rows].filter(isSeen);
    const inRow = linksOf(row);
    const place = inRow.indexOf(link);
    const index = link.closest("th, td").cellIndex;
    const column = (list) => list.map((each) => inColumn(each, index)).find(Boolean);
    const at = rows.indexOf(row);
    switch (key) {
      case "ArrowRight": return inRow[place + 1];
      case "ArrowLeft": return inRow[place - 1];
      case "ArrowDown": return column(rows.slice(at + 1));
      case "ArrowUp": return column(rows.slice(0, at).reverse());
      case "PageDown": return column(rows.slice(at + 10)) ?? column(rows.slice(at + 1).reverse());
      case "PageUp": return column(rows.slice(0, Math.max(at - 9, 0)).reverse()) ?? column(rows.slice(0, at));
      case "Home": return far ? linksOf(rows[0])[0] : inRow[0];
      case "End": return far ? linksOf(rows.at(-1)).at(-1) : inRow.at(-1);
      default: return undefined;
    }
  };

  for (const grid of document.querySelectorAll("table.mx")) {
    grid.setAttribute("role", "grid");
    const links = grid.querySelectorAll("tbody a");
    links.forEach((link) => link.setAttribute("tabindex", "-1"));
    (grid.querySelector("a.c") ?? links[0])?.setAttribute("tabindex", "0");
    grid.addEventListener("keydown", (event) => {
      const link = event.target.closest("tbody a");
      if (!link || event.altKey || event.metaKey) return;
      if (event.key === " ") {
        event.preventDefault();
        link.click();
        return;
      }
      const to = next(link, event.key, event.ctrlKey);
      if (to) {
        event.preventDefault();
        move(to, true);
      }
    });
  }

  // A field to find an object by its name, where there are too many to see at once.
  const filter = document.querySelector(".filter") ?? document.querySelector("#matrix .sectionhead");
  const things = [...document.querySelectorAll(".thing")];
  if (filter && document.querySelectorAll("#matrix tbody tr, #reach li").length > 12) {
    const field = element("input", "find");
    field.type = "search";
    field.placeholder = "Find by name";
    field.setAttribute("aria-label", "Find by name");
    const home = filter.classList.contains("filter") ? filter : element("div", "filter");
    if (home !== filter) filter.after(home);
    home.append(field);
    const names = things.map((thing) => thing.querySelector("code").textContent.toLowerCase());
    field.addEventListener("input", () => {
      const sought = field.value.trim().toLowerCase();
      things.forEach((thing, place) => thing.classList.toggle("unfound", !names[place].includes(sought)));
    });
  }
  // The tab stop of the grid has to be a row that is still there.
  document.addEventListener("input", () => {
    for (const grid of document.querySelectorAll("table.mx")) {
      const stop = grid.querySelector('a[tabindex="0"]');
      if (stop && isSeen(stop.closest("tr"))) continue;
      const link = [...grid.tBodies[0].rows].find(isSeen)?.querySelector("a.c");
      if (link) move(link, false);
    }
  });

  document.querySelectorAll("details").forEach((details) => {
    details.addEventListener("toggle", () => { if (details.open) equip(details); });
    if (details.open) equip(details);
  });
  const wanted = decodeURIComponent(location.hash.slice(1));
  const worst = document.querySelector('.mx a.c[data-o="leak"], .reach a.c[data-o="leak"]');
  if (wanted && !(wide.matches && show(wanted, false))) {
    reveal(document.getElementById(wanted));
  } else if (wanted) {
    // The browser has gone to the proof; beside it stands the inspector, so the cell is of more use.
    const cell = shown;
    addEventListener("load", () => setTimeout(() => cell?.scrollIntoView({ block: "center" })));
    if (cell?.matches(".mx a")) move(cell, false);
  } else if (worst && wide.matches) {
    show(worst.hash.slice(1), false, false);
    if (worst.matches(".mx a")) move(worst, false);
  }
  addEventListener("hashchange", () => {
    const id = location.hash.slice(1);
    if (document.getElementById(id)?.classList.contains("proof") && !inspector.hidden) show(id, false);
  });
})();
