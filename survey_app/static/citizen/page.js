(function () {
  "use strict";
  // Baseline: Chrome 70 and Safari 12. Everything here is help; the page is complete without it.
  var form = document.querySelector("form[data-place]");
  var key = form.elements.response_key;
  var consent = document.getElementById("consent");
  var hasProblems = !!document.getElementById("summary");
  var slot = "hailong/" + form.getAttribute("data-place");
  var twoHours = 7200000;
  var started = 0;
  var step = -1;
  var sent = false;

  function find(query) { return form.querySelector(query); }
  function each(nodes, work) { Array.prototype.forEach.call(nodes, work); }
  function list(query) { return Array.prototype.slice.call(form.querySelectorAll(query)); }

  function freshKey() {
    var bytes = new Uint8Array(16);
    crypto.getRandomValues(bytes);
    key.value = Array.prototype.map.call(bytes, function (b) { return ("0" + b.toString(16)).slice(-2); }).join("");
  }
  function mark() {
    each(list(".rows input,.miss input"), function (input) {
      input.parentNode.classList.toggle("on", input.checked);
    });
  }
  function showIf() {
    each(list("[data-if]"), function (part) {
      var chosen = find("input[name='" + part.getAttribute("data-if") + "']:checked");
      var shown = !!chosen && part.getAttribute("data-codes").split(" ").indexOf(chosen.value) >= 0;
      part.hidden = !shown;
      each(part.querySelectorAll("input,select,textarea"), function (field) { field.disabled = !shown; });
    });
    each(list("section:not([data-if])"), function (section) {
      section.hidden = !section.querySelector(".item:not([hidden])");
    });
  }
  function oneKind(input) {
    // In a list of several choices, a missing code and an answer exclude each other.
    if (input.type !== "checkbox" || !input.checked || !input.name || input === consent) { return; }
    var isMissing = input.closest(".miss") !== null;
    each(list("input[name='" + input.name + "']"), function (other) {
      if ((other.closest(".miss") !== null) !== isMissing) { other.checked = false; }
    });
  }

  // One item a screen. Steps are the items shown now; the last screen sends.
  function screens() {
    return list(".item").filter(function (item) {
      return !item.hidden && !(item.parentNode.closest("[data-if]") || item).hidden;
    });
  }
  function isAnswered(item) {
    return Array.prototype.some.call(item.querySelectorAll("input:checked,select,textarea"), function (field) {
      return field.value !== "";
    });
  }
  function draw(toTop) {
    var all = screens();
    var isOn = step >= 0;
    document.body.classList.toggle("wizard", isOn);
    find(".bar").hidden = find(".nav").hidden = !isOn;
    if (!isOn) { return; }
    step = Math.min(step, all.length - 1);
    var item = all[step];
    each(list(".now"), function (part) { part.classList.remove("now"); });
    item.classList.add("now");
    item.classList.toggle("answered", isAnswered(item));
    item.closest("section").classList.add("now");
    find(".step").textContent = form.getAttribute("data-step") + " " + (step + 1) + "/" + all.length;
    find(".track span").style.transform = "scaleX(" + (step + 1) / all.length + ")";
    var next = find("[data-do=next]");
    next.hidden = step === all.length - 1;
    next.textContent = form.getAttribute(isAnswered(item) ? "data-next" : "data-skip");
    if (toTop) {
      var question = item.querySelector(".q");
      window.scrollTo(0, 0);
      question.tabIndex = -1;
      question.focus();
    }
  }
  function go(to) {
    step = to;
    history.pushState({ step: step }, "");
    draw(true);
    save();
  }

  // The draft is asked for, kept two hours, and never holds sensitive answers or text.
  function draftOf() {
    try { return JSON.parse(localStorage.getItem(slot)); } catch (error) { return null; }
  }
  function drop() { try { localStorage.removeItem(slot); } catch (error) { return; } }
  function save() {
    if (!find("[data-do=draft]").checked) { return; }
    var answers = list(".item:not([data-private]) input:checked,.item:not([data-private]) select").map(function (field) {
      return [field.name, field.value];
    });
    try {
      localStorage.setItem(slot, JSON.stringify({ at: Date.now(), key: key.value, step: step, answers: answers }));
    } catch (error) { find(".draft").hidden = true; }
  }
  function resume(draft) {
    key.value = draft.key;
    find("[data-do=draft]").checked = true;
    each(draft.answers, function (pair) {
      each(list("[name='" + pair[0] + "']"), function (field) {
        if (field.type === "radio" || field.type === "checkbox") {
          field.checked = field.checked || field.value === pair[1];
        } else { field.value = pair[1]; }
      });
    });
    showIf();
    mark();
    go(Math.max(0, draft.step));
  }
  function offerDraft() {
    var draft = draftOf();
    var isFresh = draft && Date.now() - draft.at < twoHours && Date.now() >= draft.at;
    try { localStorage.setItem(slot + "/try", "1"); localStorage.removeItem(slot + "/try"); find(".draft").hidden = false; }
    catch (error) { return; }
    if (draft && !isFresh) { drop(); }
    if (isFresh) { find(".resume").hidden = false; }
    return isFresh;
  }
  function begin() {
    if (hasProblems || step >= 0) { return; }
    if (offerDraft()) { return; }
    go(0);
  }

  // A recorded voice plays in place, one at a time.
  var playing = null;
  form.addEventListener("click", function (event) {
    var link = event.target.closest("a[data-voice]");
    if (!link || !window.Audio) { return; }
    event.preventDefault();
    var before = playing;
    playing = null;
    if (before) { before.audio.pause(); before.link.classList.remove("on"); }
    if (before && before.link === link) { return; }
    var now = playing = { link: link, audio: new Audio(link.href) };
    now.audio.onended = now.audio.onerror = function () {
      link.classList.remove("on");
      if (playing === now) { playing = null; }
    };
    link.classList.add("on");
    now.audio.play().catch(now.audio.onerror);
  });

  var actions = {
    back: function () { history.back(); },
    next: function () { go(step + 1); },
    resume: function () { find(".resume").hidden = true; resume(draftOf()); },
    drop: function () { find(".resume").hidden = true; drop(); go(0); },
    draft: function (button) { if (button.checked) { save(); } else { drop(); } }
  };
  form.addEventListener("click", function (event) {
    var button = event.target.closest("[data-do]");
    if (button) { actions[button.getAttribute("data-do")](button); }
    // A tap on an answer goes on by itself; arrow keys (detail 0) only choose.
    if (step >= 0 && event.detail > 0 && event.target.type === "radio" && step < screens().length - 1) {
      var here = step;
      setTimeout(function () { if (step === here) { go(here + 1); } }, 250);
    }
  });
  form.addEventListener("change", function (event) {
    if (event.target === consent) { if (consent.checked) { begin(); } return; }
    started = started || Date.now();
    oneKind(event.target);
    showIf();
    mark();
    draw(false);
    save();
  });
  form.addEventListener("submit", function (event) {
    find(".offline").hidden = navigator.onLine !== false;
    if (sent || navigator.onLine === false) { event.preventDefault(); return; }
    sent = true;
    if (started) { form.elements.seconds_taken.value = Math.round((Date.now() - started) / 1000); }
    drop();
  });
  window.addEventListener("popstate", function (event) {
    if (hasProblems) { return; }
    step = event.state && typeof event.state.step === "number" ? event.state.step : -1;
    consent.checked = step >= 0;
    draw(true);
  });
  window.addEventListener("pageshow", function (event) { if (event.persisted) { location.reload(); } });

  if (hasProblems) { document.getElementById("summary").focus(); } else { freshKey(); consent.checked = false; }
  each(list(".when"), function (told) { told.hidden = true; });
  showIf();
  mark();
})();
