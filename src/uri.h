/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The host of a URI (RFC 3986 3.2.2), for those who compare no more of it than that. */

#pragma once

#include <stdbool.h>

#include "dance.h"

#define URI_HOST_MAX 254 /* octets of a host name with a dot at its end (RFC 1035 2.3.4) */

/* Finds the host, which must be a domain name: false where there is no authority, no host or
 * an address, and for what is no URI up to there. A host with octets percent-encoded is
 * decoded into `room`. */
bool uri_host(struct dance_octets uri, unsigned char room[URI_HOST_MAX],
	struct dance_octets *host);
