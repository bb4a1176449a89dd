// How the page reaches the checker: as the function `check` from a text to a text.

//Provides: publish
//Requires: caml_string_of_jsstring, caml_jsstring_of_string
function publish(answer) {
  globalThis.check = function (text) {
    return caml_jsstring_of_string(answer(caml_string_of_jsstring(text)));
  };
  return 0;
}
