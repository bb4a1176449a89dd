(* Reads a game and claims about it in the canonical form (README.md), in which story pages
   have them: records with their fields in order, lists, and numbers as texts.  Whatever else
   there is, is refused with its place.  This reader is not proved. *)

open Checker

exception Refused of int * string
(** Where, as an offset, and what was expected there. *)

type input = { text : string; mutable at : int }

let next input = if input.at < String.length input.text then Some input.text.[input.at] else None
let refuse at expected = raise (Refused (at, expected))

let rec skip_space input =
  match next input with
  | Some (' ' | '\n' | '\r' | '\t') ->
      input.at <- input.at + 1;
      skip_space input
  | _ -> ()

let sees input sign =
  skip_space input;
  next input = Some sign

let sign input expected =
  if sees input expected then input.at <- input.at + 1
  else refuse input.at ("'" ^ String.make 1 expected ^ "'")

(* A text is of printable ASCII, without quotes and backslashes: nothing needs an escape. *)
let word input =
  sign input '"';
  let start = input.at in
  let rec finish () =
    match next input with
    | Some '"' -> ()
    | Some (' ' .. '~' as c) when c <> '\\' ->
        input.at <- input.at + 1;
        finish ()
    | _ -> refuse input.at "printable ASCII without \\, or the end of the text"
  in
  finish ();
  input.at <- input.at + 1;
  String.sub input.text start (input.at - 1 - start)

(* One of these words, with what it means. *)
let one_of meanings input =
  skip_space input;
  let start = input.at in
  match List.assoc_opt (word input) meanings with
  | Some meaning -> meaning
  | None -> refuse start (String.concat " or " (List.map (fun (w, _) -> "\"" ^ w ^ "\"") meanings))

(** {1 Numbers} *)

let digit c rest =
  match c with
  | '0' -> D0 rest
  | '1' -> D1 rest
  | '2' -> D2 rest
  | '3' -> D3 rest
  | '4' -> D4 rest
  | '5' -> D5 rest
  | '6' -> D6 rest
  | '7' -> D7 rest
  | '8' -> D8 rest
  | '9' -> D9 rest
  | _ -> invalid_arg "digit"

(* The digits of [word] from [first] to before [last]; None if they are not the decimal form of a
   number, which begins with 0 only if it is 0. *)
let digits word first last =
  let rec read i rest =
    if i < first then Some rest
    else match word.[i] with '0' .. '9' as c -> read (i - 1) (digit c rest) | _ -> None
  in
  if first >= last || (word.[first] = '0' && last - first > 1) then None else read (last - 1) Nil

let starts word sign = word <> "" && word.[0] = sign

(* The integer that stands before [last]. *)
let signed word last =
  if starts word '-' then
    match digits word 1 last with
    | Some found when found <> D0 Nil -> Some (Z.of_int (Neg found))
    | _ -> None
  else Option.map (fun found -> Z.of_int (Pos found)) (digits word 0 last)

(* The number that a word is by [meaning], which gives None where it is none. *)
let number meaning expected input =
  skip_space input;
  let start = input.at in
  match meaning (word input) with Some found -> found | None -> refuse start expected

let integer = number (fun word -> signed word (String.length word)) "an integer such as \"-12\""

(* Natural numbers count and name; they are written in unary, so that there are no large ones. *)
let natural =
  let meaning word =
    let length = String.length word in
    if length > 6 then None else Option.map Nat.of_uint (digits word 0 length)
  in
  number meaning "a number from \"0\" to \"999999\""

let fraction =
  let meaning word =
    let length = String.length word in
    match String.index_opt word '/' with
    | None -> Option.map (fun top -> { qnum = top; qden = XH }) (signed word length)
    | Some slash -> (
        let below = Option.map (fun d -> Z.of_int (Pos d)) (digits word (slash + 1) length) in
        match (signed word slash, below) with
        | Some top, Some (Zpos bottom) -> Some { qnum = top; qden = bottom }
        | _ -> None)
  in
  number meaning "a fraction such as \"-3/10\""

(** {1 Lists and records} *)

let list entry input =
  sign input '[';
  let rec entries found =
    let found = entry input :: found in
    if sees input ',' then (
      sign input ',';
      entries found)
    else found
  in
  let found = if sees input ']' then [] else entries [] in
  sign input ']';
  List.rev found

let row = list integer
let table = list row
let tables = list table
let naturals = list natural
let natural_table = list naturals

let pair first second input =
  sign input '[';
  let one = first input in
  sign input ',';
  let other = second input in
  sign input ']';
  (one, other)

(* The entry of a key, which must be the next one of a record. *)
let field name entry input =
  one_of [ (name, ()) ] input;
  sign input ':';
  entry input

let first name entry input =
  sign input '{';
  field name entry input

let also name entry input =
  sign input ',';
  field name entry input

let closed input found =
  sign input '}';
  found

(** {1 The game} *)

let ties =
  one_of
    [ ("any", Any); ("belief", Belief); ("favour-speaker", FavourSpeaker); ("order", Order) ]

(* What begins with a sign, or null. *)
let or_null begins entry expected input =
  if sees input begins then Some (entry input)
  else
    let start = input.at in
    if start + 4 <= String.length input.text && String.sub input.text start 4 = "null" then (
      input.at <- start + 4;
      None)
    else refuse start ("null, or " ^ expected)

let rich_or_natural = or_null '"' natural "a number"

(* Whether a list has this many entries, each of which is good. *)
let rec has count good entries =
  match (count, entries) with
  | O, [] -> true
  | S fewer, entry :: rest -> good entry && has fewer good rest
  | _ -> false

let rec below count n =
  match (count, n) with O, _ -> false | S _, O -> true | S fewer, S less -> below fewer less

let anything _ = true

(* What is read must be good. *)
let fitting entry good expected input =
  skip_space input;
  let start = input.at in
  let found = entry input in
  if good found then found else refuse start expected

(* The sizes are those that the counts say: the checker takes what is missing for 0, and does not
   look at what is too much. *)
let instance input =
  let states = first "states" natural input in
  let actions = also "actions" natural input in
  let user_observations = also "user_observations" natural input in
  let agent_observations = also "agent_observations" natural input in
  let whole = also "whole" integer input in
  let by_state = has states anything in
  let by_observations = has user_observations (has agent_observations by_state) in
  let joint =
    also "joint"
      (fitting tables by_observations "a number by user observation, agent observation and state")
      input
  in
  let unit0 = also "unit" integer input in
  let by_action = has actions by_state in
  let utility = also "utility" (fitting table by_action "a number by action and state") input in
  let agent_utilities =
    also "agent_utilities"
      (fitting tables (List.for_all by_action) "a number by agent, action and state")
      input
  in
  let sees = has agent_observations (below agent_observations) in
  let of_all cells = List.compare_lengths cells agent_utilities = 0 && List.for_all sees cells in
  let cells =
    also "cells" (fitting natural_table of_all "an observation by agent and observation") input
  in
  let length = also "rounds" natural input in
  let user_messages = also "user_messages" natural input in
  let agent_words =
    also "agent_words" (fitting rich_or_natural (fun words -> words <> Some O) "not 0") input
  in
  let ties = also "ties" ties input in
  let nonnegative found = match found.qnum with Zneg _ -> false | _ -> true in
  let slack = also "slack" (fitting fraction nonnegative "a number that is not negative") input in
  closed input
    { states; actions; user_observations; agent_observations; whole; joint; unit0; utility;
      agent_utilities; cells; length; user_messages; agent_words; ties; slack }

(** {1 Evidence} *)

let mixture input =
  let weights_over = first "weights_over" integer input in
  let weight = also "weight" row input in
  let offset = also "offset" integer input in
  let witness_over = also "witness_over" integer input in
  let mass_at = also "mass" table input in
  closed input { weights_over; weight; offset; witness_over; mass_at }

let deviation input =
  let multiplier = first "multiplier" integer input in
  let spelling = also "spelling" natural_table input in
  let told = also "recommended" natural_table input in
  closed input { multiplier; spelling; told }

let program input =
  let program_over = first "over" integer input in
  let marginal = also "marginal" table input in
  let obedience = also "obedience" tables input in
  let deviations = also "deviations" (list deviation) input in
  closed input { program_over; marginal; obedience; deviations }

let teachers input =
  let first_teacher = first "first" natural input in
  let second_teacher = also "second" natural input in
  let rules = also "rules" (list deviation) input in
  closed input { first_teacher; second_teacher; rules }

let members input =
  let members = first "members" naturals input in
  let rules = also "rules" (list deviation) input in
  closed input (members, rules)

let voice input =
  let vocabulary = first "vocabulary" natural input in
  let chances = also "chances" table input in
  closed input { vocabulary; chances }

let asking input =
  let allowed = first "allowed" natural_table input in
  let asked = also "asked" row input in
  let grounds = also "grounds" (list (pair naturals table)) input in
  closed input { allowed; asked; grounds }

let facing input =
  let facing_over = first "facing_over" integer input in
  let turns = also "turns" tables input in
  let askings = also "askings" (list asking) input in
  closed input { facing_over; turns; askings }

let signals input =
  let chances_over = first "chances_over" integer input in
  let voices = also "voices" (list voice) input in
  let replies = also "replies" naturals input in
  let facings = also "facings" (list facing) input in
  closed input { chances_over; voices; replies; facings }

(* The agents of a TEAM, and steps between what they observe. *)
let dividing input =
  let members = first "members" naturals input in
  let steps = also "steps" naturals input in
  closed input (members, steps)

let aligned input = closed input (first "steps" naturals input)

(* A conversation: by question of hers the words for what he sees, and how it goes on after each
   word; null where it is over. *)
let rec talk input =
  match or_null '[' (list (pair naturals (list talk))) "a list" input with
  | Some by_question -> Answers by_question
  | None -> Over

let offer input =
  let offered = first "talk" talk input in
  let tilt = also "tilt" integer input in
  closed input { offered; tilt }

let offers input =
  let program = first "program" program input in
  let offers = also "offers" (list offer) input in
  closed input (program, offers)

let common input =
  let first_of = first "first" natural input in
  let second_of = also "second" natural input in
  let shared = also "shared" naturals input in
  let each_alone = also "alone" (list (pair fraction naturals)) input in
  closed input { first_of; second_of; shared; each_alone }

let two_offers input =
  let recommends = first "recommends" natural_table input in
  let sent_over = also "sent_over" integer input in
  let sent_low = also "sent_low" table input in
  let sent_high = also "sent_high" table input in
  let perturbations = also "perturbations" table input in
  let level = also "level" fraction input in
  let slope = also "slope" fraction input in
  closed input { recommends; sent_over; sent_low; sent_high; perturbations; level; slope }

let piece input =
  let upper = first "upper" fraction input in
  let improves = also "program" program input in
  let from_lower = also "from_lower" integer input in
  let offers_of = also "offers" (list two_offers) input in
  closed input { upper; improves; from_lower; offers_of }

(* What is improved is a claim of its own. *)
let pieces claim input =
  let start = first "start" claim input in
  let pieces = also "pieces" (list piece) input in
  closed input (start, pieces)

let conflict_of input =
  let members = first "members" naturals input in
  let apart = also "apart" fraction input in
  closed input (members, apart)

let one_user_of input =
  let hers = first "hers" naturals input in
  let program = also "program" program input in
  closed input (hers, program)

(** {1 Claims} *)

let user = one_of [ ("bayes", BayesianUser); ("best-ai", PickingUser) ]

let hull_distance input =
  let distance = also "number" fraction input in
  Checked (ProvesHullDistance (distance, also "mixture" mixture input))

let optimum input = Checked (ProvesOptimum (also "number" fraction input))
let no_information input = Checked (ProvesNoInformation (also "number" fraction input))

(* The evidence under one of these keys, each of which says how to read it. *)
let evidence kinds input =
  sign input ',';
  let found = one_of kinds input in
  sign input ':';
  found input

let team input =
  let value = also "number" fraction input in
  let by_members input =
    let members, rules = members input in
    Checked (ProvesTeam (members, value, rules))
  in
  let by_dividing input =
    let members, steps = dividing input in
    TeamByDividing (members, value, steps)
  in
  evidence [ ("members", by_members); ("dividing", by_dividing) ] input

let conflict input =
  let together = also "number" fraction input in
  let members, apart = also "conflict" conflict_of input in
  InConflict (members, apart, together)

let one_user input =
  let value = also "number" fraction input in
  let hers, program = also "oneuser" one_user_of input in
  ForOneUser (hers, value, program)

let every_equilibrium claim input =
  let user = also "user" user input in
  let value = also "number" fraction input in
  let by_offers input =
    let program, offers = offers input in
    EveryByOffers (user, value, program, offers)
  in
  let by_pieces input =
    let start, pieces = pieces claim input in
    EveryByPieces (user, value, start, pieces)
  in
  evidence
    [ ("program", fun input -> Checked (ProvesEvery (user, value, program input)));
      ("offers", by_offers);
      ("pieces", by_pieces) ]
    input

let equilibrium input =
  let user = also "user" user input in
  let value = also "number" fraction input in
  evidence
    [ ("teachers", fun input -> Checked (ProvesSome (user, value, teachers input)));
      ("signals", fun input -> SomeBySignals (user, value, signals input));
      ("aligned", fun input -> SomeByTelling (user, value, aligned input));
      ("common", fun input -> SomeByCommonRule (user, value, common input)) ]
    input

let rec claim input =
  let kind =
    one_of
      [ ("hull distance", hull_distance);
        ("optimum", optimum);
        ("no information", no_information);
        ("team", team);
        ("every equilibrium", every_equilibrium claim);
        ("equilibrium", equilibrium);
        ("conflict", conflict);
        ("one user", one_user) ]
  in
  let rest = first "kind" kind input in
  closed input (rest input)

(** A game, and claims about it with their evidence.
    @raise Refused for any other text. *)
let read text =
  let input = { text; at = 0 } in
  let game = first "instance" instance input in
  let claims = also "claims" (list claim) input in
  sign input '}';
  skip_space input;
  if input.at < String.length text then refuse input.at "the end";
  (game, claims)
