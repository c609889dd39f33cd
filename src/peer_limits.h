/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What may a stranger cost? Every cap on what one peer can have looked at when it is judged, and
 * on the records that it is judged by. The lookups that it can cause have caps of their own, in
 * lookup_budget.h. What lies beyond a cap does not count, and never for the peer. */

#pragma once

#include "dance.h"

/* --- What the peer shows -------------------------------------------------------------------- */

/* A chain has at most DANCE_CHAIN_MAX certificates (dance.h): TLS libraries stop at about ten. */

/* Octets of a certificate. A larger one is in no path, and its names do not count. Usage 3 compares
 * it all the same, since its size is limited by the TLS library. */
#define CERTIFICATE_SIZE_MAX 16384

/* Extensions of a certificate. One with more is in no path. */
#define CERTIFICATE_EXTENSION_MAX 64

/* Alternative names of a certificate, of whatever kind. Those behind them are not looked at as
 * names of the leaf; below name constraints a certificate with more is in no path. */
#define CERTIFICATE_NAME_MAX 128

/* Permitted names in a certificate. No more of them are tried. */
#define PEER_NAME_MAX 8

/* Listed names whose records contain the peer's key: the operator may have listed very many, and
 * all of them may have one key. No more of them are tried. */
#define KEY_NAME_MAX 1024

/* Octets of a certificate, or of the key in it, by which a peer is looked up again: a host may ask
 * for that where it must not be long. A larger one is found by its other part, or by its name. */
#define LOOK_AGAIN_SIZE_MAX CERTIFICATE_SIZE_MAX

/* --- Paths ---------------------------------------------------------------------------------- */

/* Certificates in a path, the leaf and the anchor included. */
#define PATH_LENGTH_MAX 10

/* Certificates that only DNS holds, for all records of a name. No more are considered. */
#define PATH_RECORD_MAX 32

/* Policies in a certificate, mappings of policies in one, and policies that are valid at one place
 * of a path. A path with more is not valid. */
#define POLICY_MAX 128

/* Attributes in an RDN. One with more is compared by its octets only. */
#define DN_ATTRIBUTE_MAX 16

/* Characters of a text in other letters than ASCII's. A longer one is not compared. The texts of
 * names have bounds of 64 (X.520 Annex C), some of 256. */
#define DN_TEXT_MAX 512

/* --- Signatures ----------------------------------------------------------------------------- */

/* Bits of an RSA key, and octets of its exponent. With larger ones no signature is checked: the
 * peer chooses them, and with them how long that takes. */
#define PUBLIC_KEY_RSA_BITS_MAX 8192
#define PUBLIC_KEY_EXPONENT_MAX 4

/* Signatures whose check is remembered in a decision. Others are checked, and paid for, again. */
#define SIGNATURE_MEMO_MAX 96

/* --- All of it together --------------------------------------------------------------------- */

/* Steps of work of one decision, of about 100 nanoseconds of one core: less than twenty full TLS
 * handshakes cost. The longest path that is taken fits, also if all its keys are of the most
 * expensive kind. When they are spent, usages 0, 1 and 2 allow nobody any more (work.h). */
#define WORK_MAX 82000

/* --- What DNS holds ------------------------------------------------------------------------- */

/* Records of one name: more than any name has use for. A set with more is unusable as a whole,
 * because which of them to drop would depend on their order. */
#define TLSA_RECORD_MAX 256

/* --- As reasons tell them ------------------------------------------------------------------- */

/* A number as it stands in a text. */
#define LIMIT_TEXT(number) LIMIT_TEXT_OF(number)
#define LIMIT_TEXT_OF(number) #number

#define CERTIFICATE_SIZE_MAX_TEXT LIMIT_TEXT(CERTIFICATE_SIZE_MAX)
#define CERTIFICATE_EXTENSION_MAX_TEXT LIMIT_TEXT(CERTIFICATE_EXTENSION_MAX)
#define CERTIFICATE_NAME_MAX_TEXT LIMIT_TEXT(CERTIFICATE_NAME_MAX)
#define PEER_NAME_MAX_TEXT LIMIT_TEXT(PEER_NAME_MAX)
#define KEY_NAME_MAX_TEXT LIMIT_TEXT(KEY_NAME_MAX)
#define PATH_LENGTH_MAX_TEXT LIMIT_TEXT(PATH_LENGTH_MAX)
#define POLICY_MAX_TEXT LIMIT_TEXT(POLICY_MAX)
#define TLSA_RECORD_MAX_TEXT LIMIT_TEXT(TLSA_RECORD_MAX)
