/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Parts of certificates as no CA should write them, and what RFC 5280 makes of each. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

/* The part of a certificate that is strange; those that OpenSSL would write otherwise are not
 * written besides. */
enum odd_part {
	ODD_PURPOSES,
	ODD_KEY_USAGE,
	ODD_BASIC,
	ODD_SUBJECT_KEY,
	ODD_ISSUER_KEY,
	ODD_BESIDE, /* an extension more */
	ODD_FROM,   /* notBefore */
};

struct odd {
	const char *what;
	enum odd_part part;
	const char *oid;
	const unsigned char *octets;
	size_t size;
	bool critical;
	bool twice;
	/* May it stand in a path: as the leaf; as an issuer? If so, it says the same as what is
	 * written ordinarily. */
	bool leaf, issuer;
	bool only_leaf; /* in others it would mean more */
};

extern const struct odd odds[];
extern const size_t odd_count;
