(** * The checker as a program

    [check_any] of Checkers.v, of which [check_any_sound] says that what it accepts is true,
    is translated to OCaml.  Nothing in it is replaced by other code: integers and natural
    numbers stay as they are defined here, so that no arithmetic of OCaml or of a browser is
    trusted.  Only types that OCaml has itself become its own, by ExtrOcamlBasic of Rocq's
    library: [bool], [option], [unit], [list], [prod], and the connectives of [bool].

    Decimal digits are read and written by functions of Rocq's library, too; it proves that
    they are inverse to each other ([of_to] and [to_of] in DecimalZ.v and DecimalNat.v). *)

From Coq Require Import ZArith Decimal DecimalZ DecimalNat.
From Coq Require Extraction.
From Coq Require Import ExtrOcamlBasic.
From Alignment Require Import Instance Checkers.

Extraction Language OCaml.
Extraction "checker.ml" check_any Z.of_int Z.to_int Nat.of_uint Nat.to_uint.
