(* What the checker says of a text, a line for each claim.  This is not proved: it shows what
   [check_any] of Checkers.v has returned. *)

open Checker

let rec digits = function
  | Nil -> ""
  | D0 rest -> "0" ^ digits rest
  | D1 rest -> "1" ^ digits rest
  | D2 rest -> "2" ^ digits rest
  | D3 rest -> "3" ^ digits rest
  | D4 rest -> "4" ^ digits rest
  | D5 rest -> "5" ^ digits rest
  | D6 rest -> "6" ^ digits rest
  | D7 rest -> "7" ^ digits rest
  | D8 rest -> "8" ^ digits rest
  | D9 rest -> "9" ^ digits rest

let integer z = match Z.to_int z with Pos found -> digits found | Neg found -> "-" ^ digits found
let natural n = digits (Nat.to_uint n)

let fraction q =
  let top = integer q.qnum in
  if q.qden = XH then top else top ^ "/" ^ integer (Zpos q.qden)

let user = function
  | BayesianUser -> "the Bayesian user"
  | PickingUser -> "the user who picks the best AI"

let listed numbers = "[" ^ String.concat ", " (List.map natural numbers) ^ "]"

let words = function
  | HullDistance e -> "the hull distance is " ^ fraction e
  | Optimum x -> "OPT, what she gets if she knows all observations, is " ^ fraction x
  | NoInformation x -> "NOINFO, what she gets if she hears nobody, is " ^ fraction x
  | Team (members, x) ->
      "TEAM, what a rule that agents " ^ listed members ^ " can offer is worth to her, is " ^ fraction x
  | EveryEquilibrium (whose, v) ->
      "in every equilibrium with " ^ user whose ^ " she gets at least " ^ fraction v
  | SomeEquilibrium (whose, v) ->
      "in some equilibrium with " ^ user whose ^ " she gets " ^ fraction v
  | Conflict (members, apart, together) ->
      "where she knows all observations no best response of hers is worst for each of the agents "
      ^ listed members ^ ": they get " ^ fraction apart
      ^ " if each gets his least, and together at least " ^ fraction together
  | OneUser (hers, v) ->
      "in every equilibrium with the Bayesian user, whoever observes one of " ^ listed hers
      ^ " gets at least " ^ fraction v

(* What evidence would prove, for saying that it does not. *)
let claimed = function
  | Checked (ProvesHullDistance (e, _)) -> HullDistance e
  | Checked (ProvesOptimum x) -> Optimum x
  | Checked (ProvesNoInformation x) -> NoInformation x
  | Checked (ProvesTeam (members, x, _)) | TeamByDividing (members, x, _) -> Team (members, x)
  | Checked (ProvesEvery (whose, v, _))
  | EveryByOffers (whose, v, _, _)
  | EveryByPieces (whose, v, _, _) -> EveryEquilibrium (whose, v)
  | InConflict (members, apart, together) -> Conflict (members, apart, together)
  | ForOneUser (hers, v, _) -> OneUser (hers, v)
  | Checked (ProvesSome (whose, v, _))
  | SomeBySignals (whose, v, _)
  | SomeByTelling (whose, v, _)
  | SomeByCommonRule (whose, v, _) -> SomeEquilibrium (whose, v)

let judged game evidence =
  match check_any game evidence with
  | Some claim -> "proved: " ^ words claim
  | None -> "not proved: " ^ words (claimed evidence)

(* Line and column, both from 1, of an offset. *)
let place text at =
  let before = String.split_on_char '\n' (String.sub text 0 at) in
  let last = List.nth before (List.length before - 1) in
  "line " ^ string_of_int (List.length before)
  ^ ", column " ^ string_of_int (String.length last + 1)

(** A line for each claim of a text in the canonical form: "proved: " or "not proved: ", and the
    claim in words; or one line that begins with "not read: " or "not checked: " and says why. *)
let lines text =
  try
    match Reader.read text with
    | _, [] -> [ "not checked: there is no claim in it" ]
    | game, claims -> List.map (judged game) claims
  with
  | Reader.Refused (at, expected) ->
      [ "not read: " ^ place text at ^ ": expected " ^ expected ]
  | Stack_overflow -> [ "not checked: a number in it is too large" ]
