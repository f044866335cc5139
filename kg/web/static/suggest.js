"use strict";
/* Suggestions as you type. Without this file every form still works. All text is set as text. */
(() => {
  const WAIT = 120;
  let number = 0;

  function attach(input) {
    const id = `suggest-${(number += 1)}`;
    const list = document.createElement("ul");
    list.id = id;
    list.className = "suggest";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Suggestions");
    list.hidden = true;
    const status = document.createElement("span");
    status.className = "unseen";
    status.setAttribute("role", "status");
    const box = document.createElement("span");
    box.className = "suggest-box";
    input.replaceWith(box);
    box.append(input, list, status);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"],
      ["aria-expanded", "false"], ["aria-controls", id]]) input.setAttribute(name, value);
    let timer = 0, asked = 0, chosen = -1, hits = [];

    function close() {
      list.hidden = true;
      chosen = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function choose(index) {
      chosen = index;
      [...list.children].forEach((item, at) => {
        item.setAttribute("aria-selected", String(at === index));
        if (at === index) {
          input.setAttribute("aria-activedescendant", item.id);
          item.scrollIntoView({ block: "nearest" });
        }
      });
    }

    function take(hit) {
      if ("fill" in input.dataset) {
        input.value = hit.curie;
        close();
        input.focus();
      } else {
        window.location.assign(hit.href);
      }
    }

    function show() {
      list.replaceChildren(...hits.map((hit, at) => {
        const item = document.createElement("li");
        item.id = `${id}-${at}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        const name = document.createElement("strong");
        name.textContent = hit.label;
        const kind = document.createElement("span");
        kind.className = "kind";
        kind.textContent = hit.kind;
        item.append(name, kind);
        if (hit.name && hit.name !== hit.label) {
          const also = document.createElement("span");
          also.className = "also";
          also.textContent = hit.name;
          item.append(also);
        }
        item.addEventListener("mousedown", (event) => { event.preventDefault(); take(hit); });
        return item;
      }));
      chosen = -1;
      list.hidden = hits.length === 0;
      input.setAttribute("aria-expanded", String(hits.length > 0));
      status.textContent = hits.length ? `${hits.length} suggestions` : "No suggestions";
    }

    async function ask() {
      const text = input.value.trim();
      const mine = (asked += 1);
      if (text.length < 2) { hits = []; close(); return; }
      const query = new URLSearchParams({ q: text, limit: "8" });
      if (input.dataset.kind) query.set("kind", input.dataset.kind);
      const reply = await fetch(`/search.json?${query}`, { headers: { Accept: "application/json" } });
      if (mine !== asked || !reply.ok) return;
      hits = (await reply.json()).hits;
      show();
    }

    input.addEventListener("input", () => { window.clearTimeout(timer); timer = window.setTimeout(ask, WAIT); });
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { close(); return; }
      if (list.hidden || !hits.length) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        const step = event.key === "ArrowDown" ? 1 : -1;
        choose((chosen + step + hits.length) % hits.length);
      } else if (event.key === "Enter" && chosen >= 0) {
        event.preventDefault();
        take(hits[chosen]);
      }
    });
  }

  document.querySelectorAll("input[data-suggest]").forEach(attach);
})();
