/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * TLS alerts (RFC 8446 6) in words. */

#pragma once

/* "handshake_failure"; "unknown" if it is none that we know. Static. */
const char *probe_alert_name(int alert);

/* What a primary says by it, after "it": a part of a sentence. Static. */
const char *probe_alert_meaning(int alert);
