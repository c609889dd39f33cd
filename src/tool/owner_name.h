/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A TLSA owner name as it stands on a command line. */

#pragma once

#include "dance.h"

/* Copies a name, a trailing dot taken off, letters as they are. False, with the reason in
 * *why, if it is none that the library takes. */
bool owner_name_from_text(const char *text, char owner[DANCE_NAME_SIZE], const char **why);
