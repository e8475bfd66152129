// The review form: rows move without a round trip, keys save and publish, nothing typed is left by mistake.
(function () {
  "use strict";
  var form = document.querySelector("[data-review]");
  if (!form) return;
  var said = form.querySelector(".unsaved");
  var changed = form.hasAttribute("data-unsaved");

  function touch() {
    changed = true;
    said.textContent = "有未保存的改动";
  }
  form.addEventListener("input", touch);
  form.addEventListener("submit", function () { changed = false; });
  window.addEventListener("beforeunload", function (event) { if (changed) event.preventDefault(); });

  // Keys. Not while an input method is composing: there Ctrl+Enter and Enter belong to it.
  document.addEventListener("keydown", function (event) {
    if (event.isComposing || event.keyCode === 229) return;
    var key = event.key.toLowerCase();
    var act = null;
    if ((event.ctrlKey || event.metaKey) && key === "s") act = "save";
    if ((event.ctrlKey || event.metaKey) && key === "enter") act = "publish";
    if (act) {
      event.preventDefault();
      // What is published already has no button for it: there both keys save.
      form.requestSubmit(form.querySelector('[data-key="' + act + '"]') || form.querySelector('[data-key="save"]'));
    } else if (key === "enter" && event.target.tagName === "INPUT" && form.contains(event.target)) {
      event.preventDefault(); // in a form this long, Enter in a field is a slip
    }
  });

  var lastCut = new WeakMap(); // where the cursor was in each body: the button takes the focus away
  function remember(event) {
    if (event.target.name === "section_body") lastCut.set(event.target, event.target.selectionStart);
  }
  ["keyup", "click", "input", "focusout"].forEach(function (name) { form.addEventListener(name, remember); });

  var acts = {
    up: function (row) { if (row.previousElementSibling) row.parentNode.insertBefore(row, row.previousElementSibling); },
    down: function (row) { if (row.nextElementSibling) row.parentNode.insertBefore(row.nextElementSibling, row); },
    remove: function (row) {
      var next = row.nextElementSibling || row.previousElementSibling;
      var rows = row.closest("[data-rows]");
      row.remove();
      (next ? next.querySelector("input:not([type=hidden]), textarea, select") : rows.querySelector("[data-act=add]")).focus();
    },
    merge: function (row) {
      var above = row.previousElementSibling;
      if (!above) return;
      var body = above.querySelector("textarea");
      var heading = row.querySelector("[name=section_heading]").value;
      var parts = [body.value, heading, row.querySelector("textarea").value];
      body.value = parts.filter(function (part) { return part; }).join("\n");
      row.remove();
      body.focus();
    },
    split: function (row) {
      var body = row.querySelector("textarea");
      var cut = lastCut.get(body);
      if (!cut || cut >= body.value.length) {
        said.textContent = "请先把光标放在正文里要拆开的地方，再按“拆分”";
        body.focus();
        return;
      }
      var added = fresh(row.closest("[data-rows]"));
      added.querySelector("textarea").value = body.value.slice(cut).replace(/^\n+/, "");
      body.value = body.value.slice(0, cut).replace(/\n+$/, "");
      row.after(added);
      grow(body);
      grow(added.querySelector("textarea"));
      added.querySelector("[name=section_heading]").focus();
    }
  };

  function fresh(rows) {
    return rows.querySelector("template").content.firstElementChild.cloneNode(true);
  }

  form.addEventListener("click", function (event) {
    var button = event.target.closest("[data-act]");
    if (!button) return;
    event.preventDefault();
    var act = button.dataset.act;
    if (act === "add") {
      var rows = button.closest("[data-rows]");
      var row = fresh(rows);
      rows.querySelector("ol").append(row);
      row.querySelector("input:not([type=hidden]), textarea").focus();
      touch();
      return;
    }
    acts[act](button.closest(".row"));
    if (act === "up" || act === "down") button.focus();
    if (act !== "split" || document.activeElement.name === "section_heading") touch();
  });

  // Bodies as high as their text, so that the page scrolls and not its fields.
  function grow(area) {
    area.style.height = "auto";
    area.style.height = area.scrollHeight + 2 + "px";
  }
  form.querySelectorAll("textarea").forEach(grow);
  form.addEventListener("input", function (event) { if (event.target.tagName === "TEXTAREA") grow(event.target); });

  // Names of divisions, asked for as they are typed.
  var chooser = form.querySelector("#id_district");
  var names = form.querySelector("#district-names");
  var waiting = null;
  chooser.addEventListener("input", function (event) {
    if (event.isComposing) return;
    clearTimeout(waiting);
    waiting = setTimeout(suggest, 150);
  });
  chooser.addEventListener("compositionend", suggest);
  function suggest() {
    var q = chooser.value.trim();
    if (!q) return;
    fetch(form.dataset.names + "?q=" + encodeURIComponent(q), { headers: { Accept: "application/json" } })
      .then(function (response) { return response.ok ? response.json() : { names: [] }; })
      .then(function (told) {
        names.replaceChildren.apply(names, told.names.map(function (name) {
          var option = document.createElement("option");
          option.value = name;
          return option;
        }));
      })
      .catch(function () { /* Without suggestions the name can still be typed in full. */ });
  }

  // A problem's line, brought into view inside the source pane and not the page.
  document.querySelectorAll('.problems a[href^="#L"]').forEach(function (link) {
    link.addEventListener("click", function (event) {
      var line = document.getElementById(link.hash.slice(1));
      if (!line) return;
      event.preventDefault();
      document.querySelectorAll(".source-lines .here").forEach(function (was) { was.classList.remove("here"); });
      line.classList.add("here");
      line.scrollIntoView({ block: "center" });
    });
  });
})();
