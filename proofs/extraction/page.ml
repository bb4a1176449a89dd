(* The checker for a page: a function of JavaScript from a text in the canonical form to lines. *)

external publish : (string -> string) -> unit = "publish"

let () = publish (fun text -> String.concat "\n" (Answer.lines text))
