/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Host names as they stand in certificates: labels of letters, digits, hyphens and
 * underscores, in any case. Knows nothing of what is asked about them. */

#pragma once

#include <stdbool.h>

#include "dance.h"

/* Is this a host name? `host` is it without the one dot that may stand at its end: with it,
 * the same host is meant (RFC 1034 3.1). */
bool host_read(struct dance_octets text, struct dance_octets *host);

/* The same without the dot, of what is known to be a host name. */
struct dance_octets host_without_dot(struct dance_octets host);

bool host_is_equal(struct dance_octets a, struct dance_octets b);

/* Has `host` at least one label more than `base`, and ends in it? */
bool host_is_below(struct dance_octets host, struct dance_octets base);

/* What stands behind the first label and its dot; nothing if there is but one. */
struct dance_octets host_parent(struct dance_octets host);
