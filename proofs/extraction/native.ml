(* Reads texts in the canonical form from standard input, each ended by a NUL byte, and answers
   each with its lines and an empty line. *)

let rec texts_of channel buffer =
  match input_char channel with
  | '\000' ->
      let text = Buffer.contents buffer in
      Buffer.clear buffer;
      List.iter print_endline (Answer.lines text);
      print_newline ();
      texts_of channel buffer
  | c ->
      Buffer.add_char buffer c;
      texts_of channel buffer
  | exception End_of_file -> ()

let () = texts_of stdin (Buffer.create 65536)
