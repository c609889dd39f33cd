/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A structure in DER with one of its values changed: what a reader of that structure must notice.
 * Knows tags and lengths, and not what the values mean. */

#pragma once

#include "der_writer.h"

enum der_change {
	DER_CHANGE_TAG,   /* to one that no structure here has */
	DER_CHANGE_GONE,  /* the value is not there */
	DER_CHANGE_EMPTY, /* it has no content */
	DER_CHANGE_MORE,  /* behind it stands another value */
	DER_CHANGE_CUT,   /* its last octet is not there, and its length says so */
	DER_CHANGE_COUNT
};

/* The values in `whole`, those in SEQUENCEs, SETs and tagged ones too. */
unsigned der_count_values(struct dance_octets whole);

/* Writes it with one value changed; values have numbers from 0, each before those in it. */
void der_write_variant(struct der *to, struct dance_octets whole, unsigned number,
	enum der_change change);
