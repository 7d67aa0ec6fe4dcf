(function () {
  "use strict";
  // Tells who helps what this browser can do. Baseline: Chrome 70, Safari 12. Nothing is sent, nothing stays stored.
  var list = document.getElementById("found");
  function word(is) { return list.getAttribute(is ? "data-yes" : "data-no"); }
  function canStore() {
    try {
      localStorage.setItem("hailong/check", "1");
      localStorage.removeItem("hailong/check");
      return true;
    } catch (error) { return false; }
  }
  function canDraw() {
    try { return crypto.getRandomValues(new Uint8Array(16)).length === 16; } catch (error) { return false; }
  }
  function isModern() {
    return !!(Element.prototype.closest && Array.from && window.history && history.pushState);
  }
  function app() {
    var known = [["Zalo", /Zalo/i], ["Facebook", /FBAN|FBAV|FB_IAB/], ["Samsung Internet", /SamsungBrowser/],
      ["Android WebView", /; wv\)/]];
    var found = known.filter(function (pair) { return pair[1].test(navigator.userAgent); });
    return found.length ? found[0][0] : word(false);
  }
  function size() {
    var letters = getComputedStyle(document.documentElement).fontSize;
    return window.innerWidth + " × " + window.innerHeight + " px, " + letters;
  }
  var answers = {
    modern: function () { return word(isModern()); },
    random: function () { return word(canDraw()); },
    storage: function () { return word(canStore()); },
    fetch: function () { return word(typeof window.fetch === "function"); },
    online: function () { return word(navigator.onLine !== false); },
    app: app,
    size: size,
    clock: function () { return new Date().toString(); },
    browser: function () { return navigator.userAgent; }
  };
  function fill() {
    Object.keys(answers).forEach(function (name) {
      list.querySelector("[data-check=" + name + "]").textContent = answers[name]();
    });
  }
  document.getElementById("script").textContent = list.getAttribute("data-script");
  list.hidden = false;
  fill();
  window.addEventListener("online", fill);
  window.addEventListener("offline", fill);
  window.addEventListener("resize", fill);
})();
