/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The dates between which a certificate holds. */

#pragma once

#include "dance.h"

/* 99991231235959Z: there is no well-defined end (RFC 5280 4.1.2.5). */
#define DATE_NO_END INT64_MAX

/* Takes one Time off the front of `values`, in seconds since 1970. It must be a UTCTime or a
 * GeneralizedTime of a day that exists, with seconds, without fractions, in UTC (RFC 5280
 * 4.1.2.5.1, 4.1.2.5.2). False if it is not. */
bool date_take(struct dance_octets *values, int64_t *seconds);
