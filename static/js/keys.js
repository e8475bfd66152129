// Keys for the results, the table of all keys, and the focus that stays with a chosen facet value. Every
// page works without this script.
(function () {
  "use strict";

  var KEYS = [
    ["/", "到检索框"],
    ["j", "下一条结果"],
    ["k", "上一条结果"],
    ["Enter", "打开这一条"],
    ["n", "阅读页：下一处命中"],
    ["p", "阅读页：上一处命中"],
    ["c", "阅读页：复制选文和引文"],
    ["?", "打开这张表，Esc 关闭"],
  ];

  function element(name, text, parent) {
    var made = document.createElement(name);
    made.textContent = text;
    if (parent) parent.appendChild(made);
    return made;
  }

  // The table of keys

  var table = null;

  function showKeys() {
    if (!table) {
      table = element("dialog", "", document.body);
      table.className = "keys-table";
      element("h2", "按键", table).id = "keys-title";
      table.setAttribute("aria-labelledby", "keys-title");
      var list = element("dl", "", table);
      KEYS.forEach(function (row) {
        element("kbd", row[0], element("dt", "", list));
        element("dd", row[1], list);
      });
      element("button", "关闭", table).addEventListener("click", function () { table.close(); });
    }
    if (table.showModal && !table.open) table.showModal();
  }

  // The results

  var rows = Array.prototype.slice.call(document.querySelectorAll(".hits > li"));
  var at = -1;

  function choose(place) {
    if (place < 0 || place >= rows.length) return;
    if (rows[at]) rows[at].classList.remove("at");
    at = place;
    rows[at].classList.add("at");
    rows[at].querySelector("h2 a").focus(); // Enter then opens it as it opens every link
    rows[at].scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName) || (table && table.open)) return;
    if (event.key === "?") showKeys();
    else if (event.key === "j" && rows.length) choose(at + 1);
    else if (event.key === "k" && rows.length) choose(at - 1);
    else return;
    event.preventDefault();
  });

  // A facet value that was chosen keeps the focus on the page that follows.

  var PLACE = "facet-place";
  var facets = document.querySelector(".facets");
  var toggle = document.getElementById("narrow-toggle");

  function sectionOf(link) {
    var section = link.closest("section");
    return section ? section.getAttribute("aria-labelledby") : "";
  }

  function labelOf(link) {
    var label = link.querySelector(".label");
    if (label) return label.textContent;
    // A column of years or a sign that excludes: what changes with the choice is left out.
    return (link.getAttribute("aria-label") || link.textContent).replace(/不再|，.*$/g, "");
  }

  function keep(event) {
    var link = event.target.closest("a");
    if (!link) return;
    try {
      sessionStorage.setItem(PLACE, JSON.stringify({
        // A link in a drawing has no plain href.
        address: new URL(link.getAttribute("href"), location.href).href,
        section: sectionOf(link), label: labelOf(link), top: scrollY, isOpen: Boolean(toggle && toggle.checked),
      }));
    } catch (refused) {
      // Without storage the next page begins at its top.
    }
  }

  function restore() {
    var place = null;
    try {
      place = JSON.parse(sessionStorage.getItem(PLACE));
      sessionStorage.removeItem(PLACE);
    } catch (refused) {
      return;
    }
    if (!place || place.address !== location.href) return;
    if (toggle) toggle.checked = place.isOpen;
    Array.prototype.some.call(facets.querySelectorAll("a"), function (link) {
      if (sectionOf(link) !== place.section || labelOf(link) !== place.label) return false;
      for (var box = link.closest("details"); box; box = box.parentNode.closest("details")) box.open = true;
      link.focus({ preventScroll: true });
      return document.activeElement === link;
    });
    scrollTo(0, place.top);
  }

  if (facets) {
    facets.addEventListener("click", keep);
    restore();
  }
})();
