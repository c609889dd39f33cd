/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What is valid in dance-ask.conf and yet unsafe: files that the service cannot read, and sockets
 * that others can put theirs in the place of. */

#pragma once

#include <stddef.h>

#include "conf/conf.h"
#include "findings.h"

/* Finds directories of sockets that all users can write to, and if we are root, files, including
 * the configuration at `path`, that the service's user cannot read. Returns the number of
 * findings. */
size_t audit(const struct conf *conf, const char *path, findings_say *say);
