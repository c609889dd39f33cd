/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A path of certificates, the leaf first, each signed by the next. Judges all that RFC 5280
 * 6.1 asks of it but the signatures. */

#pragma once

#include "certificate.h"
#include "peer_limits.h"

struct path {
	struct certificate *certificates[PATH_LENGTH_MAX]; /* borrowed */
	unsigned length;
	struct dance_octets key; /* the anchor is this bare key, which signed the last of them;
	                          * data NULL: the anchor is the last of them */
};

/* What is wrong with the path, of a peer of this kind, at this time; NULL if nothing is. Every
 * certificate is judged, that of the anchor too. */
const char *path_fault(const struct path *path, enum purpose purpose, int64_t at,
	struct work *work);
