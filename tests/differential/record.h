/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The TLSA records of a case. */

#pragma once

#include "scenario.h"

/* One more, of one of the certificates of the case or of none. There has to be room for it.
 * False if it could not be made. */
bool record_add(struct scenario *scenario, struct random *random);

/* The data of a record anew, of the certificate that it is of, or, of nobody, copied. What it
 * had is not freed. */
bool record_renew(struct scenario *scenario, size_t number);
