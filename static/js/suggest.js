// Suggestions under a search field: a combobox with a list (WAI-ARIA APG, "Combobox With List
// Autocomplete, manual selection"). Without this script the field is what it was.
(function () {
  "use strict";

  var KINDS = { district: "区县", initiative: "举措", term: "词语", headline: "标题" };
  var PAUSE = 120; // milliseconds without a key before the archive is asked

  function attach(field) {
    var form = field.form;
    var list = document.createElement("ul");
    var said = document.createElement("span");
    var timer = 0;
    var asked = null; // the request under way
    var typed = ""; // what the reader typed, without what the arrows put in
    var chosen = -1;

    list.id = field.id + "-suggestions";
    list.className = "suggestions";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "检索建议");
    said.className = "unseen";
    said.setAttribute("role", "status");
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-expanded", "false");
    field.setAttribute("aria-controls", list.id);
    form.appendChild(list);
    form.appendChild(said);

    function close() {
      clearTimeout(timer);
      if (asked) asked.abort();
      asked = null;
      list.hidden = true;
      list.textContent = "";
      said.textContent = "";
      chosen = -1;
      field.setAttribute("aria-expanded", "false");
      field.removeAttribute("aria-activedescendant");
    }

    function choose(place) {
      var options = list.children;
      if (chosen >= 0) options[chosen].setAttribute("aria-selected", "false");
      chosen = place;
      if (place < 0) {
        field.removeAttribute("aria-activedescendant");
        field.value = typed;
        return;
      }
      options[place].setAttribute("aria-selected", "true");
      options[place].scrollIntoView({ block: "nearest" });
      field.setAttribute("aria-activedescendant", options[place].id);
      field.value = options[place].dataset.text;
    }

    function send(text) {
      field.value = text;
      close();
      if (form.requestSubmit) form.requestSubmit();
      else form.submit();
    }

    function part(name, text) {
      var span = document.createElement("span");
      span.className = name;
      span.textContent = text;
      return span;
    }

    function show(suggestions) {
      list.textContent = "";
      chosen = -1;
      field.removeAttribute("aria-activedescendant");
      suggestions.forEach(function (suggestion, place) {
        var option = document.createElement("li");
        option.id = list.id + "-" + place;
        option.dataset.text = suggestion.text;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.appendChild(part("label", suggestion.label));
        option.appendChild(part("kind", KINDS[suggestion.kind] || ""));
        option.appendChild(part("count", String(suggestion.count)));
        list.appendChild(option);
      });
      list.hidden = suggestions.length === 0;
      field.setAttribute("aria-expanded", String(!list.hidden));
      said.textContent = list.hidden ? "" : suggestions.length + " 条建议，用上下键选择";
    }

    function ask() {
      typed = field.value;
      if (!typed.trim()) return close();
      if (asked) asked.abort();
      var controller = new AbortController();
      asked = controller;
      fetch(field.dataset.suggest + "?q=" + encodeURIComponent(typed), {
        headers: { Accept: "application/json" },
        signal: controller.signal,
      })
        .then(function (response) { return response.ok ? response.json() : { suggestions: [] }; })
        .then(function (answer) {
          // Answers may come late: the reader has typed on, or gone elsewhere.
          if (asked === controller && document.activeElement === field) show(answer.suggestions);
        })
        .catch(function () {
          // Aborted, or the archive is out of reach: the field goes on without suggestions.
        });
    }

    function later() {
      clearTimeout(timer);
      timer = setTimeout(ask, PAUSE);
    }

    field.addEventListener("input", function (event) {
      // Half a composition is no word; its end is an event of its own.
      if (!event.isComposing) later();
    });
    field.addEventListener("compositionend", later);
    field.addEventListener("blur", close);
    form.addEventListener("submit", close);

    field.addEventListener("keydown", function (event) {
      if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return;
      var last = list.children.length - 1;
      if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        field.value = typed;
        close();
      } else if (event.key === "ArrowDown" && list.hidden) {
        event.preventDefault();
        ask();
      } else if (event.key === "ArrowDown") {
        event.preventDefault();
        choose(chosen === last ? -1 : chosen + 1);
      } else if (event.key === "ArrowUp" && !list.hidden) {
        event.preventDefault();
        choose(chosen < 0 ? last : chosen - 1);
      } else if (event.key === "Enter" && chosen >= 0) {
        event.preventDefault();
        send(list.children[chosen].dataset.text);
      }
    });

    // On the press, not the click: the field would lose the focus, and the list with it.
    list.addEventListener("mousedown", function (event) {
      var option = event.target.closest("li");
      event.preventDefault();
      if (option && event.button === 0) send(option.dataset.text);
    });
  }

  document.querySelectorAll("input[data-suggest]").forEach(function (field) {
    if (window.fetch && window.AbortController) attach(field);
  });
})();
