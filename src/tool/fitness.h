/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Keys and certificates that TLS itself rejects: DANE never gets to see them. */

#pragma once

#include "dance.h"

/* A sentence on what is wrong with it for a TLS client, or NULL. `certificate` may be empty: then
 * it is a key only. `spki` may be empty if there is a certificate: the key is then found there. */
const char *fitness_fault(struct dance_octets certificate, struct dance_octets spki);

/* The same of what this peer shows first; NULL if there is nothing. */
const char *fitness_peer_fault(const struct dance_peer *peer);
