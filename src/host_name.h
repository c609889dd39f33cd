/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Host names as they stand in certificates: labels of letters, digits, hyphens and
 * underscores, in any case. Knows nothing of what is asked about them. */

#pragma once

#include <stdbool.h>

#include "dance.h"

/* Labels, with one dot between two and none at the end (RFC 1034 3.5)? */
bool host_name_is_valid(struct dance_octets text);

bool host_name_is_equal(struct dance_octets a, struct dance_octets b);

/* Has `host` at least one label more than `base`, and ends in it? */
bool host_name_is_below(struct dance_octets host, struct dance_octets base);

/* What stands behind the first label and its dot; nothing if there is but one. */
struct dance_octets host_name_parent(struct dance_octets host);
