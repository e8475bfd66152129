// The reading page: from match to match, and a selection copied with its citation. Without this script the
// numbers in the bar lead to each match, and the citation stands in the margin.
(function () {
  "use strict";

  var marks = Array.prototype.slice.call(document.querySelectorAll("mark[id]"));
  var bar = document.querySelector("[data-matches]");
  var at = -1; // the match that the reader looks at; -1 before the first step

  function isPlainKey(event) {
    return !(event.ctrlKey || event.metaKey || event.altKey || event.isComposing)
      && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
  }

  function show(place) {
    if (marks[at]) marks[at].classList.remove("now");
    at = place;
    marks[at].classList.add("now");
    bar.querySelector(".at").textContent = at + 1 + " / " + marks.length;
  }

  function go(step) {
    show(at < 0 ? (step > 0 ? 0 : marks.length - 1) : (at + step + marks.length) % marks.length);
    // Replaced, so that the way back to the results is one step.
    history.replaceState(null, "", "#" + marks[at].id);
    marks[at].scrollIntoView({ block: "center" });
  }

  // The first match in the passage that the address names, else the first one after it.
  function placeOf(target) {
    return marks.findIndex(function (mark) {
      var relation = target.compareDocumentPosition(mark);
      return mark === target
        || (relation & (Node.DOCUMENT_POSITION_CONTAINED_BY | Node.DOCUMENT_POSITION_FOLLOWING));
    });
  }

  function follow() {
    var target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    var place = target ? placeOf(target) : -1;
    if (place >= 0) show(place);
  }

  if (bar && marks.length) {
    bar.querySelector(".at").textContent = marks.length + " 处";
    bar.querySelector(".steps").hidden = false;
    bar.querySelector(".keys").hidden = false;
    bar.addEventListener("click", function (event) {
      var button = event.target.closest("[data-step]");
      if (button) go(Number(button.dataset.step));
    });
    document.addEventListener("keydown", function (event) {
      if (!isPlainKey(event) || (event.key !== "n" && event.key !== "p")) return;
      event.preventDefault();
      go(event.key === "n" ? 1 : -1);
    });
    window.addEventListener("hashchange", follow);
    follow();
  }

  // Quoting. The button is there as long as text of the article is selected.
  var quoting = document.querySelector("[data-quoting]");
  var sheet = document.querySelector(".sheet");
  var citation = document.getElementById("citation");

  function selected() {
    var selection = getSelection();
    var isInside = selection.rangeCount && sheet.contains(selection.getRangeAt(0).commonAncestorContainer);
    return isInside ? String(selection).trim() : "";
  }

  function quote() {
    var quoted = selected() + "\n" + citation.textContent.trim();
    var said = quoting.querySelector(".copied");
    // By the event: unlike the clipboard's own interface it works on http, too.
    function give(event) {
      event.clipboardData.setData("text/plain", quoted);
      event.preventDefault();
    }
    document.addEventListener("copy", give);
    var isCopied = document.execCommand("copy");
    document.removeEventListener("copy", give);
    said.textContent = isCopied ? "已复制" : "浏览器不允许复制，请分别复制选文和引文";
  }

  if (quoting && sheet && citation) {
    document.addEventListener("selectionchange", function () {
      quoting.hidden = !selected();
      quoting.querySelector(".copied").textContent = "";
    });
    // On the press: a click would take the selection away.
    quoting.addEventListener("mousedown", function (event) { event.preventDefault(); });
    quoting.querySelector("button").addEventListener("click", quote);
    document.addEventListener("keydown", function (event) {
      if (event.key === "c" && isPlainKey(event) && selected()) quote();
    });
  }
})();
