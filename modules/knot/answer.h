/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright (c) 2026 The dance authors
 *
 * What knotd answers to a client that is not proved. */

#pragma once

#include <knot/module.h>

#include "dance.h"

/* Makes knotd answer a query that it is about to process with NOTAUTH or SERVFAIL, and with
 * the extended error of the verdict (RFC 8914). To be returned from the hook. */
knotd_state_t answer_refused(knotd_qdata_t *qdata, enum dance_verdict verdict);

/* knotd's ACL has denied a client that could not be proved for want of an answer from DNS.
 * Makes of its NOTAUTH a SERVFAIL, which invites the client to come again. To be returned
 * from the hook after the query. */
knotd_state_t answer_unknown(knotd_qdata_t *qdata, enum dance_verdict verdict);
