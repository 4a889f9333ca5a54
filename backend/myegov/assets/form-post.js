// Sends the page's one form, which the person would otherwise send by its button.
document.querySelector("form").submit();
