// Files go one by one, each with its own answer, so that one bad file keeps none of the others back.
(function () {
  "use strict";
  var form = document.querySelector("[data-upload]");
  if (!form || !window.fetch) return;
  var input = form.querySelector("input[type=file]");
  var results = document.querySelector(".upload-results");
  var list = results.querySelector("ul");
  var limit = Number(form.dataset.limit);
  var queue = [];
  var sending = false;

  form.querySelector(".drop-hint").hidden = false;

  function line(file) {
    var item = document.createElement("li");
    var name = document.createElement("span");
    var what = document.createElement("span");
    item.className = "outcome-waiting";
    name.className = "file";
    name.textContent = file.name;
    what.className = "what";
    what.textContent = "等待";
    item.append(name, " ", what);
    list.append(item);
    return item;
  }

  function say(item, outcome, message, articles) {
    item.className = "outcome-" + outcome;
    item.querySelector(".what").textContent = message;
    (articles || []).forEach(function (article) {
      var link = document.createElement("a");
      link.href = article.url;
      link.textContent = article.headline;
      item.append(" ", link);
    });
  }

  function answer(response) {
    if (response.status === 401 || response.redirected) throw new Error("登录已过期，请重新登录后再传，已收录的不会重复。");
    if (response.status === 413) throw new Error("文件超过服务器接收的上限，没有收录。");
    if ((response.headers.get("Content-Type") || "").indexOf("json") < 0) {
      throw new Error(response.status === 403 ? "页面已过期，请刷新后再传。" : "服务器没有正常应答，请稍后再传，已收录的不会重复。");
    }
    return response.json();
  }

  function send(entry) {
    var body = new FormData(form);
    body.delete("chosen");
    body.append("chosen", entry.file, entry.file.name);
    say(entry.item, "sending", "正在上传…");
    return fetch(form.action, { method: "POST", body: body, headers: { Accept: "application/json" }, credentials: "same-origin" })
      .then(answer)
      .then(function (told) {
        var result = told.results[0];
        if (result) say(entry.item, result.outcome, result.message, result.articles);
        else say(entry.item, "refused", told.error || "没有收录。");
      })
      .catch(function (error) {
        var lost = error instanceof TypeError;
        say(entry.item, "refused", lost ? "没有连上服务器，请检查网络后再传。" : error.message);
      });
  }

  function next() {
    var entry = queue.shift();
    sending = Boolean(entry);
    if (entry) send(entry).then(next);
  }

  function take(files) {
    if (!files.length) return;
    results.hidden = false;
    Array.prototype.forEach.call(files, function (file) {
      var item = line(file);
      if (file.size === 0) say(item, "refused", "文件是空的，没有收录。");
      else if (file.size > limit) say(item, "refused", "文件超过 " + form.dataset.limitText + " 的上限，没有收录。请拆成几个较小的文件再上传。");
      else queue.push({ file: file, item: item });
    });
    if (!sending) next();
  }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    event.stopPropagation();
    take(input.files);
    form.reset();
  });
  ["dragenter", "dragover"].forEach(function (name) {
    form.addEventListener(name, function (event) { event.preventDefault(); form.classList.add("over"); });
  });
  ["dragleave", "drop"].forEach(function (name) {
    form.addEventListener(name, function (event) { event.preventDefault(); form.classList.remove("over"); });
  });
  form.addEventListener("drop", function (event) { take(event.dataTransfer.files); });
  // A file dropped beside the field would replace the page, and with it the results.
  ["dragover", "drop"].forEach(function (name) {
    window.addEventListener(name, function (event) { event.preventDefault(); });
  });
  window.addEventListener("beforeunload", function (event) { if (sending) event.preventDefault(); });
})();
