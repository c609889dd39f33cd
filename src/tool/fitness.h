/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Keys and certificates that TLS itself rejects: DANE never gets to see them. */

#pragma once

#include "dance.h"

/* A sentence on what is wrong with it for a TLS client, or NULL. `certificate` may be empty: then
 * it is a key only. */
const char *fitness_fault(struct dance_octets certificate, struct dance_octets spki);
