/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Publishing by the control socket of Knot DNS. */

#pragma once

#include "roll_publish.h"

/* `knotc` is the command, with its options. Changes the zone in a transaction, which is aborted if
 * anything fails. One that was left open by a run of ours (`record->again`) is aborted first; one
 * of anybody else's stays, and this fails. */
bool roll_knotc(const char *knotc, const struct roll_record *record,
	char why[DANCE_ERROR_SIZE]);
