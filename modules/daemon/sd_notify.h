/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What the service manager is told (sd_notify(3)): a datagram to a socket that it names. */

#pragma once

/* Sends "READY=1" or another state; does nothing without NOTIFY_SOCKET. */
void sd_notify_send(const char *state);

/* "RELOADING=1" with the time that goes with it. */
void sd_notify_reloading(void);
