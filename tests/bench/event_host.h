/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A host with an event loop: one thread decides about many peers at a time, and waits for none. */

#pragma once

#include <stddef.h>

#include "dance.h"

/* Fills in who the peer with this number is; its octets must live as long as `name`. */
typedef void (*event_host_peer)(size_t number, char name[DANCE_NAME_SIZE],
	struct dance_peer *peer);

/* Decides about `count` peers, `at_once` of them at a time. Returns how many were refused; all of
 * them when out of memory. */
size_t event_host_decide(struct dance_roster *roster, event_host_peer peer, size_t count,
	size_t at_once);
