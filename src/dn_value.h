/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The value of one attribute in a distinguished name. Knows the types of strings and how RFC
 * 5280 7.1 has them compared; knows no attribute by its type. */

#pragma once

#include "dance.h"
#include "work.h"

struct dn_value {
	unsigned char tag;
	struct dance_octets content;
};

/* An answer that cannot always be given; zeroed memory is neither yes nor no. */
enum dn_answer {
	DN_UNCLEAR,
	DN_NO,
	DN_YES,
};

/* Are its characters whole, as its type writes them? True of other values than strings. */
bool dn_value_is_whole(const struct dn_value *value);

/* Strings are equal if RFC 4518's preparation makes the same of them, whatever their types:
 * letters in any case, spaces at the ends or repeated are of no account. Other values are if
 * their encodings are. Unclear: one that is no text of its type, or holds characters that may
 * not be compared (RFC 4518 2.4), or the work is spent or told of a failure. Two with the same
 * octets cost nothing. */
enum dn_answer dn_value_compare(const struct dn_value *a, const struct dn_value *b,
	struct work *work);
