// Files go one by one, each with its own answer: one bad file holds none of the others back.
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

  function line(fileName, after) {
    var item = document.createElement("li");
    var name = document.createElement("span");
    var what = document.createElement("span");
    item.className = "outcome-waiting";
    name.className = "file";
    name.textContent = fileName;
    what.className = "what";
    what.textContent = "等待";
    item.append(name, " ", what);
    if (after) after.after(item);
    else list.append(item);
    return item;
  }

  function say(item, outcome, message) {
    item.className = "outcome-" + outcome;
    item.querySelector(".what").textContent = message;
  }

  function show(item, result) {
    say(item, result.outcome, result.message);
    item.querySelector(".file").textContent = result.file_name;
    result.articles.forEach(function (article) {
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
    return response;
  }

  // The answer is one JSON object with a result on each line; a zip or list has many, and they come one after another.
  function read(response, onResult) {
    var text = "";
    var at = 0;
    function take(part) {
      var end;
      text += part;
      while ((end = text.indexOf("\n", at)) >= 0) {
        var found = /^,?(\{"file_name".*\})$/.exec(text.slice(at, end));
        at = end + 1;
        if (found) onResult(JSON.parse(found[1]));
      }
    }
    function whole() {
      try {
        return JSON.parse(text);
      } catch (error) {
        throw new Error("服务器的应答没有收完，请再传一次，已收录的不会重复。");
      }
    }
    if (!response.body || !window.TextDecoder) return response.text().then(take).then(whole);
    var reader = response.body.getReader();
    var decoder = new TextDecoder();
    function step(piece) {
      if (piece.done) return whole();
      take(decoder.decode(piece.value, { stream: true }));
      return reader.read().then(step);
    }
    return reader.read().then(step);
  }

  function send(entry) {
    var body = new FormData(form);
    var results = [];
    var last = entry.item;
    function add(result) {
      last = line(result.file_name, last);
      last.dataset.member = "";
      show(last, result);
    }
    body.delete("chosen");
    body.append("chosen", entry.file, entry.file.name);
    say(entry.item, "sending", "正在上传…");
    return fetch(form.action, { method: "POST", body: body, headers: { Accept: "application/json" }, credentials: "same-origin" })
      .then(answer)
      .then(function (response) {
        return read(response, function (result) {
          results.push(result);
          if (results.length === 2) add(results[0]);
          if (results.length > 1) {
            add(result);
            say(entry.item, "sending", "已读入 " + results.length + " 份…");
          }
        });
      })
      .then(function (told) {
        if (results.length === 1) show(entry.item, results[0]);
        else if (results.length) say(entry.item, "done", told.summary);
        else say(entry.item, "refused", told.error || "没有收录。");
      })
      .catch(function (error) {
        var lost = error instanceof TypeError;
        if (results.length === 1) add(results[0]);
        say(entry.item, "refused", lost ? "没有连上服务器，请检查网络后再传，已收录的不会重复。" : error.message);
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
      var item = line(file.name);
      if (file.size > limit) say(item, "refused", "文件超过 " + form.dataset.limitText + " 的上限，没有收录。请拆成几个较小的文件。");
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
