"use strict";
/* The SPARQL editor: our endpoint alone, completion from our own vocabulary, nothing kept. */
(() => {
  const config = JSON.parse(document.getElementById("editor-config").textContent);
  const endpoint = new URL(config.endpoint, window.location.href).href;

  /* A result is a stranger's text: an IRI is a link only if it is of the web, and leads to its
     page here; everything is set as text and only then read as markup. */
  Yasgui.Yasr.plugins.table.prototype.getUriLinkFromBinding = function (binding, prefixes) {
    const value = String(binding.value);
    let shown = value;
    for (const [prefix, namespace] of Object.entries(prefixes || {})) {
      if (namespace && value.startsWith(namespace)) {
        shown = `${prefix}:${value.slice(namespace.length)}`;
        break;
      }
    }
    const safe = /^https?:\/\/[^\s<>"'`\\]+$/i.test(value);
    const element = document.createElement(safe ? "a" : "span");
    element.className = "iri";
    element.textContent = shown;
    if (safe) element.setAttribute("href", `/entity?iri=${encodeURIComponent(value)}`);
    return element.outerHTML;
  };

  const completers = Yasgui.Yasqe.Autocompleters;
  let terms = null;
  function held() {
    terms = terms || fetch(config.terms).then((reply) => (reply.ok ? reply.json() : { prefixes: {}, classes: [], properties: [] }));
    return terms;
  }
  completers.class.get = async () => (await held()).classes;
  completers.property.get = async () => (await held()).properties;
  completers.prefixes.get = async () =>
    Object.entries((await held()).prefixes).map(([prefix, iri]) => `${prefix}: <${iri}>`);
  for (const name of ["class", "property", "prefixes"]) {
    completers[name].bulk = true;
    completers[name].persistenceId = null;
  }

  function share(yasqe) {
    return `${window.location.origin}/editor?query=${encodeURIComponent(yasqe.getValue())}`;
  }

  /* A problem document in words; what is none is left to the editor. */
  async function problem(error) {
    let said;
    try { said = JSON.parse(error.text); } catch { return undefined; }
    if (!said || !said.detail) return undefined;
    const element = document.createElement("p");
    const title = document.createElement("strong");
    title.textContent = `${said.title}. `;
    element.append(title, said.detail);
    return element;
  }

  const request = { endpoint, method: "POST", headers: {}, args: [], withCredentials: false };
  Yasgui.Yasqe.defaults.requestConfig = Object.assign(Yasgui.Yasqe.defaults.requestConfig, request);
  Yasgui.Yasqe.defaults.value = config.query;
  const made = new Yasgui(document.getElementById("yasgui"), {
    requestConfig: request,
    persistenceId: null,
    populateFromUrl: false,
    copyEndpointOnNewTab: true,
    corsProxy: undefined,
    autofocus: false,
    endpointCatalogueOptions: { getData: () => [{ endpoint }], keys: [] },
    yasqe: { value: config.query, persistenceId: null, prefixCcApi: null, createShareableLink: share, consumeShareLink: null, editorHeight: "22rem" },
    yasr: { persistenceId: null, prefixes: config.prefixes, pluginOrder: ["table", "response"], errorRenderers: [problem] },
  });
  const tab = made.getTab();
  if (tab) {
    if (config.title) tab.setName(config.title);
    tab.setQuery(config.query);
  }
  for (const area of document.querySelectorAll("#yasgui .CodeMirror textarea")) {
    area.setAttribute("aria-label", "SPARQL query");
  }
})();
