/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A path of certificates, the leaf first, each signed by the next. Judges all that RFC 5280
 * 6.1 asks of it but the signatures. */

#pragma once

#include <time.h>

#include "certificate.h"

/* No path is longer than this, the leaf and the anchor included. */
#define PATH_MAX_LENGTH 10

/* A certificate with more extensions, or more names, is in no path. */
#define PATH_EXTENSION_MAX 64
#define PATH_NAME_MAX 128

struct path {
	struct certificate *certificates[PATH_MAX_LENGTH]; /* borrowed */
	unsigned length;
};

/* What is wrong with the path, of a peer that needs this extended key usage, at this time;
 * NULL if nothing is. Every certificate is judged, the anchor too. */
const char *path_fault(const struct path *path, const char *purpose, time_t at);
