// What every page may use. Each piece adds to a page that works without it.
(function () {
  "use strict";

  // Light and dark: the system's choice unless the reader makes one.
  var toggle = document.querySelector("[data-theme-toggle]");
  if (toggle) {
    toggle.hidden = false;
    toggle.addEventListener("click", function () {
      var root = document.documentElement;
      var system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
      var next = (root.dataset.theme || system) === "dark" ? "light" : "dark";
      if (next === system) delete root.dataset.theme;
      else root.dataset.theme = next;
      try {
        if (next === system) localStorage.removeItem("theme");
        else localStorage.setItem("theme", next);
      } catch (refused) {
        // Without storage the choice lasts as long as the page.
      }
    });
  }

  // Lists with a field that narrows them.
  document.querySelectorAll("[data-filtered]").forEach(function (list) {
    var field = list.querySelector("input.filter");
    var none = list.querySelector(".none");
    if (!field) return;
    field.hidden = false;
    field.addEventListener("input", function () {
      var wanted = field.value.trim().toLowerCase();
      var shown = 0;
      list.querySelectorAll("li").forEach(function (item) {
        var words = (item.dataset.words || item.querySelector(".label").textContent).toLowerCase();
        item.hidden = wanted !== "" && words.indexOf(wanted) < 0;
        if (!item.hidden) shown += 1;
      });
      if (none) none.hidden = shown > 0;
    });
  });

  // Copying. The clipboard exists only on https and on this machine; elsewhere the text is selected.
  function copy(text, from, done) {
    function select() {
      var range = document.createRange();
      range.selectNodeContents(from);
      var selection = getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
      done(document.execCommand && document.execCommand("copy") ? "已复制" : "已选中，请按 Ctrl+C");
    }
    if (navigator.clipboard) navigator.clipboard.writeText(text).then(function () { done("已复制"); }, select);
    else select();
  }
  document.querySelectorAll("[data-copy]").forEach(function (button) {
    var from = document.getElementById(button.dataset.copy);
    var said = button.parentNode.querySelector(".copied");
    button.hidden = false;
    button.addEventListener("click", function () {
      copy(from.textContent.trim(), from, function (words) { said.textContent = words; });
    });
  });

  // Enter that ends an input-method composition must not send the form.
  document.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.preventDefault();
  }, true);

  // "/" goes to the search field, as in any catalogue.
  document.addEventListener("keydown", function (event) {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) return;
    var field = document.querySelector("#q, #masthead-q");
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.select();
  });

  // A form sent twice by an impatient hand goes once. The server would take it once all the same.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });
})();
