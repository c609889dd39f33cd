/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A question of a secondary on this machine, over UDP. */

#pragma once

#include "connection.h"

/* Answers it, in the calling thread, and closes its socket. */
void client_udp_run(struct connection *connection);
