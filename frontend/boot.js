// Before the first paint: the language and the colours that were chosen (src/preferences.rs keeps them).
// After it: if the app cannot start, the page says so and what to do.
(function () {
  var root = document.documentElement;
  try {
    root.lang = localStorage.getItem("emic-language") || root.lang;
    root.dataset.theme = localStorage.getItem("emic-theme") || "auto";
  } catch (forbidden) {
    // A browser that forbids storage has nothing to remember.
  }
  function failed() {
    var loading = document.getElementById("boot-loading");
    if (!loading) return;
    loading.hidden = true;
    document.getElementById("boot-failed").hidden = false;
  }
  window.addEventListener("error", failed, true);
  window.addEventListener("unhandledrejection", failed);
  if (typeof WebAssembly !== "object") document.addEventListener("DOMContentLoaded", failed);
})();
