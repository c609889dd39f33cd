/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What is not wrong in a configuration and yet not as it should be: who can read the files
 * that it names, and who can reach the servers. Each finding is a line of the log. */

#pragma once

#include <stddef.h>

#include "conf/conf.h"

/* Takes one finding: a line of the log. */
typedef void audit_say(const char *line);

/* Private keys that others than their owner and group can get at. Returns how many findings
 * there were. */
size_t audit_keys(const struct conf *conf, audit_say *say);

/* That, and if we are root, with the eyes of other users: files, the configuration at `path`
 * among them, that the service's user cannot read, and upstream servers that everybody can
 * connect to. Asks them by processes of its own. */
size_t audit(const struct conf *conf, const char *path, audit_say *say);
