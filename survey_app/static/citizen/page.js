(function () {
  "use strict";
  // Baseline: Chrome 70 and Safari 12. Everything here is help; the page is complete without it.
  var form = document.querySelector("form");
  var key = form.elements.response_key;
  var started = 0;
  function freshKey() {
    var bytes = new Uint8Array(16);
    crypto.getRandomValues(bytes);
    key.value = Array.prototype.map.call(bytes, function (b) { return ("0" + b.toString(16)).slice(-2); }).join("");
  }
  function each(nodes, work) { Array.prototype.forEach.call(nodes, work); }
  function mark() {
    each(form.querySelectorAll(".rows input,.miss input"), function (input) {
      input.parentNode.classList.toggle("on", input.checked);
    });
  }
  function showIf() {
    each(form.querySelectorAll("[data-if]"), function (part) {
      var chosen = form.querySelector("input[name='" + part.getAttribute("data-if") + "']:checked");
      var shown = !!chosen && part.getAttribute("data-codes").split(" ").indexOf(chosen.value) >= 0;
      part.hidden = !shown;
      each(part.querySelectorAll("input,select,textarea"), function (field) { field.disabled = !shown; });
    });
  }
  function oneKind(input) {
    // In a list of several choices, a missing code and an answer exclude each other.
    if (input.type !== "checkbox" || !input.checked || input.id === "consent") { return; }
    var isMissing = input.closest(".miss") !== null;
    each(form.querySelectorAll("input[name='" + input.name + "']"), function (other) {
      if ((other.closest(".miss") !== null) !== isMissing) { other.checked = false; }
    });
  }
  form.addEventListener("change", function (event) {
    started = started || Date.now();
    oneKind(event.target);
    showIf();
    mark();
  });
  form.addEventListener("submit", function (event) {
    if (form.getAttribute("data-sent")) { event.preventDefault(); return; }
    form.setAttribute("data-sent", "1");
    if (started) { form.elements.seconds_taken.value = Math.round((Date.now() - started) / 1000); }
  });
  window.addEventListener("pageshow", function (event) { if (event.persisted) { location.reload(); } });
  if (!document.getElementById("summary")) { freshKey(); } else { document.getElementById("summary").focus(); }
  showIf();
  mark();
})();
