/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A TCP connection of a test's client, which gives up rather than wait for ever. */

#pragma once

#include <stdint.h>

/* To an IPv4 address. Tells the port at this end; exits if it cannot. */
int dial(const char *address, uint16_t port, uint16_t *own_port);
