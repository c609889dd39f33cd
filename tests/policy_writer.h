/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Writes certificate policies by letters, '*' for anyPolicy. */

#pragma once

#include "der.h"
#include "der_writer.h"

static inline void put_oid(struct der *to, char letter)
{
	const unsigned char of_letter[] = { 0x88, 0x37, (unsigned char)letter };
	if (letter == '*') {
		der_put(to, DER_OID, "\x55\x1d\x20\x00", 4);
	} else {
		der_put(to, DER_OID, of_letter, sizeof(of_letter));
	}
}

static inline void put_policy(struct der *to, char letter)
{
	struct der information = { NULL, 0 };
	put_oid(&information, letter);
	der_wrap(to, DER_SEQUENCE, &information);
}
