// In the head and not deferred: the chosen theme must stand before the first paint.
(function () {
  "use strict";
  try {
    var theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch (refused) {
    // Storage may be forbidden; the system's choice of theme then stands.
  }
})();
