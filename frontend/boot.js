// Before the first paint: the language and the colours that were chosen (src/preferences.rs keeps them).
// After it: if the app cannot start, or breaks off later, the page says so and what to do.
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
  // An app that broke off looks alive, but its countdown and its buttons have stopped.
  function crashed(error) {
    if (typeof WebAssembly !== "object" || !(error instanceof WebAssembly.RuntimeError)) return;
    if (document.getElementById("crashed")) return;
    var note = document.createElement("div");
    var words = document.createElement("p");
    var button = document.createElement("button");
    var english = root.lang === "en";
    note.id = "crashed";
    note.setAttribute("role", "alert");
    words.textContent = english
      ? "Something went wrong on this page: the countdown and the buttons have stopped. Reload it to go on."
      : "這個頁面發生錯誤，倒數與按鈕已停止。請重新整理，再繼續操作。";
    button.className = "button";
    button.textContent = english ? "Reload" : "重新整理";
    button.addEventListener("click", function () { location.reload(); });
    note.append(words, button);
    document.body.prepend(note);
  }
  window.addEventListener("error", function (event) { failed(); crashed(event.error); }, true);
  window.addEventListener("unhandledrejection", function (event) { failed(); crashed(event.reason); });
  if (typeof WebAssembly !== "object") document.addEventListener("DOMContentLoaded", failed);
})();
