/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The steps of a probe. */

#pragma once

#include "probe.h"
#include "probe_identity.h"

/* Takes the steps one after another, as far as they lead, and calls `told` after each one.
 * `identity` is NULL if there is nothing to show. False when out of memory. */
bool probe_run(struct probe *probe, struct identity *identity,
	void (*told)(const struct probe *probe, enum probe_step step));
