/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Distinguished names, as whole encodings of Name (RFC 5280 4.1.2.4), compared as RFC 5280 7.1
 * asks: RDN by RDN, without regard to case or to spaces that say nothing. Knows nothing of whose
 * names they are. */

#pragma once

#include "dn_value.h"

struct dn_attribute {
	struct dance_octets type; /* content of the OID */
	struct dn_value value;
};

/* Is it a well-formed Name, of whole characters? What they say is not looked at. */
bool dn_is_readable(struct dance_octets name);

/* Is `name` equal to `base`, or below it: are the RDNs of `base` its first ones? All names are
 * below the empty one. Unclear: what has to be compared is not readable or no text of its type,
 * or the work is spent. */
enum dn_answer dn_is_within(struct dance_octets name, struct dance_octets base,
	struct work *work);

/* Identical encodings are equal, whatever they say. Else false also if the work is spent. */
bool dn_is_equal(struct dance_octets a, struct dance_octets b, struct work *work);

/* Takes one RDN off the front of the content of a Name, and one attribute off that. */
bool dn_rdn_take(struct dance_octets *rdns, struct dance_octets *attributes);
bool dn_attribute_take(struct dance_octets *attributes, struct dn_attribute *attribute);
